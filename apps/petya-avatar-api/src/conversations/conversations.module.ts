import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ErasedModule } from '../erasure/erased.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { AccessService } from './access.service.js';
import { CONVERSATION, conversationSchema } from './conversation.schema.js';
import { ConversationListRepository } from './conversation-list.repository.js';
import { ConversationsController } from './conversations.controller.js';
import { ConversationsRepository } from './conversations.repository.js';
import { ConversationsService } from './conversations.service.js';

const records = MongooseModule.forFeature([{ name: CONVERSATION, schema: conversationSchema }]);

/** The records are exported for deliveries and erasure, whose writes are of the whole record. */
@Module({
  imports: [records, AccountsModule, ErasedModule, VisitorsModule],
  controllers: [ConversationsController],
  providers: [
    AccessService,
    ConversationListRepository,
    ConversationsRepository,
    ConversationsService,
  ],
  exports: [AccessService, ConversationsService, records],
})
export class ConversationsModule {}
