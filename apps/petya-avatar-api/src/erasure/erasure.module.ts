import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { AccountDataService } from './account-data.service.js';
import { AccountErasureService } from './account-erasure.service.js';
import { ConversationErasureService } from './conversation-erasure.service.js';
import { ErasureService } from './erasure.service.js';

@Module({
  imports: [AccountsModule, ApiKeysModule, ConversationsModule, MessagesModule, VisitorsModule],
  providers: [
    AccountDataService,
    AccountErasureService,
    ConversationErasureService,
    ErasureService,
  ],
  exports: [ErasureService],
})
export class ErasureModule {}
