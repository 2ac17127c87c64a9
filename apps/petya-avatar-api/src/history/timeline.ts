import type { Turn } from '../conversations/conversation.js';
import type { TimelinePosition } from '../conversations/timeline-position.js';
import type { MessageKey } from '../messages/message.js';

/** What stands on one page: ids of messages, turns, and the place after the last of them. */
export interface TimelinePage {
  readonly messageIds: string[];
  readonly turns: Turn[];
  /** Null when nothing follows. */
  readonly next: TimelinePosition | null;
}

interface Entry extends TimelinePosition {
  readonly turn: Turn | null;
}

/**
 * Puts messages and turns behind a position together and cuts one page off.
 * @param keys up to `limit + 1` messages behind `behind`, in order
 * @param turns turns in order, at least the first `limit + 1` behind `behind`
 */
export function cutPage(
  keys: readonly MessageKey[],
  turns: readonly Turn[],
  behind: TimelinePosition | null,
  limit: number,
): TimelinePage {
  const entries: Entry[] = [...keys.map(messageEntry), ...turns.map(turnEntry)]
    .filter((entry) => behind === null || comparePositions(entry, behind) > 0)
    .toSorted(comparePositions);
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  return {
    messageIds: shown.filter((entry) => entry.turn === null).map((entry) => entry.id),
    turns: shown.flatMap((entry) => entry.turn ?? []),
    next: last && entries.length > limit ? { atMs: last.atMs, kind: last.kind, id: last.id } : null,
  };
}

/** By time, then messages before turns, then by id. */
export function comparePositions(one: TimelinePosition, other: TimelinePosition): number {
  if (one.atMs !== other.atMs) return one.atMs - other.atMs;
  if (one.kind !== other.kind) return one.kind < other.kind ? -1 : 1;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

function messageEntry(key: MessageKey): Entry {
  return { atMs: key.createdAt.getTime(), kind: 'message', id: key.id, turn: null };
}

function turnEntry(turn: Turn): Entry {
  return { atMs: turn.at.getTime(), kind: 'turn', id: turn.id, turn };
}
