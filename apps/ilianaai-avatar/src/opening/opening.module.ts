import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { OpeningRepository } from './opening.repository.js';
import { OPENING_MODEL, openingSchema } from './opening.schema.js';
import { OpeningService } from './opening.service.js';

/** Whether sessions may be opened, as an operator orders it. */
@Module({
  imports: [MongooseModule.forFeature([{ name: OPENING_MODEL, schema: openingSchema }])],
  providers: [OpeningRepository, OpeningService],
  exports: [OpeningService],
})
export class OpeningModule {}
