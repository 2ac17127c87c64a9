import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { ConversationListRepository } from './conversation-list.repository.js';
import { ListingService } from './listing.service.js';
import { VisitorListRepository } from './visitor-list.repository.js';

@Module({
  imports: [AccountsModule, ConversationsModule, VisitorsModule],
  providers: [ConversationListRepository, ListingService, VisitorListRepository],
  exports: [ListingService],
})
export class ListingModule {}
