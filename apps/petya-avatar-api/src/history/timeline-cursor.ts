import type { TimelinePosition } from '../conversations/timeline-position.js';
import { decodeCursor, encodeCursor } from '#platform';

type CursorValues = [atMs: number, kind: 'message' | 'turn', id: string];

export function toTimelineCursor({ atMs, kind, id }: TimelinePosition): string {
  return encodeCursor([atMs, kind, id]);
}

/** @throws PetyaError `invalid_input` for anything that is no cursor of a conversation */
export function fromTimelineCursor(cursor: string | undefined): TimelinePosition | null {
  const values = decodeCursor(cursor, isCursorValues);
  return values && { atMs: values[0], kind: values[1], id: values[2] };
}

/** A cursor comes from outside: the ids in it go into queries, so their shape is held here. */
function isCursorValues(values: unknown): values is CursorValues {
  if (!Array.isArray(values) || values.length !== 3) return false;
  const [atMs, kind, id] = values as unknown[];
  if (!Number.isSafeInteger(atMs) || Math.abs(atMs as number) > MAX_DATE_MS) return false;
  if (typeof id !== 'string') return false;
  return kind === 'message' ? MESSAGE_ID.test(id) : kind === 'turn' && id.length <= 200;
}

/** As messages are numbered now, and as they were. */
const MESSAGE_ID = /^(?:[A-Za-z0-9_-]{22}|[0-9a-f]{24})$/;

/** Largest time a Date can hold (ECMAScript, time values). */
const MAX_DATE_MS = 8.64e15;
