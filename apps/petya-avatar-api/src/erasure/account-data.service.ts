import { Injectable } from '@nestjs/common';
import { MessagesService } from '../messages/messages.service.js';
import { VisitorRemovalService } from '../visitors/visitor-removal.service.js';
import { ConversationErasureService } from './conversation-erasure.service.js';

/** Empties an account that nobody can use any more. */
@Injectable()
export class AccountDataService {
  constructor(
    private readonly conversations: ConversationErasureService,
    private readonly messages: MessagesService,
    private readonly visitors: VisitorRemovalService,
  ) {}

  async remove(accountId: string): Promise<void> {
    await this.conversations.removeMarked(accountId);
    // A message that was on its way when its conversation went has no conversation to be found by.
    await this.messages.removeOfAccount(accountId);
    await this.visitors.removeOfAccount(accountId);
  }
}
