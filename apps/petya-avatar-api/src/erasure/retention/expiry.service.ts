import { Injectable } from '@nestjs/common';
import { ConversationRemovalService } from '../conversation-removal.service.js';
import { type UnseenPosition, VisitorRemovalRepository } from '../visitor-removal.repository.js';
import { ConversationErasureService } from '../conversation-erasure.service.js';
import { ErasureOrdersService } from '../orders/erasure-orders.service.js';

/** What an account may have removed before another one has its turn. */
const CONVERSATIONS_A_ROUND = 500;
const VISITORS_A_ROUND = 1_000;

/** How far the removal of what an account no longer keeps has come. */
export interface Expiry {
  readonly accountId: string;
  /** Activity before this time is older than the account keeps. */
  readonly before: Date;
  /** Conversations are all removed: visitors come next. */
  readonly conversationsDone: boolean;
  /** The last visitor who was looked at. */
  readonly visitor: UnseenPosition | null;
}

/** Removes what an account no longer keeps, in rounds that hold a bounded part of it in memory. */
@Injectable()
export class ExpiryService {
  constructor(
    private readonly removal: ConversationRemovalService,
    private readonly erasure: ConversationErasureService,
    private readonly visitors: VisitorRemovalRepository,
    private readonly orders: ErasureOrdersService,
  ) {}

  /** @returns where the next round goes on; null when nothing is left */
  async removeSome(expiry: Expiry): Promise<Expiry | null> {
    const { accountId, before } = expiry;
    if (expiry.conversationsDone) return this.removeVisitors(expiry);
    const { found, marked } = await this.removal.markIdleSince(
      accountId,
      before,
      CONVERSATIONS_A_ROUND,
    );
    const isAllGone = await this.erasure.removeSomeMarked(accountId);
    const isRest = !isAllGone || (found === CONVERSATIONS_A_ROUND && marked > 0);
    return { ...expiry, conversationsDone: !isRest };
  }

  /** A visitor whose conversation is kept is passed over, not looked at again and again. */
  private async removeVisitors(expiry: Expiry): Promise<Expiry | null> {
    const { accountId, before, visitor } = expiry;
    const unseen = await this.visitors.listUnseen(accountId, before, visitor, VISITORS_A_ROUND);
    const ids = unseen.map(({ id }) => id);
    const talking = await this.removal.visitorsWithAny(accountId, ids.map(String));
    const silent = ids.filter((id) => !talking.has(String(id)));
    // Sessions in the other app carry their ids. Whoever comes back meanwhile loses old ones only.
    await this.orders.orderVisitors(accountId, silent.map(String));
    await this.visitors.removeUnseen(accountId, silent, before);
    const last = unseen.at(-1);
    return last && unseen.length === VISITORS_A_ROUND ? { ...expiry, visitor: last } : null;
  }
}
