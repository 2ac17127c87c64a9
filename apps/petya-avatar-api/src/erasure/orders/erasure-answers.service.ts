import { Injectable } from '@nestjs/common';
import type { ErasedSessionDto, ErasureDoneDto } from '#contracts';
import { failPoint } from '#platform';
import { ConversationRemovalService } from '../conversation-removal.service.js';
import { nothingOf } from '../../errors.js';
import { AccountDataService } from '../account-data.service.js';
import { ConversationErasureService } from '../conversation-erasure.service.js';
import type { ErasureOrderRecord } from './erasure-order.schema.js';
import { ErasureOrdersRepository } from './erasure-orders.repository.js';

/** Hears from ilianaai-avatar what it has found for an erasure, and that nothing is left of it. */
@Injectable()
export class ErasureAnswersService {
  constructor(
    private readonly orders: ErasureOrdersRepository,
    private readonly removal: ConversationRemovalService,
    private readonly erasure: ConversationErasureService,
    private readonly data: AccountDataService,
  ) {}

  /**
   * Only the avatar app knows whose its sessions were where a conversation names nobody: what was
   * said in them goes here too. Any number of times.
   * @throws PetyaError `not_found`
   */
  async found(erasureId: string, sessions: readonly ErasedSessionDto[]): Promise<ErasureDoneDto> {
    const { accountId, visitorId } = await this.get(erasureId);
    const sessionIds = sessions.map(({ sessionId }) => sessionId);
    await this.removal.refuseSessions(accountId, sessionIds);
    await this.removal.takeOutSessions(accountId, sessions, visitorId);
    await this.erasure.removeMarked(accountId);
    return { erasureId };
  }

  /**
   * A delivery that died between its write and its second look has left words after everything was
   * removed: nobody sends it again, so it is looked once more before the ids are gone. Any number of
   * times.
   * @throws PetyaError `not_found`
   */
  async confirm(erasureId: string): Promise<ErasureDoneDto> {
    const order = await this.get(erasureId);
    if (order.doneAt === null) await this.removeAgain(order);
    await this.orders.confirm(erasureId);
    await failPoint('erase.confirmed');
    return { erasureId };
  }

  private async removeAgain(order: ErasureOrderRecord): Promise<void> {
    const { accountId, scope, visitorId, sessionIds } = order;
    if (scope === 'account') {
      await this.removal.markOfAccount(accountId);
      await this.data.remove(accountId);
      return;
    }
    if (visitorId !== null) await this.removal.markOfVisitor(accountId, visitorId);
    const sessions = sessionIds.map((sessionId) => ({ sessionId }));
    await this.removal.takeOutSessions(accountId, sessions, visitorId);
    await this.erasure.removeMarked(accountId);
  }

  private async get(erasureId: string): Promise<ErasureOrderRecord> {
    const order = await this.orders.find(erasureId);
    if (!order) throw nothingOf('erasure');
    return order;
  }
}
