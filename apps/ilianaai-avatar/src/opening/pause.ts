import type { OpeningDto, SetOpeningDto } from '#contracts';
import { AvatarError } from '../errors.js';

/** What an operator has said last about the opening of sessions. */
export interface OpeningOrder {
  readonly paused: boolean;
  /** For other operators; a visitor is told nothing of it. */
  readonly reason: string | null;
  /** When a pause ends by itself; null where somebody has to end it. */
  readonly until: Date | null;
  /** The operator by name, where its token has one. */
  readonly by: string | null;
  readonly setAt: Date;
}

/** Longest that a pause lasts which ends by itself. */
const LONGEST_PAUSE_MS = 7 * 86_400_000;

/** Bounds of what whoever is refused is told to wait, in seconds: a pause may be ended at any moment. */
const USUAL_WAIT_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 3_600;

/** A time that names its zone: of any other each server would think of its own. */
const WITH_ZONE = /T.*(?:Z|[+-]\d{2}:?\d{2})$/i;

/** Whether nobody may open a session now. @param order null where nobody has said anything */
export function isPaused(order: OpeningOrder | null, now: Date): boolean {
  if (!order?.paused) return false;
  return order.until === null || order.until > now;
}

/** When whoever is refused may try again, in whole seconds. */
export function waitSeconds({ until }: OpeningOrder, now: Date): number {
  if (until === null) return USUAL_WAIT_SECONDS;
  const seconds = Math.ceil((until.getTime() - now.getTime()) / 1000);
  return Math.min(LONGEST_WAIT_SECONDS, Math.max(1, seconds));
}

/**
 * What an operator orders.
 * @param by its name
 * @throws AvatarError `invalid_input` for an end that is past, too far ahead, of no zone or of no pause
 */
export function orderOf(
  { paused, reason, until }: SetOpeningDto,
  by: string | null,
  now: Date,
): OpeningOrder {
  const ends = until === undefined ? null : readEnd(until, paused, now);
  return { paused, reason: reason ?? null, until: ends, by, setAt: now };
}

/** As operators see it. An end that is past still says when it was. */
export function toOpening(order: OpeningOrder | null, now: Date): OpeningDto {
  return {
    paused: isPaused(order, now),
    reason: order?.reason ?? null,
    until: order?.until?.toISOString() ?? null,
    by: order?.by ?? null,
    setAt: order?.setAt.toISOString() ?? null,
  };
}

function readEnd(text: string, paused: boolean, now: Date): Date {
  if (!paused) throw refusal('belongs to a pause');
  const end = new Date(text);
  if (!WITH_ZONE.test(text) || Number.isNaN(end.getTime())) {
    throw refusal('must be a time with its zone, such as 2026-11-30T06:00:00Z');
  }
  const aheadMs = end.getTime() - now.getTime();
  if (aheadMs <= 0) throw refusal('must not be past');
  if (aheadMs > LONGEST_PAUSE_MS) throw refusal('must be at most 7 days ahead');
  return end;
}

function refusal(message: string): AvatarError {
  return new AvatarError('invalid_input', { errors: [{ pointer: '/until', message }] });
}
