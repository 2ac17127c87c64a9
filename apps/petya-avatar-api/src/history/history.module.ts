import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';

@Module({
  imports: [ConversationsModule, MessagesModule],
  controllers: [HistoryController],
  providers: [HistoryService],
})
export class HistoryModule {}
