import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { VISITOR, visitorSchema } from './visitor.schema.js';
import { VisitorsController } from './visitors.controller.js';
import { VisitorsRepository } from './visitors.repository.js';
import { VisitorsService } from './visitors.service.js';

@Module({
  imports: [MongooseModule.forFeature([{ name: VISITOR, schema: visitorSchema }])],
  controllers: [VisitorsController],
  providers: [VisitorsRepository, VisitorsService],
  exports: [VisitorsService],
})
export class VisitorsModule {}
