import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { SESSION_MODEL, sessionSchema } from '../sessions/store/session.schema.js';
import { FleetRepository } from './fleet.repository.js';
import { FleetService } from './fleet.service.js';
import { UsedSecondsService } from './used-seconds.service.js';

/** All sessions at a glance, for whoever watches over them. */
@Module({
  imports: [MongooseModule.forFeature([{ name: SESSION_MODEL, schema: sessionSchema }])],
  providers: [FleetRepository, FleetService, UsedSecondsService],
  exports: [FleetService],
})
export class FleetModule {}
