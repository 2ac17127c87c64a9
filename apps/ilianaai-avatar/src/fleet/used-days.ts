import { type Period, periodOf } from '#contracts';
import { secondsOf } from '../sessions/domain/billed.js';
import type { Session } from '../sessions/domain/session.js';
import { VENDOR_NAMES, type VendorName } from '../vendors/vendor.js';
import type { FleetUse } from './fleet.js';

/** What the sessions that started on a day have used. */
export interface DaySum {
  readonly seconds: Readonly<Record<VendorName, number>>;
  /** Whether it grows no more: the day is over, and what began on it is. Bills may still change it. */
  readonly isOver: boolean;
  /** By this process's own clock. */
  readonly readAtMs: number;
}

export type DaySums = ReadonlyMap<string, DaySum>;

/** A start may be written down so much later than it was. */
const LATE_MS = 120_000;

/** A day that is over is read anew so often: a bill may be corrected. */
const RENEW_MS = 3_600_000;

/** The days of a month up to now, in UTC. */
export function daysUntil(now: Date): Period[] {
  const days: Period[] = [];
  let { from: at } = periodOf('month', now, 'UTC');
  while (at <= now) {
    const day = periodOf('day', at, 'UTC');
    days.push(day);
    at = day.to;
  }
  return days;
}

/**
 * The days that have to be read: those that are unknown or may still grow, and of those whose time is
 * over one, the one that was read longest ago, so that no month is read at once after its first time.
 */
export function daysToRead(days: readonly Period[], known: DaySums, nowMs: number): Period[] {
  const growing = days.filter(({ name }) => known.get(name)?.isOver !== true);
  const readAtMs = ({ name }: Period) => known.get(name)?.readAtMs ?? nowMs;
  const [oldest] = days
    .filter((day) => !growing.includes(day) && nowMs - readAtMs(day) >= RENEW_MS)
    .toSorted((one, other) => readAtMs(one) - readAtMs(other));
  return oldest ? [...growing, oldest] : growing;
}

/** What counts of a session that has started. */
type Started = Pick<Session, 'startedAt' | 'endedAt' | 'billed'>;

/** Adds up what the sessions of one vendor on a day have used by now. */
export class DayCount {
  seconds = 0;
  private running = 0;

  constructor(private readonly now: Date) {}

  add(session: Started): void {
    this.seconds += secondsOf(session, this.now);
    if (session.endedAt === null) this.running += 1;
  }

  isOver({ to }: Period): boolean {
    return this.running === 0 && this.now.getTime() >= to.getTime() + LATE_MS;
  }
}

/** What each vendor's sessions have used, by the sums of a month's days, of which the last is today. */
export function usesOf(days: readonly Period[], known: DaySums): FleetUse[] {
  const sumsOf = (vendor: VendorName) =>
    days.map(({ name }) => known.get(name)?.seconds[vendor] ?? 0);
  return VENDOR_NAMES.map((vendor) => {
    const sums = sumsOf(vendor);
    const month = sums.reduce((sum, seconds) => sum + seconds, 0);
    return { vendor, today: sums.at(-1) ?? 0, month };
  });
}
