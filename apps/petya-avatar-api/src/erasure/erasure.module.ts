import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { AccountClosingService } from './account-closing.service.js';
import { AccountDataService } from './account-data.service.js';
import { AccountErasureService } from './account-erasure.service.js';
import { ConversationErasureService } from './conversation-erasure.service.js';
import { ErasureAnswersService } from './orders/erasure-answers.service.js';
import { ERASURE_ORDER, erasureOrderSchema } from './orders/erasure-order.schema.js';
import { ErasureOrdersRepository } from './orders/erasure-orders.repository.js';
import { ErasureOrdersService } from './orders/erasure-orders.service.js';
import { ConversationRemovalRepository } from './conversation-removal.repository.js';
import { ConversationRemovalService } from './conversation-removal.service.js';
import { ErasedModule } from './erased.module.js';
import { ErasureService } from './erasure.service.js';
import { ErasureResumeJob } from './erasure-resume.job.js';
import { ExpiryService } from './retention/expiry.service.js';
import { VisitorRemovalRepository } from './visitor-removal.repository.js';
import { VisitorErasureService } from './visitor-erasure.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: ERASURE_ORDER, schema: erasureOrderSchema }]),
    AccountsModule,
    ApiKeysModule,
    ConversationsModule,
    ErasedModule,
    MessagesModule,
    UsageModule,
    VisitorsModule,
  ],
  providers: [
    AccountClosingService,
    AccountDataService,
    AccountErasureService,
    ConversationErasureService,
    ConversationRemovalRepository,
    ConversationRemovalService,
    ErasureAnswersService,
    ErasureOrdersRepository,
    ErasureOrdersService,
    ErasureResumeJob,
    ErasureService,
    ExpiryService,
    VisitorErasureService,
    VisitorRemovalRepository,
  ],
  exports: [
    ConversationErasureService,
    ConversationRemovalService,
    ErasureAnswersService,
    ErasureOrdersRepository,
    ErasureOrdersService,
    ErasureService,
    ExpiryService,
  ],
})
export class ErasureModule {}
