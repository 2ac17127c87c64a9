import { dayNamed, isTimeZone, periodOf } from './period.js';
import {
  MAX_USAGE_DAYS,
  type UsageDayDto,
  type UsageDto,
  type UsageRangeQueryDto,
} from './usage.dto.js';

/** One session that was started, as far as its cost goes. */
export interface UsedSession {
  /** The vendor's id of it. */
  readonly sessionId: string;
  readonly startedAt: Date;
  readonly seconds: number;
  /** Null where nobody has told. */
  readonly credits: number | null;
}

/** Which days are meant, and where they begin and end. */
export interface UsageRange {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly timeZone: string;
  /** The first instant of the first day. */
  readonly from: Date;
  /** The first instant after the last one. */
  readonly to: Date;
}

/** What is wrong with a query that is well formed. */
export interface RangeFault {
  readonly pointer: '/from' | '/to' | '/timeZone';
  readonly message: string;
}

const DAY_MS = 86_400_000;

/** The days that a checked query means, or why it means none. */
export function usageRange(query: UsageRangeQueryDto, now: Date): UsageRange | RangeFault {
  const { timeZone = 'UTC' } = query;
  if (!isTimeZone(timeZone)) {
    return { pointer: '/timeZone', message: 'must be a time zone, such as Europe/Berlin' };
  }
  const firstDay = query.from ?? `${periodOf('month', now, timeZone).name}-01`;
  const lastDay = query.to ?? periodOf('day', now, timeZone).name;
  const [first, last] = [dayOrNull(firstDay, timeZone), dayOrNull(lastDay, timeZone)];
  if (first === null) return { pointer: '/from', message: 'must be a day that there is' };
  if (last === null) return { pointer: '/to', message: 'must be a day that there is' };
  if (last.from < first.from) return { pointer: '/to', message: 'must not be before `from`' };
  const days = (Date.parse(lastDay) - Date.parse(firstDay)) / DAY_MS + 1;
  if (days > MAX_USAGE_DAYS) {
    return { pointer: '/from', message: `must be at most ${MAX_USAGE_DAYS} days before \`to\`` };
  }
  return { firstDay, lastDay, timeZone, from: first.from, to: last.to };
}

/** Adds sessions up by the day in which each started. */
export class UsageSum {
  private readonly days = new Map<string, UsageDayDto>();

  constructor(private readonly timeZone: string) {}

  add(session: UsedSession): void {
    const day = dayOf(session, this.timeZone);
    const { sessions, seconds, credits } = this.days.get(day) ?? NONE;
    this.days.set(day, {
      day,
      sessions: sessions + 1,
      seconds: seconds + session.seconds,
      credits: exact(credits + (session.credits ?? 0)),
    });
  }

  answer(accountId: string, { firstDay, lastDay, timeZone }: UsageRange): UsageDto {
    const days = [...this.days.values()].toSorted((one, other) => (one.day < other.day ? -1 : 1));
    const total = days.reduce(
      (sum, each) => ({
        sessions: sum.sessions + each.sessions,
        seconds: sum.seconds + each.seconds,
        credits: exact(sum.credits + each.credits),
      }),
      NONE,
    );
    return { accountId, from: firstDay, to: lastDay, timeZone, total, days };
  }
}

/** The first line of the table. */
export const USAGE_COLUMNS = 'session_id,started_at,day,seconds,credits';

/** A line of the table. Ids hold no character that means something in it. */
export function usageRow(session: UsedSession, timeZone: string): string {
  const { sessionId, startedAt, seconds, credits } = session;
  const day = dayOf(session, timeZone);
  return [sessionId, startedAt.toISOString(), day, seconds, credits ?? ''].join(',');
}

/** The last line, by which one knows that nothing was cut off. */
export function usageTrailer({ total }: UsageDto): string {
  return ['total', '', `${total.sessions} sessions`, total.seconds, total.credits].join(',');
}

const NONE = { sessions: 0, seconds: 0, credits: 0 };

function dayOf({ startedAt }: UsedSession, timeZone: string): string {
  return periodOf('day', startedAt, timeZone).name;
}

/** Credits have decimals, which binary fractions do not add up exactly. */
function exact(credits: number): number {
  return Math.round(credits * 1e6) / 1e6;
}

function dayOrNull(name: string, timeZone: string) {
  try {
    return dayNamed(name, timeZone);
  } catch {
    return null;
  }
}
