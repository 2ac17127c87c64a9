import { Injectable } from '@nestjs/common';
import { MessagesService } from '../messages/messages.service.js';
import { UsageService } from '../usage/usage.service.js';
import { VisitorRemovalRepository } from './visitor-removal.repository.js';
import { ConversationErasureService } from './conversation-erasure.service.js';

/** Empties an account that nobody can use any more. */
@Injectable()
export class AccountDataService {
  constructor(
    private readonly conversations: ConversationErasureService,
    private readonly messages: MessagesService,
    private readonly visitors: VisitorRemovalRepository,
    private readonly usage: UsageService,
  ) {}

  async remove(accountId: string): Promise<void> {
    await this.conversations.removeMarked(accountId);
    await this.removeRest(accountId);
  }

  /** A bounded part of it. @returns whether nothing is left */
  async removeSome(accountId: string): Promise<boolean> {
    if (!(await this.conversations.removeSomeMarked(accountId))) return false;
    await this.removeRest(accountId);
    return true;
  }

  private async removeRest(accountId: string): Promise<void> {
    // A message that was on its way when its conversation went has no conversation to be found by.
    await this.messages.removeOfAccount(accountId);
    await this.visitors.removeOfAccount(accountId);
    await this.usage.removeOfAccount(accountId);
  }
}
