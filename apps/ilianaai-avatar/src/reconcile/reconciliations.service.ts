import { Injectable } from '@nestjs/common';
import type {
  OverviewDayDto,
  ReconciliationDto,
  ReconciliationListDto,
  ReconciliationUnderWayDto,
} from '#contracts';
import { periodOf } from '#contracts';
import { delay, Gate } from '#platform';
import { AvatarError } from '../errors.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { ClaimRepository } from './claim.repository.js';
import { refuseOutOfReach } from './days.js';
import { Reconciler } from './reconciler.js';
import { differing } from './report.js';
import { toReconciliation, toSummary } from './report.mapper.js';
import { ReportRepository } from './report.repository.js';

/** Days that a list shows. */
const MAX_LISTED = 31;

/** The vendor whose bills are compared; the other one has no list of what is over. */
const VENDOR = 'liveavatar';

/** Longest that an operator waits for a report before it is said to be under way. */
const PATIENCE_MS = 4_000;

const DAY_MS = 86_400_000;

/** What an operator may see of the comparisons and ask of them. */
@Injectable()
export class ReconciliationsService {
  constructor(
    private readonly reports: ReportRepository,
    private readonly claims: ClaimRepository,
    private readonly reconciler: Reconciler,
    private readonly clock: DatabaseClock,
    private readonly gate: Gate,
  ) {}

  /** The newest days, without their rows. */
  async list(): Promise<ReconciliationListDto> {
    const found = await this.reports.listLatest(VENDOR, MAX_LISTED);
    return { items: found.map(toSummary) };
  }

  /** @throws AvatarError `not_found` for a day that was not compared */
  async get(day: string): Promise<ReconciliationDto> {
    const report = await this.reports.find(VENDOR, day);
    if (report === null) {
      const advice = ' This day was not compared: POST makes its report.';
      throw new AvatarError('not_found', { params: { advice } });
    }
    return toReconciliation(report);
  }

  /**
   * Makes the report of a day anew. What takes longer than an operator waits, or stands behind another
   * one, is made all the same, by whichever replica comes to it.
   * @throws AvatarError `invalid_input` for a day out of reach, `liveavatar_disabled`, or what the
   * vendor fails with; then the report that there was stays
   */
  async make(day: string): Promise<ReconciliationDto | ReconciliationUnderWayDto> {
    const { vendor } = this.reconciler;
    if (vendor === null) throw new AvatarError('liveavatar_disabled');
    await this.clock.ready();
    const askedAt = this.clock.now();
    refuseOutOfReach(day, askedAt);
    await this.claims.want(vendor.name, day);
    const read = () => this.reports.find(vendor.name, day);
    const isMade = async (): Promise<boolean> => {
      const report = await read();
      return report !== null && report.madeAt >= askedAt;
    };
    const isDone = await this.gate.outside(() => this.waitFor(day, isMade));
    const report = isDone ? await read() : null;
    return report ? toReconciliation(report) : { day, state: 'running' };
  }

  /** What the day before this one has shown, in UTC; null where it was not compared. */
  async yesterday(): Promise<OverviewDayDto | null> {
    const yesterday = periodOf('day', new Date(this.clock.now().getTime() - DAY_MS), 'UTC').name;
    const report = await this.reports.find(VENDOR, yesterday);
    return (
      report && {
        day: report.day,
        madeAt: report.madeAt.toISOString(),
        differing: differing(report),
      }
    );
  }

  /** @returns false where it takes longer than somebody waits; then it goes on */
  private waitFor(day: string, isMade: () => Promise<boolean>): Promise<boolean> {
    const made = this.reconciler.pursue(day, isMade);
    // Whoever waits no longer hears nothing of it; the log does.
    made.catch(() => undefined);
    return Promise.race([made, delay(PATIENCE_MS, { ref: false }).then(() => false)]);
  }
}
