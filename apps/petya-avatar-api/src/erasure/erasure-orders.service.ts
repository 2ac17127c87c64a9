import { Injectable } from '@nestjs/common';
import type { ErasureOrderDto, ErasureOrdersDto, ErasureOrdersQueryDto } from '#contracts';
import { failPoint, newId } from '#platform';
import type { LeavingConversation } from '../conversations/conversation-removal.service.js';
import type { ErasureOrderRecord } from './erasure-order.schema.js';
import { ErasureOrdersRepository } from './erasure-orders.repository.js';

/** Orders in one answer. */
const MAX_ORDERS = 100;

/** Ids of either kind in one order, and all ids in one answer: the other side reads 1 MiB. */
const MAX_IDS = 200;
const MAX_ANSWERED_IDS = 2_000;

/** Tells ilianaai-avatar what it has to erase, and hears when that is done. */
@Injectable()
export class ErasureOrdersService {
  constructor(private readonly orders: ErasureOrdersRepository) {}

  async orderVisitor(accountId: string, visitorId: string): Promise<void> {
    await this.orders.add([{ ...draft(accountId), scope: 'visitor', visitorId }]);
    await failPoint('erase.ordered');
  }

  async orderAccount(accountId: string): Promise<void> {
    await this.orders.add([{ ...draft(accountId), scope: 'account' }]);
  }

  async orderConversations(
    accountId: string,
    leaving: readonly LeavingConversation[],
  ): Promise<void> {
    const conversationIds = leaving.flatMap(({ names }) => names);
    const sessionIds = leaving.flatMap((conversation) => conversation.sessionIds);
    const orders: ErasureOrderRecord[] = [];
    const most = Math.max(conversationIds.length, sessionIds.length);
    for (let from = 0; from < most; from += MAX_IDS) {
      orders.push({
        ...draft(accountId),
        conversationIds: conversationIds.slice(from, from + MAX_IDS),
        sessionIds: sessionIds.slice(from, from + MAX_IDS),
      });
    }
    await this.orders.add(orders);
  }

  /** The oldest that are not confirmed, as many as an answer holds. */
  async list({ after }: ErasureOrdersQueryDto): Promise<ErasureOrdersDto> {
    const open = await this.orders.listOpen(after, MAX_ORDERS);
    let ids = 0;
    const shown = open.filter(({ conversationIds, sessionIds }, index) => {
      ids += conversationIds.length + sessionIds.length;
      return index === 0 || ids <= MAX_ANSWERED_IDS;
    });
    return { items: shown.map(toOrder) };
  }
}

function draft(accountId: string): ErasureOrderRecord {
  const createdAt = new Date();
  return {
    _id: newId(),
    accountId,
    scope: 'conversations',
    visitorId: null,
    conversationIds: [],
    sessionIds: [],
    createdAt,
    openSince: createdAt,
    doneAt: null,
  };
}

function toOrder(record: ErasureOrderRecord): ErasureOrderDto {
  const { _id: erasureId, accountId, scope, visitorId, conversationIds, sessionIds } = record;
  const orderedAt = record.createdAt.toISOString();
  return { erasureId, accountId, scope, orderedAt, visitorId, conversationIds, sessionIds };
}
