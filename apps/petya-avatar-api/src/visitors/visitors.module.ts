import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { VisitorTokensModule } from '../auth/visitor-tokens.module.js';
import { VISITOR, visitorSchema } from './visitor.schema.js';
import { VisitorProofs } from './visitor-proofs.js';
import { VisitorRemovalRepository } from './visitor-removal.repository.js';
import { VisitorRemovalService } from './visitor-removal.service.js';
import { VisitorsController } from './visitors.controller.js';
import { VisitorsRepository } from './visitors.repository.js';
import { VisitorsService } from './visitors.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: VISITOR, schema: visitorSchema }]),
    ApiKeysModule,
    VisitorTokensModule,
  ],
  controllers: [VisitorsController],
  providers: [
    VisitorsRepository,
    VisitorProofs,
    VisitorsService,
    VisitorRemovalRepository,
    VisitorRemovalService,
  ],
  exports: [VisitorProofs, VisitorsService, VisitorRemovalService],
})
export class VisitorsModule {}
