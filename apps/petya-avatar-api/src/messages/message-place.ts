import type { TimelinePosition } from '../conversations/timeline-position.js';
import type { MessageKey } from './message.js';

/** Digits of a time in milliseconds; enough until the year 2286. */
const TIME_DIGITS = 13;

/**
 * Where a message stands in its conversation, as one text that sorts by time and then by id: a page
 * is then one range of one index, without an `$or` over two members.
 */
export function messagePlace({ id, createdAt }: MessageKey): string {
  return `${timeText(createdAt.getTime())}/${id}`;
}

/** Reads a place back. */
export function toMessageKey(place: string): MessageKey {
  return {
    id: place.slice(TIME_DIGITS + 1),
    createdAt: new Date(Number(place.slice(0, TIME_DIGITS))),
  };
}

/** Condition on `place` for the messages behind a position. */
export function placesBehind({ atMs, kind, id }: TimelinePosition): Record<string, string> {
  // Turns come after the messages of their instant.
  if (kind === 'turn') return { $gte: timeText(atMs + 1) };
  return { $gt: `${timeText(atMs)}/${id}` };
}

function timeText(ms: number): string {
  return String(Math.min(Math.max(ms, 0), 10 ** TIME_DIGITS - 1)).padStart(TIME_DIGITS, '0');
}
