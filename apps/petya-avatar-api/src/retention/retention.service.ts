import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { ErasureService } from '../erasure/erasure.service.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Removes what accounts no longer keep, and finishes what an earlier run left half done. */
@Injectable()
export class RetentionService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly erasure: ErasureService,
  ) {}

  async sweep(now: Date = new Date()): Promise<void> {
    await this.erasure.resume();
    for (const { id, retentionDays } of await this.accounts.listWithRetention()) {
      if (retentionDays === null) continue;
      await this.erasure.removeExpired(id, keptSince(now, retentionDays));
    }
  }
}

/** Activity before this time is older than the account keeps. */
export function keptSince(now: Date, retentionDays: number): Date {
  return new Date(now.getTime() - retentionDays * DAY_MS);
}
