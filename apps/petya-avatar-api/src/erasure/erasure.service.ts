import { Injectable } from '@nestjs/common';
import type { ErasureDto } from '#contracts';
import { ConversationRemovalService } from '../conversations/conversation-removal.service.js';
import { VisitorsService } from '../visitors/visitors.service.js';
import { AccountErasureService } from './account-erasure.service.js';
import { ConversationErasureService } from './conversation-erasure.service.js';

/**
 * Takes data away, dependants first and the record that says so last. Every step may be repeated;
 * what a crash leaves half done, `resume` finishes.
 */
@Injectable()
export class ErasureService {
  constructor(
    private readonly accounts: AccountErasureService,
    private readonly visitors: VisitorsService,
    private readonly removal: ConversationRemovalService,
    private readonly erasure: ConversationErasureService,
  ) {}

  /** @throws PetyaError `not_found`, `sessions_live` unless forced */
  removeAccount(accountId: string, force: boolean): Promise<void> {
    return this.accounts.remove(accountId, force);
  }

  /** @throws PetyaError `not_found` */
  async eraseVisitor(accountId: string, visitorId: string): Promise<ErasureDto> {
    await this.visitors.markRemoving(accountId, visitorId);
    return this.finishVisitor(accountId, visitorId);
  }

  /** Removes what an account no longer keeps. */
  async removeExpired(accountId: string, before: Date): Promise<ErasureDto> {
    await this.removal.markIdleSince(accountId, before);
    const erased = await this.erasure.removeMarked(accountId);
    const visitors = await this.removeUnseenVisitors(accountId, before);
    return { visitors, ...erased };
  }

  /** Finishes every erasure that began and did not end. */
  async resume(): Promise<void> {
    await this.accounts.resume();
    for (const { accountId, visitorId } of await this.visitors.listRemoving()) {
      await this.finishVisitor(accountId, visitorId);
    }
  }

  private async finishVisitor(accountId: string, visitorId: string): Promise<ErasureDto> {
    await this.removal.markOfVisitor(accountId, visitorId);
    const erased = await this.erasure.removeMarked(accountId);
    const visitors = await this.visitors.remove(accountId, visitorId);
    return { visitors, ...erased };
  }

  private async removeUnseenVisitors(accountId: string, before: Date): Promise<number> {
    let removed = 0;
    for (const visitorId of await this.visitors.listUnseenSince(accountId, before)) {
      if (await this.removal.hasOfVisitor(accountId, visitorId)) continue;
      removed += await this.visitors.removeUnseen(accountId, visitorId, before);
    }
    return removed;
  }
}
