import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { ApiKeysService } from '../api-keys/api-keys.service.js';
import { ConversationRemovalService } from './conversation-removal.service.js';
import { ConversationsService } from '../conversations/conversations.service.js';
import { PetyaError } from '../errors.js';
import { AccountDataService } from './account-data.service.js';
import { attempt } from './attempt.js';
import { ErasureOrdersService } from './orders/erasure-orders.service.js';

/** Removes accounts: closed first, then emptied, the account's own record last. */
@Injectable()
export class AccountErasureService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly keys: ApiKeysService,
    private readonly conversations: ConversationsService,
    private readonly removal: ConversationRemovalService,
    private readonly data: AccountDataService,
    private readonly orders: ErasureOrdersService,
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
    await this.begin(accountId);
    if (await this.data.removeSome(accountId)) await this.accounts.remove(accountId);
  }

  private async finish(accountId: string): Promise<void> {
    await this.begin(accountId);
    await this.data.remove(accountId);
    await this.accounts.remove(accountId);
  }

  private async begin(accountId: string): Promise<void> {
    await this.keys.removeOfAccount(accountId);
    await this.orders.orderAccount(accountId);
    await this.removal.markOfAccount(accountId);
  }
}
