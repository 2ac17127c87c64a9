import { Injectable } from '@nestjs/common';
import type { ErasureDto } from '#contracts';
import { failPoint } from '#platform';
import { ConversationRemovalService } from '../conversations/conversation-removal.service.js';
import { VisitorRemovalService } from '../visitors/visitor-removal.service.js';
import { ConversationErasureService } from './conversation-erasure.service.js';
import type { Attempt } from './attempt.js';
import { ErasureOrdersService } from './erasure-orders.service.js';

/** Unfinished erasures of visitors taken up in one go: one that fails comes again and takes one place. */
const BATCH = 1_000;

/** Erases visitors with everything that was written and said: the visitor's own record goes last. */
@Injectable()
export class VisitorErasureService {
  constructor(
    private readonly visitors: VisitorRemovalService,
    private readonly removal: ConversationRemovalService,
    private readonly conversations: ConversationErasureService,
    private readonly orders: ErasureOrdersService,
  ) {}

  /** @throws PetyaError `not_found` */
  async erase(accountId: string, visitorId: string): Promise<ErasureDto> {
    await this.visitors.markRemoving(accountId, visitorId);
    await failPoint('erase.visitorMarked');
    return this.finish(accountId, visitorId);
  }

  /**
   * Finishes some of what began before a time and did not end; the next call goes on.
   * @param attempt carries out one of them; it keeps a failure from the others
   */
  async resume(before: Date, attempt: Attempt): Promise<void> {
    const removing = await this.visitors.listRemoving(before, BATCH);
    for (const { accountId, visitorId } of removing) {
      await attempt(accountId, async () => void (await this.finish(accountId, visitorId)));
    }
  }

  private async finish(accountId: string, visitorId: string): Promise<ErasureDto> {
    await this.orders.orderVisitor(accountId, visitorId);
    await this.removal.markOfVisitor(accountId, visitorId);
    const erased = await this.conversations.removeMarked(accountId);
    await failPoint('erase.removed');
    const visitors = await this.visitors.remove(accountId, visitorId);
    return { visitors, ...erased };
  }
}
