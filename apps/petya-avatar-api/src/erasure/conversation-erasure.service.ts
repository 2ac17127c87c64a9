import { Injectable } from '@nestjs/common';
import type { ErasureDto } from '#contracts';
import { ConversationRemovalService } from '../conversations/conversation-removal.service.js';
import { MessagesService } from '../messages/messages.service.js';

/** Conversations removed in one go; a crash loses at most so much progress. */
const BATCH = 100;

/** How much was removed beside the visitor. */
export type ErasedConversations = Pick<ErasureDto, 'conversations' | 'messages'>;

/** Removes the marked conversations of an account: their messages first, the records last. */
@Injectable()
export class ConversationErasureService {
  constructor(
    private readonly removal: ConversationRemovalService,
    private readonly messages: MessagesService,
  ) {}

  /** May be repeated, and run by two replicas at once: each removal is of what is still there. */
  async removeMarked(accountId: string): Promise<ErasedConversations> {
    const erased = { conversations: 0, messages: 0 };
    for (;;) {
      const ids = await this.removal.listMarked(accountId, BATCH);
      if (ids.length === 0) return erased;
      erased.messages += await this.messages.removeOfConversations(accountId, ids);
      erased.conversations += await this.removal.removeMarked(accountId, ids);
    }
  }
}
