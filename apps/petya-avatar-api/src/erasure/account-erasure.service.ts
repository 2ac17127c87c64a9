import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { ConversationsService } from '../conversations/conversations.service.js';
import { PetyaError } from '../errors.js';
import { AccountClosingService } from './account-closing.service.js';
import { AccountDataService } from './account-data.service.js';
import { attempt } from './attempt.js';

/** Removes accounts: closed first, then emptied, the account's own record last. */
@Injectable()
export class AccountErasureService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly conversations: ConversationsService,
    private readonly closing: AccountClosingService,
    private readonly data: AccountDataService,
  ) {}

  /** @throws PetyaError `not_found`, `sessions_live` unless forced */
  async remove(accountId: string, force: boolean): Promise<void> {
    await this.accounts.get(accountId);
    if (!force && (await this.conversations.hasLiveSessions(accountId))) {
      throw new PetyaError('sessions_live');
    }
    await this.accounts.markRemoving(accountId);
    await this.finish(accountId);
  }

  /**
   * Finishes removals that began and did not end; a large account takes several calls. One that
   * fails keeps no other from its end.
   */
  async resume(signal?: AbortSignal): Promise<void> {
    for (const accountId of await this.accounts.listRemoving()) {
      if (signal?.aborted) return;
      await attempt(accountId, () => this.resumeOne(accountId));
    }
  }

  private async resumeOne(accountId: string): Promise<void> {
    await this.closing.close(accountId);
    if (await this.data.removeSome(accountId)) await this.accounts.remove(accountId);
  }

  private async finish(accountId: string): Promise<void> {
    await this.closing.close(accountId);
    await this.data.remove(accountId);
    await this.accounts.remove(accountId);
  }
}
