import { Injectable } from '@nestjs/common';
import type { ErasureDto } from '#contracts';
import { failPoint } from '#platform';
import {
  ConversationRemovalService,
  type LeavingConversation,
} from './conversation-removal.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { ErasureOrdersService } from './orders/erasure-orders.service.js';

/** Conversations removed in one go; a crash loses at most so much progress. */
const BATCH = 100;

/** Batches of one account that are removed before another account has its turn. */
const BATCHES_A_TURN = 10;

/** How much was removed beside the visitor. */
export type ErasedConversations = Pick<ErasureDto, 'conversations' | 'messages'>;

/**
 * Removes the marked conversations of an account: what the other app has of them is ordered away
 * first, then their messages go, the records last.
 */
@Injectable()
export class ConversationErasureService {
  constructor(
    private readonly removal: ConversationRemovalService,
    private readonly messages: MessagesService,
    private readonly orders: ErasureOrdersService,
  ) {}

  /**
   * May be repeated, and run by two replicas at once: each removal is of what is still there.
   * @throws Error when a round removes nothing and finds the same again
   */
  removeMarked(accountId: string): Promise<ErasedConversations> {
    return this.remove(accountId, Infinity);
  }

  /**
   * As `removeMarked`, of as many as one account may have removed before another has its turn.
   * @returns whether none is left
   */
  async removeSomeMarked(accountId: string): Promise<boolean> {
    await this.remove(accountId, BATCHES_A_TURN);
    return (await this.removal.listMarked(accountId, 1)).length === 0;
  }

  private async remove(accountId: string, batches: number): Promise<ErasedConversations> {
    const erased = { conversations: 0, messages: 0 };
    let kept = new Set<string>();
    for (let batch = 0; batch < batches; batch += 1) {
      const leaving = await this.removal.listMarked(accountId, BATCH);
      if (leaving.length === 0) return erased;
      if (leaving.some(({ id }) => kept.has(String(id)))) {
        throw new Error('Conversations that are marked cannot be removed.');
      }
      await this.orders.orderConversations(accountId, leaving);
      await this.removal.refuseSessions(accountId, sessionsOf(leaving));
      const ids = leaving.map(({ id }) => id);
      const ownIds = ids.map(String);
      erased.messages += await this.messages.removeOfConversations(accountId, ownIds);
      await failPoint('erase.halfRemoved');
      const removed = await this.removal.removeMarked(accountId, ids);
      erased.conversations += removed;
      // Another replica may have been faster: they are gone then.
      kept = new Set(removed === 0 ? ownIds : []);
    }
    return erased;
  }
}

function sessionsOf(leaving: readonly LeavingConversation[]): string[] {
  return leaving.flatMap(({ sessionIds }) => sessionIds);
}
