import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { AccessService } from './access.service.js';
import { ConversationRemovalRepository } from './conversation-removal.repository.js';
import { ConversationRemovalService } from './conversation-removal.service.js';
import { CONVERSATION, conversationSchema } from './conversation.schema.js';
import { ConversationsController } from './conversations.controller.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ConversationsService } from './conversations.service.js';
import { ERASED_CONVERSATION, erasedConversationSchema } from './erased-conversation.schema.js';
import { ErasedConversationsRepository } from './erased-conversations.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryService } from './delivery.service.js';

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: CONVERSATION, schema: conversationSchema },
      { name: ERASED_CONVERSATION, schema: erasedConversationSchema },
    ]),
    AccountsModule,
    VisitorsModule,
  ],
  controllers: [ConversationsController],
  providers: [
    AccessService,
    ConversationsRepository,
    ConversationsService,
    DeliveriesRepository,
    DeliveryService,
    ConversationRemovalRepository,
    ErasedConversationsRepository,
    ConversationRemovalService,
  ],
  exports: [AccessService, ConversationsService, DeliveryService, ConversationRemovalService],
})
export class ConversationsModule {}
