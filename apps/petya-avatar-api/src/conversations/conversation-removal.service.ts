import { Injectable } from '@nestjs/common';
import { ErasedConversationsRepository } from './erased-conversations.repository.js';
import { ConversationRemovalRepository } from './conversation-removal.repository.js';

/** What other features may do to take conversations away; see the repository for the two steps. */
@Injectable()
export class ConversationRemovalService {
  constructor(
    private readonly conversations: ConversationRemovalRepository,
    private readonly erased: ErasedConversationsRepository,
  ) {}

  /** Also keeps a late delivery from making the conversations anew. */
  async markOfVisitor(accountId: string, visitorId: string): Promise<void> {
    const ids = await this.conversations.listIdsOfVisitor(accountId, visitorId);
    await this.erased.add(accountId, ids);
    await this.conversations.markOfVisitor(accountId, visitorId);
  }

  markOfAccount(accountId: string): Promise<void> {
    return this.conversations.markOfAccount(accountId);
  }

  markIdleSince(accountId: string, before: Date): Promise<void> {
    return this.conversations.markIdleSince(accountId, before);
  }

  listMarked(accountId: string, limit: number): Promise<string[]> {
    return this.conversations.listMarked(accountId, limit);
  }

  removeMarked(accountId: string, ids: readonly string[]): Promise<number> {
    return this.conversations.removeMarked(accountId, ids);
  }

  hasOfVisitor(accountId: string, visitorId: string): Promise<boolean> {
    return this.conversations.hasOfVisitor(accountId, visitorId);
  }
}
