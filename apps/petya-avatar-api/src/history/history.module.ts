import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { VisitorsModule } from '../visitors/visitors.module.js';
import { HistoryController } from './history.controller.js';
import { HistoryService } from './history.service.js';
import { VisitorExportService } from './visitor-export.service.js';

@Module({
  imports: [ConversationsModule, MessagesModule, VisitorsModule],
  controllers: [HistoryController],
  providers: [HistoryService, VisitorExportService],
  exports: [VisitorExportService],
})
export class HistoryModule {}
