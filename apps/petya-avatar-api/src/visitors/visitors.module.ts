import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { VisitorTokensModule } from '../auth/visitor-tokens.module.js';
import { VISITOR, visitorSchema } from './visitor.schema.js';
import { VisitorProofs } from './visitor-proofs.js';
import { VisitorsController } from './visitors.controller.js';
import { VisitorListRepository } from './visitor-list.repository.js';
import { VisitorsRepository } from './visitors.repository.js';
import { VisitorsService } from './visitors.service.js';

const records = MongooseModule.forFeature([{ name: VISITOR, schema: visitorSchema }]);

/** The records are exported for erasure. */
@Module({
  imports: [records, AccountsModule, ApiKeysModule, VisitorTokensModule],
  controllers: [VisitorsController],
  providers: [VisitorListRepository, VisitorsRepository, VisitorProofs, VisitorsService],
  exports: [VisitorProofs, VisitorsService, records],
})
export class VisitorsModule {}
