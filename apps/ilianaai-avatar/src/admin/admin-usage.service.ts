import { Injectable, type StreamableFile } from '@nestjs/common';
import type { UsageDto, UsageQueryDto, UsageRange, UsedSession } from '#contracts';
import { tellUsage } from '#platform';
import { DatabaseClock } from '../clock/database-clock.js';
import { secondsOf } from '../sessions/domain/billed.js';
import { SessionStore } from '../sessions/store/session-store.service.js';

/** What accounts have used, added up from the session records: there is no counter to drift. */
@Injectable()
export class AdminUsageService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
  ) {}

  /** @throws AvatarError `invalid_input` for days or a time zone that there are not */
  tell(query: UsageQueryDto): Promise<UsageDto | StreamableFile> {
    const now = this.clock.now();
    return tellUsage(query.accountId, query, now, (range) =>
      this.read(query.accountId, range, now),
    );
  }

  private async *read(
    accountId: string,
    { from, to }: UsageRange,
    now: Date,
  ): AsyncGenerator<UsedSession> {
    for await (const session of this.sessions.readStarted(accountId, from, to)) {
      yield {
        sessionId: session.vendorSessionId ?? session.id,
        startedAt: session.startedAt,
        seconds: secondsOf(session, now),
        credits: session.billed?.credits ?? null,
      };
    }
  }
}
