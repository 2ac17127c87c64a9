import { Injectable } from '@nestjs/common';
import type { ErasureDto } from '#contracts';
import { failPoint } from '#platform';
import { nothingOf } from '../errors.js';
import { ConversationRemovalService } from './conversation-removal.service.js';
import { VisitorRemovalRepository } from './visitor-removal.repository.js';
import { ConversationErasureService } from './conversation-erasure.service.js';
import { attempt } from './attempt.js';
import { ErasureOrdersService } from './orders/erasure-orders.service.js';

/** Unfinished erasures of visitors that are read in one go, and such goes of one look. */
const BATCH = 100;
const BATCHES_A_LOOK = 10;

/** Erases visitors with everything that was written and said: the visitor's own record goes last. */
@Injectable()
export class VisitorErasureService {
  constructor(
    private readonly visitors: VisitorRemovalRepository,
    private readonly removal: ConversationRemovalService,
    private readonly conversations: ConversationErasureService,
    private readonly orders: ErasureOrdersService,
  ) {}

  /** @throws PetyaError `not_found` */
  async erase(accountId: string, visitorId: string): Promise<ErasureDto> {
    if (!(await this.visitors.markRemoving(accountId, visitorId))) {
      throw nothingOf('visitor');
    }
    await failPoint('erase.visitorMarked');
    return this.finish(accountId, visitorId);
  }

  /**
   * Finishes what began before a time and did not end, a bounded part of it. What is not done is
   * put behind what nobody has looked at yet.
   */
  async resume(before: Date, signal?: AbortSignal): Promise<void> {
    for (let batch = 0; batch < BATCHES_A_LOOK; batch += 1) {
      const removing = await this.visitors.listRemoving(before, BATCH);
      for (const { accountId, visitorId } of removing) {
        if (signal?.aborted) return;
        const isDone = await attempt(accountId, () => this.resumeOne(accountId, visitorId));
        if (!isDone) await this.visitors.postponeRemoval(accountId, visitorId);
      }
      if (removing.length < BATCH) return;
    }
  }

  private async resumeOne(accountId: string, visitorId: string): Promise<boolean> {
    await this.begin(accountId, visitorId);
    if (!(await this.conversations.removeSomeMarked(accountId))) return false;
    await this.visitors.remove(accountId, visitorId);
    return true;
  }

  private async finish(accountId: string, visitorId: string): Promise<ErasureDto> {
    await this.begin(accountId, visitorId);
    const erased = await this.conversations.removeMarked(accountId);
    await failPoint('erase.removed');
    const visitors = await this.visitors.remove(accountId, visitorId);
    return { visitors, ...erased };
  }

  private async begin(accountId: string, visitorId: string): Promise<void> {
    await this.orders.orderVisitor(accountId, visitorId);
    await this.removal.markOfVisitor(accountId, visitorId);
  }
}
