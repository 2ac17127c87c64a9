import { Injectable, Logger } from '@nestjs/common';
import { delay, describeCause, LatestReading } from '#platform';
import { DatabaseClock } from '../clock/database-clock.js';
import type { LeaseKind } from '../sessions/domain/session.js';
import type { Fleet, FleetUse } from './fleet.js';
import { type CountedSessions, FleetRepository } from './fleet.repository.js';
import { UsedSecondsService } from './used-seconds.service.js';

/** How often the database is asked, whoever looks. What has not been looked at for long is waited for. */
const COUNTS = { everyMs: 5_000, staleMs: 15_000, patienceMs: 2_000 };
const USES = { everyMs: 60_000, staleMs: 300_000, patienceMs: 2_000 };

/**
 * Longest that whoever looks first waits for the month to be added up. A scrape waits 3 s for all of it, and
 * who has an older sum gives it before.
 */
const FIRST_USES_MS = 2_500;

/** All sessions at a glance, at a cost that does not grow with whoever looks: see `LatestReading`. */
@Injectable()
export class FleetService {
  private readonly logger = new Logger('Fleet');
  private readonly counts: LatestReading<Omit<Fleet, 'used'>>;
  private readonly uses: LatestReading<readonly FleetUse[]>;

  constructor(
    private readonly records: FleetRepository,
    used: UsedSecondsService,
    private readonly clock: DatabaseClock,
  ) {
    const onError = (error: unknown) => this.logger.warn({ fleetNotRead: describeCause(error) });
    this.counts = new LatestReading({ ...COUNTS, read: () => this.count(), onError });
    this.uses = new LatestReading({ ...USES, read: () => used.read(), onError });
  }

  /**
   * As it was within the last seconds; where the database does not answer, as it was last.
   * @throws what the database fails with where it has never answered
   */
  async look(): Promise<Fleet> {
    const [counted, used] = await Promise.all([this.counts.look(), this.usedByNow()]);
    return { ...counted, used };
  }

  private async usedByNow(): Promise<readonly FleetUse[]> {
    const none = delay(FIRST_USES_MS, { ref: false }).then(() => []);
    return Promise.race([this.uses.look(), none]).catch(() => []);
  }

  private async count(): Promise<Omit<Fleet, 'used'>> {
    await this.clock.ready();
    const readAt = this.clock.now();
    const [counted, end, life, outbox] = await Promise.all([
      this.records.count(),
      this.lagOf('end', readAt),
      this.lagOf('life', readAt),
      this.lagOf('outbox', readAt),
    ]);
    return {
      readAt,
      counts: counted.map(({ vendor, state, sessions }) => ({ vendor, state, sessions })),
      lagSeconds: { end: Math.max(end, secondsSince(oldestEnding(counted), readAt)), life, outbox },
      oldestWaitingSeconds: secondsSince(oldestClosed(counted), readAt),
    };
  }

  private async lagOf(lane: LeaseKind, now: Date): Promise<number> {
    return secondsSince(await this.records.earliestDue(lane, now), now);
  }
}

/** Since when the oldest transcript waits that is closed and not delivered. */
function oldestClosed(counted: readonly CountedSessions[]): Date | null {
  return earliest(counted, 'final', ({ closedSince }) => closedSince);
}

/**
 * Since when the oldest session is to end that has not ended. One that the vendor does not end is due only
 * for its next attempt, and costs money all the while.
 */
function oldestEnding(counted: readonly CountedSessions[]): Date | null {
  return earliest(counted, 'stopping', ({ endingSince }) => endingSince);
}

function earliest(
  counted: readonly CountedSessions[],
  state: CountedSessions['state'],
  timeOf: (each: CountedSessions) => Date | null,
): Date | null {
  const times = counted.flatMap((each) => (each.state === state ? (timeOf(each) ?? []) : []));
  return times.toSorted((one, other) => one.getTime() - other.getTime())[0] ?? null;
}

function secondsSince(at: Date | null, now: Date): number {
  return at === null ? 0 : Math.max(0, now.getTime() - at.getTime()) / 1000;
}
