import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { attempt } from '../attempt.js';
import { ErasureService } from '../erasure.service.js';
import { type Expiry, ExpiryService } from './expiry.service.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Removes what accounts no longer keep, and finishes what an earlier run left half done. */
@Injectable()
export class RetentionService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly erasure: ErasureService,
    private readonly expiry: ExpiryService,
  ) {}

  /** Every account has a bounded turn, one after the other, until nothing of any is left. */
  async sweep(now: Date = new Date(), signal?: AbortSignal): Promise<void> {
    await this.erasure.resume(new Date(), signal);
    let turns: Expiry[] = (await this.accounts.listWithRetention()).map((account) => ({
      accountId: account.id,
      before: keptSince(now, account.retentionDays),
      conversationsDone: false,
      visitor: null,
    }));
    while (turns.length > 0) {
      const next: Expiry[] = [];
      for (const turn of turns) {
        if (signal?.aborted) return;
        const rest = await attempt(turn.accountId, () => this.expiry.removeSome(turn));
        if (rest) next.push(rest);
      }
      turns = next;
    }
  }
}

/** Activity before this time is older than the account keeps. */
export function keptSince(now: Date, retentionDays: number): Date {
  return new Date(now.getTime() - retentionDays * DAY_MS);
}
