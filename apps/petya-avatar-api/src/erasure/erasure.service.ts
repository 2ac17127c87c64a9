import { Injectable } from '@nestjs/common';
import type { ErasureDto } from '#contracts';
import { ConversationRemovalService } from './conversation-removal.service.js';
import { nothingOf } from '../errors.js';
import { AccountErasureService } from './account-erasure.service.js';
import { attempt } from './attempt.js';
import { ConversationErasureService } from './conversation-erasure.service.js';
import { VisitorErasureService } from './visitor-erasure.service.js';

/**
 * Takes data away, dependants first and the record that says so last. Every step may be repeated;
 * what a crash leaves half done, `resume` finishes.
 */
@Injectable()
export class ErasureService {
  constructor(
    private readonly accounts: AccountErasureService,
    private readonly visitors: VisitorErasureService,
    private readonly removal: ConversationRemovalService,
    private readonly erasure: ConversationErasureService,
  ) {}

  /** @throws PetyaError `not_found`, `sessions_live` unless forced */
  removeAccount(accountId: string, force: boolean): Promise<void> {
    return this.accounts.remove(accountId, force);
  }

  /** @throws PetyaError `not_found` */
  eraseVisitor(accountId: string, visitorId: string): Promise<ErasureDto> {
    return this.visitors.erase(accountId, visitorId);
  }

  /** @param id our own or the caller's @throws PetyaError `not_found` */
  async eraseConversation(accountId: string, id: string): Promise<ErasureDto> {
    if (!(await this.removal.markOne(accountId, id))) throw nothingOf('conversation');
    return { visitors: 0, ...(await this.erasure.removeMarked(accountId)) };
  }

  /**
   * Finishes erasures that began before a time and did not end, of each account a bounded part. What
   * is left, and what fails, comes with the next call.
   */
  async resume(before: Date = new Date(), signal?: AbortSignal): Promise<void> {
    await this.visitors.resume(before, signal);
    for (const accountId of await this.removal.listAccountsWithMarked()) {
      if (signal?.aborted) return;
      await attempt(accountId, () => this.erasure.removeSomeMarked(accountId));
    }
    await this.accounts.resume(signal);
  }
}
