import type { PeriodKind } from '#contracts';
import {
  areSameCaps,
  type Caps,
  LEAST_SECONDS,
  SHORTEST_COUNT_SECONDS,
  periodsOf,
} from '../sessions/domain/caps.js';
import type { Session } from '../sessions/domain/session.js';
import type { Spent } from './spent.js';

/** Longest time between two looks at what is used. */
const LONGEST_SECONDS = 60;

/** So long it takes until an end that is asked for is one at the vendor, which bills whole seconds. */
const ENDING_SECONDS = 1;

/** What is left of an account's minutes, and of which period they are that ends first. */
export interface Left {
  /** May be less than none by what ran on until somebody looked. */
  readonly seconds: number;
  readonly period: PeriodKind;
  /** When there are new ones. */
  readonly endsAt: Date;
}

/** The smaller of what is left of the day and of the month; of two that are used up the longer period. */
export function leftOf({ perDay, perMonth }: Caps, spent: Spent): Left {
  const ofDay = perDay === null ? Infinity : perDay - spent.daySeconds;
  const ofMonth = perMonth === null ? Infinity : perMonth - spent.monthSeconds;
  const isOfMonth = ofMonth < LEAST_SECONDS || ofMonth < ofDay;
  return isOfMonth
    ? { seconds: Math.min(ofDay, ofMonth), period: 'month', endsAt: spent.month.to }
    : { seconds: ofDay, period: 'day', endsAt: spent.day.to };
}

/**
 * Seconds that live sessions have been promised and that are not among the used ones: each has the least
 * that one begins with, so that many who come at once do not share one rest among them. One that is open
 * at its vendor before it is started costs all the while.
 */
export function promised(live: readonly Standing[], now: Date): number {
  return live.reduce((sum, session) => sum + promisedTo(session, now), 0);
}

/** What is known of a live session, as far as its promise goes. */
export type Standing = Pick<Session, 'startedAt'> & Partial<Pick<Session, 'openedAt'>>;

function promisedTo({ startedAt, openedAt = null }: Standing, now: Date): number {
  const since = (at: Date): number => Math.max(0, now.getTime() - at.getTime()) / 1000;
  if (startedAt !== null) return Math.max(0, LEAST_SECONDS - since(startedAt));
  return openedAt === null ? LEAST_SECONDS : Math.max(LEAST_SECONDS, since(openedAt));
}

/** Whether another session may begin. */
export function hasRoom(left: Left, live: readonly Standing[], now: Date): boolean {
  return left.seconds - promised(live, now) >= LEAST_SECONDS;
}

/** Whether what runs has to end now, so that it has ended when the minutes are used up. */
export function isUsedUp({ seconds }: Left, running: number): boolean {
  return seconds < Math.max(1, running) * ENDING_SECONDS;
}

/**
 * After how many seconds it is looked again whether a session has to end: never later than the minutes
 * could be used up by then, though as many sessions run meanwhile as may.
 * @param running at least the session itself
 */
export function nextCountIn({ seconds }: Left, running: number, slots: number): number {
  const soonest = seconds / Math.max(1, running, slots) - ENDING_SECONDS;
  return Math.min(LONGEST_SECONDS, Math.max(SHORTEST_COUNT_SECONDS, soonest));
}

/** What somebody has found to be left. */
export interface Found {
  readonly caps: Caps;
  readonly left: Left;
  /** Sessions that ran then. */
  readonly running: number;
  readonly at: Date;
}

/** For so long it is known, without a look, that enough is left. */
const SURE_SECONDS = 60;

/** By how much the vendor's bills may have been more than what was counted here. */
const BILLS_MORE_SECONDS = 60;

/**
 * What is left for certain by what was found a moment ago, though all that may run has run since; null
 * where another session of so many seconds could come near the end of it, and somebody has to look.
 */
export function surelyLeft(
  found: Found | null,
  caps: Caps,
  sessionSeconds: number,
  now: Date,
): Left | null {
  if (found === null || !areSameCaps(found.caps, caps) || now >= found.left.endsAt) return null;
  const ageSeconds = (now.getTime() - found.at.getTime()) / 1000;
  if (ageSeconds < 0 || ageSeconds > SURE_SECONDS) return null;
  const atOnce = Math.max(found.running, caps.slots);
  const seconds = found.left.seconds - BILLS_MORE_SECONDS - atOnce * ageSeconds;
  const isFar = seconds - atOnce * LEAST_SECONDS >= Math.max(LEAST_SECONDS, sessionSeconds);
  return isFar ? { ...found.left, seconds } : null;
}

/** What was found so short a time ago is as good as a look. */
const JUST_MS = 250;

/** What was found just now for a session of the same period, less what has been used since. */
export function justFound(
  found: Found | null,
  caps: Caps,
  startedAt: Date,
  now: Date,
): { readonly left: Left; readonly running: number } | null {
  if (found === null || !areSameCaps(found.caps, caps) || now >= found.left.endsAt) return null;
  const ageMs = now.getTime() - found.at.getTime();
  const isOfToday = startedAt >= periodsOf(caps, now).day.from;
  if (ageMs < 0 || ageMs > JUST_MS || !isOfToday) return null;
  const seconds = found.left.seconds - (found.running * ageMs) / 1000;
  return { left: { ...found.left, seconds }, running: found.running };
}

/** The clocks of replicas differ by less, and a start is written down sooner. */
const AT_ONCE_MS = 1_000;

/**
 * Of live sessions those that have a promise before one which is being started: that run already, or
 * whose start began before. Those that begin at once count for each other: whoever writes it down later
 * sees the others, whatever their clocks say. Those that nobody starts yet are judged in their turn.
 */
export function startingBefore(session: Session, live: readonly Session[]): Session[] {
  const begunAt = (each: Session): number => each.enteredAt?.starting?.getTime() ?? 0;
  return live.filter((each) => {
    if (each.id === session.id || each.state === 'creating' || each.state === 'created')
      return false;
    return each.state !== 'starting' || begunAt(each) < begunAt(session) + AT_ONCE_MS;
  });
}

/** When what runs now has to end if all of it goes on, and nobody else begins. */
export function minutesEndAt({ seconds }: Left, running: number, now: Date): Date {
  const inSeconds = Math.max(0, seconds / Math.max(1, running) - ENDING_SECONDS);
  return new Date(now.getTime() + inSeconds * 1000);
}

/** Which share of its minutes a period has used, where that is worth a warning. */
export interface Warning {
  readonly period: PeriodKind;
  readonly percent: number;
}

export function warningsOf(caps: Caps, spent: Spent): Warning[] {
  const shares: Warning[] = [
    { period: 'day', percent: percentOf(spent.daySeconds, caps.perDay) },
    { period: 'month', percent: percentOf(spent.monthSeconds, caps.perMonth) },
  ];
  return shares.filter(({ percent }) => percent >= caps.warnAtPercent);
}

function percentOf(seconds: number, cap: number | null): number {
  if (cap === null) return 0;
  return cap === 0 ? 100 : Math.floor((seconds / cap) * 100);
}
