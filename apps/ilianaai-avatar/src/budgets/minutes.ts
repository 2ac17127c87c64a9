import type { PeriodKind } from '#contracts';
import {
  areSameCaps,
  type Caps,
  LEAST_SECONDS,
  SHORTEST_COUNT_SECONDS,
} from '../sessions/domain/caps.js';
import type { Session } from '../sessions/domain/session.js';
import type { Spent } from './spent.js';

/** Longest time between two looks at what is used. */
const LONGEST_SECONDS = 60;

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
 * Seconds that live sessions have been promised and not used yet: each has the least that one begins
 * with, so that many who come at once do not share one rest among them.
 */
export function promised(live: readonly Pick<Session, 'startedAt'>[], now: Date): number {
  return live.reduce((sum, { startedAt }) => {
    const usedMs = startedAt === null ? 0 : now.getTime() - startedAt.getTime();
    return sum + Math.max(0, LEAST_SECONDS - Math.max(0, usedMs) / 1000);
  }, 0);
}

/** Whether another session may begin. */
export function hasRoom(
  left: Left,
  live: readonly Pick<Session, 'startedAt'>[],
  now: Date,
): boolean {
  return left.seconds - promised(live, now) >= LEAST_SECONDS;
}

/**
 * After how many seconds it is looked again whether a session has to end: never later than the minutes
 * could be used up by then, however many sessions begin meanwhile. Who may not begin any more cannot
 * make it faster, so near the end it is by those that run.
 * @param running at least the session itself
 */
export function nextCountIn({ seconds }: Left, running: number, slots: number): number {
  const atOnce = seconds < LEAST_SECONDS ? running : Math.max(running, slots);
  const soonest = seconds / Math.max(1, atOnce);
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

/** When minutes would be used up if those that run now went on, and nobody else began. */
export function minutesEndAt({ seconds }: Left, running: number, now: Date): Date {
  const ms = (Math.max(0, seconds) / Math.max(1, running)) * 1000;
  return new Date(now.getTime() + ms);
}

/** Which share of a period's minutes is used, where that is worth a warning; null otherwise. */
export function warningOf(
  caps: Caps,
  spent: Spent,
): { period: PeriodKind; percent: number } | null {
  const ofMonth = percentOf(spent.monthSeconds, caps.perMonth);
  if (ofMonth >= caps.warnAtPercent) return { period: 'month', percent: ofMonth };
  const ofDay = percentOf(spent.daySeconds, caps.perDay);
  return ofDay >= caps.warnAtPercent ? { period: 'day', percent: ofDay } : null;
}

function percentOf(seconds: number, cap: number | null): number {
  if (cap === null) return 0;
  return cap === 0 ? 100 : Math.floor((seconds / cap) * 100);
}
