/** What minutes are counted by. */
export const PERIODS = ['day', 'month'] as const;
export type PeriodKind = (typeof PERIODS)[number];

/** A day or a month in some time zone. Those of a kind follow each other without a gap. */
export interface Period {
  /** `2026-11-29`, or `2026-11` for a month. */
  readonly name: string;
  /** Its first instant. */
  readonly from: Date;
  /** The first instant of the next one. */
  readonly to: Date;
}

/** No clock is further from UTC than that. */
const FURTHEST_MS = 26 * 3_600_000;

/** Calendars that are remembered; there are some 400 time zones. */
const MAX_CALENDARS = 500;
/** Days whose first instant is remembered, for each calendar. */
const MAX_DAYS = 400;

const calendars = new Map<string, Calendar>();

/** Whether a name is that of a time zone, such as `Europe/Berlin` or `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    calendarOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * The day or the month that an instant belongs to: the last one that has begun by then, so that a clock
 * which is set back over midnight opens none twice.
 * @param timeZone as `isTimeZone` takes it
 * @throws RangeError for a time zone that there is not
 */
export function periodOf(kind: PeriodKind, at: Date, timeZone: string): Period {
  const calendar = calendarOf(timeZone);
  let day = firstOf(kind, calendar.dayAt(at.getTime()));
  let period = periodFrom(kind, day, calendar);
  // A clock that is set back over midnight shows a day that has not begun for good, or one that is over.
  while (at < period.from) {
    day = firstOf(kind, day - 1);
    period = periodFrom(kind, day, calendar);
  }
  while (period.to <= at) {
    day = nextOf(kind, day);
    period = periodFrom(kind, day, calendar);
  }
  return period;
}

/**
 * A day by its name.
 * @param name `2026-11-29`
 * @throws RangeError for a day or a time zone that there is not
 */
export function dayNamed(name: string, timeZone: string): Period {
  const ms = Date.parse(`${name}T00:00:00Z`);
  if (Number.isNaN(ms) || nameOf('day', ms / DAY_MS) !== name) throw new RangeError('no such day');
  return periodFrom('day', ms / DAY_MS, calendarOf(timeZone));
}

function periodFrom(kind: PeriodKind, day: number, calendar: Calendar): Period {
  return {
    name: nameOf(kind, day),
    from: new Date(calendar.beginOf(day)),
    to: new Date(calendar.beginOf(nextOf(kind, day))),
  };
}

function nextOf(kind: PeriodKind, day: number): number {
  return firstOf(kind, kind === 'day' ? day + 1 : day + 31);
}

/** Days since 1 January 1970. @returns the first of its month for a month */
function firstOf(kind: PeriodKind, day: number): number {
  if (kind === 'day') return day;
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS;
}

function nameOf(kind: PeriodKind, day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, kind === 'day' ? 10 : 7);
}

const DAY_MS = 86_400_000;

/** What a time zone's calendar shows, days being counted since 1 January 1970. */
class Calendar {
  private readonly format: Intl.DateTimeFormat;
  private readonly begins = new Map<number, number>();

  /** @throws RangeError for a time zone that there is not */
  constructor(timeZone: string) {
    const digits = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
    this.format = new Intl.DateTimeFormat('en-u-ca-iso8601', { timeZone, ...digits });
  }

  dayAt(ms: number): number {
    const part = { year: 0, month: 0, day: 0 };
    for (const { type, value } of this.format.formatToParts(ms)) {
      if (type in part) part[type as keyof typeof part] = Number(value);
    }
    return Date.UTC(part.year, part.month - 1, part.day) / DAY_MS;
  }

  /**
   * The first instant at which it shows a day or a later one. Where it does so twice, since it is set
   * back over midnight, it is one of the two, and always the same.
   */
  beginOf(day: number): number {
    const known = this.begins.get(day);
    if (known !== undefined) return known;
    let before = day * DAY_MS - FURTHEST_MS;
    let begun = day * DAY_MS + FURTHEST_MS;
    while (begun - before > 1) {
      const middle = Math.floor((before + begun) / 2);
      if (this.dayAt(middle) >= day) begun = middle;
      else before = middle;
    }
    if (this.begins.size === MAX_DAYS) this.begins.clear();
    this.begins.set(day, begun);
    return begun;
  }
}

function calendarOf(timeZone: string): Calendar {
  let calendar = calendars.get(timeZone);
  if (calendar === undefined) {
    calendar = new Calendar(timeZone);
    if (calendars.size === MAX_CALENDARS) calendars.clear();
    calendars.set(timeZone, calendar);
  }
  return calendar;
}
