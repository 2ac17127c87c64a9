import type { Period } from '#contracts';
import { secondsOf } from '../sessions/domain/billed.js';
import { type Caps, periodsOf } from '../sessions/domain/caps.js';
import type { Session } from '../sessions/domain/session.js';

/** A session that was started, as far as its cost goes and whose it is. */
export type StartedSession = Pick<
  Session,
  'id' | 'endedAt' | 'billed' | 'visitorId' | 'proved' | 'opener'
> & {
  readonly startedAt: Date;
  readonly enteredAt?: Session['enteredAt'];
};

/** What an account has used of a day and a month. */
export interface Spent {
  readonly day: Period;
  readonly month: Period;
  /** Seconds of what has ended and of what runs, up to now. */
  readonly daySeconds: number;
  readonly monthSeconds: number;
  /** Sessions of either that still run. */
  readonly running: number;
}

/** Sums that change no more, so that they need not be read again; nothing is ever added to them twice. */
export interface Settled {
  readonly caps: Caps;
  readonly day: string;
  readonly month: string;
  readonly daySeconds: number;
  readonly monthSeconds: number;
  /** The last session in them; what started later, or at once with a greater id, is not. */
  readonly last: { readonly startedAt: Date; readonly id: string };
  /** By this process's own clock. */
  readonly madeAtMs: number;
}

/** A start may be written down so much later than it was: a starter holds its lease for 30 s. */
const LATE_MS = 120_000;

/** A bill may be corrected: after so long, sums are made anew beside whoever asks. */
const RENEW_MS = 300_000;
/** Where that does not succeed they hold for so long. */
const SETTLED_MS = 3_600_000;

/** Whether known sums are to be made anew. */
export function isOutdated({ madeAtMs }: Settled, nowMs: number): boolean {
  return nowMs - madeAtMs > RENEW_MS;
}

/** What of known sums holds for sessions that are started now; null: all has to be read. */
export function stillSettled(
  settled: Settled | null,
  caps: Caps,
  now: Date,
  nowMs: number,
): Settled | null {
  if (settled === null || nowMs - settled.madeAtMs > SETTLED_MS) return null;
  const { timeZone, perMonth } = settled.caps;
  // What was read for a day alone says nothing of the month.
  if (timeZone !== caps.timeZone || (perMonth === null) !== (caps.perMonth === null)) return null;
  const { day, month } = periodsOf(caps, now);
  if (settled.month !== month.name) return null;
  // All of it started before this day.
  return settled.day === day.name ? settled : { ...settled, day: day.name, daySeconds: 0 };
}

/** From when on sessions have to be read, to know what is used of the periods of `now`. */
export function readFrom(settled: Settled | null, caps: Caps, now: Date): Date {
  const { day, month } = periodsOf(caps, now);
  const begin = caps.perMonth === null ? day.from : month.from;
  return settled && settled.last.startedAt > begin ? settled.last.startedAt : begin;
}

/**
 * Adds up what an account has used of the day and the month that a session belongs to.
 * @param sessions started since `readFrom`, the earliest first; others may be among them
 * @param startedAt when that session was started; now for one that begins
 */
export function addUp(
  settled: Settled | null,
  sessions: readonly StartedSession[],
  caps: Caps,
  startedAt: Date,
  now: Date,
): Spent {
  const { day, month } = periodsOf(caps, startedAt);
  let daySeconds = settled?.daySeconds ?? 0;
  let monthSeconds = settled?.monthSeconds ?? 0;
  let running = 0;
  for (const session of sessions) {
    if (settled && !isBehind(session, settled.last)) continue;
    const isOfDay = isWithin(session, day);
    const isOfMonth = isWithin(session, month);
    const seconds = usedBy(session, now);
    if (isOfDay) daySeconds += seconds;
    if (isOfMonth) monthSeconds += seconds;
    if ((isOfDay || isOfMonth) && session.endedAt === null) running += 1;
  }
  return { day, month, daySeconds, monthSeconds, running };
}

/**
 * Takes into the sums what changes no more: from the earliest on, as long as each is billed and was
 * started so long ago that no earlier one can come.
 */
export function settle(
  settled: Settled | null,
  sessions: readonly StartedSession[],
  caps: Caps,
  now: Date,
  nowMs: number,
): Settled | null {
  const { day, month } = periodsOf(caps, now);
  let sums = settled;
  for (const session of sessions) {
    if (sums && !isBehind(session, sums.last)) continue;
    if (!isSettled(session, now)) break;
    if (!isWithin(session, month)) continue;
    const seconds = secondsOf(session, now);
    sums = {
      caps,
      day: day.name,
      month: month.name,
      daySeconds: (sums?.daySeconds ?? 0) + (isWithin(session, day) ? seconds : 0),
      monthSeconds: (sums?.monthSeconds ?? 0) + seconds,
      last: { startedAt: session.startedAt, id: session.id },
      madeAtMs: sums?.madeAtMs ?? nowMs,
    };
  }
  return sums;
}

/** The vendor may count one that runs from when it was asked to start it. */
function usedBy(session: StartedSession, now: Date): number {
  const askedAt = session.endedAt === null ? session.enteredAt?.starting : undefined;
  return secondsOf({ ...session, startedAt: askedAt ?? session.startedAt }, now);
}

/** A bill that has not come by then will not: the vendor is asked for a day. */
const UNBILLED_MS = 25 * 3_600_000;

function isSettled({ billed, startedAt, endedAt }: StartedSession, now: Date): boolean {
  const endedMs = endedAt === null ? Infinity : endedAt.getTime();
  const isKnown = Boolean(billed) || endedMs < now.getTime() - UNBILLED_MS;
  return isKnown && startedAt.getTime() < now.getTime() - LATE_MS;
}

function isWithin({ startedAt }: StartedSession, { from, to }: Period): boolean {
  return from <= startedAt && startedAt < to;
}

function isBehind(session: StartedSession, last: Settled['last']): boolean {
  const ms = session.startedAt.getTime() - last.startedAt.getTime();
  return ms > 0 || (ms === 0 && session.id > last.id);
}
