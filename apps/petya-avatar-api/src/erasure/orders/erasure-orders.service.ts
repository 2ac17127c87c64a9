import { Injectable } from '@nestjs/common';
import type { ErasureOrderDto, ErasureOrdersDto, ErasureOrdersQueryDto } from '#contracts';
import { failPoint, newId } from '#platform';
import { PetyaConfig } from '../../config/petya-config.js';
import type { LeavingConversation } from '../conversation-removal.service.js';
import { erasedDigest, type ErasedThing } from '../erased-digest.js';
import type { ErasureOrderRecord } from './erasure-order.schema.js';
import { ErasureOrdersRepository } from './erasure-orders.repository.js';

/** Orders in one answer. */
const MAX_ORDERS = 100;

/** Ids of each kind in one order, and all ids in one answer: the other side reads 1 MiB. */
const MAX_IDS = 200;
const MAX_ANSWERED_IDS = 2_000;

/** Tells ilianaai-avatar what it has to erase, and hears when that is done. */
@Injectable()
export class ErasureOrdersService {
  /** The first of them names orders. With another one an erasure taken up again gets a second order. */
  private readonly pepper: string;

  constructor(
    private readonly orders: ErasureOrdersRepository,
    config: PetyaConfig,
  ) {
    [this.pepper] = config.apiKeyPeppers;
  }

  async orderVisitor(accountId: string, visitorId: string): Promise<void> {
    const _id = this.nameOf(accountId, { kind: 'visitor', id: visitorId });
    await this.orders.renew({ ...draft(accountId), _id, scope: 'visitor', visitorId });
    await failPoint('erase.ordered');
  }

  /** Of visitors who are kept no more, and whose conversations are gone. */
  async orderVisitors(accountId: string, visitorIds: readonly string[]): Promise<void> {
    const orders: ErasureOrderRecord[] = [];
    for (let from = 0; from < visitorIds.length; from += MAX_IDS) {
      orders.push({ ...draft(accountId), visitorIds: visitorIds.slice(from, from + MAX_IDS) });
    }
    await this.orders.add(orders);
  }

  async orderAccount(accountId: string): Promise<void> {
    const _id = this.nameOf(accountId, { kind: 'account', id: accountId });
    await this.orders.renew({ ...draft(accountId), _id, scope: 'account' });
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
    const shown = open.filter(({ visitorIds = [], conversationIds, sessionIds }, index) => {
      ids += visitorIds.length + conversationIds.length + sessionIds.length;
      return index === 0 || ids <= MAX_ANSWERED_IDS;
    });
    return { items: shown.map(toOrder) };
  }

  /** One erasure has one order, however often it is taken up. Its id tells nobody whose it is. */
  private nameOf(accountId: string, whom: ErasedThing): string {
    return erasedDigest(this.pepper, accountId, whom).slice(0, 22);
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
  const { _id: erasureId, accountId, scope, visitorId, visitorIds = [], ...ids } = record;
  const { conversationIds, sessionIds } = ids;
  const orderedAt = record.createdAt.toISOString();
  const whose = { erasureId, accountId, scope, orderedAt };
  return { ...whose, visitorId, visitorIds, conversationIds, sessionIds };
}
