import { Injectable, type StreamableFile } from '@nestjs/common';
import {
  type StatusUpdateDto,
  unixTimeToMs,
  type UsageDto,
  type UsageRangeQueryDto,
} from '#contracts';
import { tellUsage } from '#platform';
import { AccountsService } from '../accounts/accounts.service.js';
import { UsageRepository } from './usage.repository.js';

/** What accounts have used, as ilianaai-avatar has delivered it. */
@Injectable()
export class UsageService {
  constructor(
    private readonly usages: UsageRepository,
    private readonly accounts: AccountsService,
  ) {}

  /** Notes what a delivery says of its session's cost. */
  async note(update: StatusUpdateDto): Promise<void> {
    const { accountId, sessionId, version = 1, startedAt, billedSeconds, credits = null } = update;
    if (accountId === undefined || startedAt === undefined || billedSeconds === undefined) return;
    // What is noted for an account that has gone would stay for ever.
    if ((await this.accounts.find(accountId)) === null) return;
    await this.usages.keep({
      accountId,
      sessionId,
      version,
      startedAt: new Date(unixTimeToMs(startedAt)),
      seconds: billedSeconds,
      credits,
    });
  }

  /** @throws PetyaError `not_found` for an unknown account, `invalid_input` for days that there are not */
  async tell(accountId: string, query: UsageRangeQueryDto): Promise<UsageDto | StreamableFile> {
    await this.accounts.get(accountId);
    return tellUsage(accountId, query, new Date(), ({ from, to }) =>
      this.usages.read(accountId, from, to),
    );
  }

  removeOfAccount(accountId: string): Promise<void> {
    return this.usages.removeOfAccount(accountId);
  }
}
