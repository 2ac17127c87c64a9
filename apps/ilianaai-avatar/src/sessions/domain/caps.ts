import { type AccountLimitsDto, DEFAULT_WARN_AT_PERCENT, type Period, periodOf } from '#contracts';

/** With less than that left no session begins: a visitor would be cut off before the first answer. */
export const LEAST_SECONDS = 30;

/** Shortest time between two looks at what is used. */
export const SHORTEST_COUNT_SECONDS = 0.5;

/** How many seconds an account may use, and whose days and months are meant. */
export interface Caps {
  /** Null: no limit. */
  readonly perDay: number | null;
  /** Null: no limit. */
  readonly perMonth: number | null;
  readonly timeZone: string;
  /** Most sessions that run at once: how fast seconds may go. */
  readonly slots: number;
  readonly warnAtPercent: number;
}

/** What an account's limits say of its minutes; null where it may use any. */
export function capsOf(limits: Readonly<AccountLimitsDto>): Caps | null {
  const { maxSecondsPerDay: perDay = null, maxSecondsPerMonth: perMonth = null } = limits;
  if (perDay === null && perMonth === null) return null;
  return {
    perDay,
    perMonth,
    timeZone: limits.timeZone ?? 'UTC',
    slots: limits.maxConcurrentSessions,
    warnAtPercent: limits.warnAtPercent ?? DEFAULT_WARN_AT_PERCENT,
  };
}

/** Whether two say the same. */
export function areSameCaps(one: Caps | null, other: Caps | null): boolean {
  if (one === null || other === null) return one === other;
  return (Object.keys(one) as (keyof Caps)[]).every((name) => one[name] === other[name]);
}

/** The day and the month that a session belongs to, whole, by when it was started. */
export function periodsOf(caps: Caps, startedAt: Date): { day: Period; month: Period } {
  return {
    day: periodOf('day', startedAt, caps.timeZone),
    month: periodOf('month', startedAt, caps.timeZone),
  };
}

/** When the first look at what is used comes after a start, which needs `LEAST_SECONDS` to be left. */
export function firstCountIn({ slots }: Caps): number {
  return Math.max(SHORTEST_COUNT_SECONDS, LEAST_SECONDS / Math.max(1, slots));
}
