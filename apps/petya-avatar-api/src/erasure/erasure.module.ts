import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { AccountDataService } from './account-data.service.js';
import { AccountErasureService } from './account-erasure.service.js';
import { ConversationErasureService } from './conversation-erasure.service.js';
import { ErasureAnswersService } from './erasure-answers.service.js';
import { ERASURE_ORDER, erasureOrderSchema } from './erasure-order.schema.js';
import { ErasureOrdersRepository } from './erasure-orders.repository.js';
import { ErasureOrdersService } from './erasure-orders.service.js';
import { ErasureService } from './erasure.service.js';
import { ErasureResumeJob } from './erasure-resume.job.js';
import { ExpiryService } from './expiry.service.js';
import { LateDeliveries } from './late-deliveries.service.js';
import { VisitorErasureService } from './visitor-erasure.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([{ name: ERASURE_ORDER, schema: erasureOrderSchema }]),
    AccountsModule,
    ApiKeysModule,
    ConversationsModule,
    MessagesModule,
    VisitorsModule,
  ],
  providers: [
    AccountDataService,
    AccountErasureService,
    ConversationErasureService,
    ErasureAnswersService,
    ErasureOrdersRepository,
    ErasureOrdersService,
    ErasureResumeJob,
    ErasureService,
    ExpiryService,
    LateDeliveries,
    VisitorErasureService,
  ],
  exports: [
    ErasureAnswersService,
    ErasureOrdersService,
    ErasureService,
    ExpiryService,
    LateDeliveries,
  ],
})
export class ErasureModule {}
