import { RECONCILIATION_VERDICTS, type ReconciliationVerdict } from '#contracts';
import { secondsOf } from '../sessions/domain/billed.js';
import type { Session } from '../sessions/domain/session.js';
import type { ListedSession, VendorName } from '../vendors/vendor.js';
import { instantOf, type OurSide, type TheirSide, verdictOf, wasStarted } from './verdict.js';

/** Most rows of a report; all are counted. */
export const MAX_ROWS = 1_000;

/** What our side says of a session. */
export type OurSession = OurSide & Pick<Session, 'id' | 'accountId' | 'vendorSessionId'>;

/** What the vendor says of it. */
export type TheirSession = TheirSide & Pick<ListedSession, 'id' | 'credits'>;

/** A session that is not `equal`. */
export interface ReportRow {
  readonly verdict: ReconciliationVerdict;
  readonly id: string | null;
  readonly sessionId: string | null;
  readonly accountId: string | null;
  readonly startedAt: Date;
  readonly seconds: number | null;
  readonly vendorSeconds: number | null;
  readonly credits: number | null;
}

/** What both sides count of sessions that are over. */
export interface ReportSums {
  readonly sessions: number;
  readonly seconds: number;
  readonly vendorSessions: number;
  readonly vendorSeconds: number;
  readonly credits: number;
}

/** A day of a vendor's bills beside our records. */
export interface Report {
  /** In UTC, as `2026-11-26`. */
  readonly day: string;
  readonly vendor: VendorName;
  /** By the database's clock; what has started since is not in it. */
  readonly madeAt: Date;
  readonly sums: ReportSums;
  readonly verdicts: Readonly<Record<ReconciliationVerdict, number>>;
  readonly rows: readonly ReportRow[];
  readonly truncated: boolean;
}

/** As a list shows it. */
export type ReportSummary = Omit<Report, 'rows'>;

/** Sessions that somebody should look at. */
export function differing({ verdicts }: Pick<Report, 'verdicts'>): number {
  return RECONCILIATION_VERDICTS.filter(
    (verdict) => verdict !== 'equal' && verdict !== 'still_running',
  ).reduce((sum, verdict) => sum + verdicts[verdict], 0);
}

/**
 * Seconds by which both sides differ: of each session that somebody should look at, so that what is
 * billed too much for one does not make up for another. Where there are more than the rows hold, at
 * least what the sums differ by.
 */
export function differenceSeconds({ rows, sums }: Pick<Report, 'rows' | 'sums'>): number {
  const ofRows = rows.filter(({ verdict }) => verdict !== 'still_running');
  const apart = ofRows.map(({ seconds, vendorSeconds }) =>
    Math.abs((seconds ?? 0) - (vendorSeconds ?? 0)),
  );
  const listed = apart.reduce((sum, each) => sum + each, 0);
  return Math.max(listed, Math.abs(sums.seconds - sums.vendorSeconds));
}

/** Adds up a day, session by session. It grows with the rows that it keeps, and with nothing else. */
export class ReportDraft {
  private readonly verdicts: Record<ReconciliationVerdict, number>;
  private readonly rows: ReportRow[] = [];
  private readonly sums = {
    sessions: 0,
    seconds: 0,
    vendorSessions: 0,
    vendorSeconds: 0,
    credits: 0,
  };
  private isTruncated = false;

  constructor() {
    const none = RECONCILIATION_VERDICTS.map((verdict) => [verdict, 0]);
    this.verdicts = Object.fromEntries(none) as Record<ReconciliationVerdict, number>;
  }

  /** Takes a session in; one that neither side counts is none. */
  add(ours: OurSession | null, theirs: TheirSession | null): void {
    const verdict = verdictOf(ours, theirs);
    if (verdict === null) return;
    this.verdicts[verdict] += 1;
    const isOver = verdict !== 'still_running';
    const seconds = isOver && ours ? ourSeconds(ours) : null;
    const bill = isOver && theirs && !theirs.isRunning ? theirs : null;
    this.sum(ours, seconds, bill);
    if (verdict === 'equal') return;
    if (this.rows.length === MAX_ROWS) {
      this.isTruncated = true;
      return;
    }
    this.rows.push({
      verdict,
      id: ours?.id ?? null,
      sessionId: ours?.vendorSessionId ?? theirs?.id ?? null,
      accountId: ours?.accountId ?? null,
      startedAt: startOf(ours, theirs),
      seconds,
      vendorSeconds: bill?.seconds ?? null,
      credits: bill?.credits ?? null,
    });
  }

  finish(of: Pick<Report, 'day' | 'vendor' | 'madeAt'>): Report {
    const { rows, verdicts, isTruncated: truncated } = this;
    // Fractions of credits do not add up to more digits than the vendor writes.
    const credits = Math.round(this.sums.credits * 1e6) / 1e6;
    return { ...of, sums: { ...this.sums, credits }, verdicts, rows, truncated };
  }

  private sum(ours: OurSession | null, seconds: number | null, bill: TheirSession | null): void {
    if (ours && seconds !== null && wasStarted(ours)) {
      this.sums.sessions += 1;
      this.sums.seconds += seconds;
    }
    if (bill === null) return;
    this.sums.vendorSessions += 1;
    this.sums.vendorSeconds += bill.seconds ?? 0;
    this.sums.credits += bill.credits ?? 0;
  }
}

function ourSeconds(ours: OurSession): number {
  return wasStarted(ours) ? secondsOf(ours, ours.endedAt ?? new Date(0)) : 0;
}

function startOf(ours: OurSession | null, theirs: TheirSession | null): Date {
  return theirs ? instantOf(ours, theirs) : (ours?.startedAt ?? new Date(0));
}
