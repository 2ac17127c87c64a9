import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Turn } from '../conversations/conversation.js';
import type { TimelinePosition } from '../conversations/timeline-position.js';
import { messagePlace, placesBehind } from '../messages/message-place.js';
import type { MessageKey } from '../messages/message.js';
import { comparePositions, cutPage } from './timeline.js';
import { fromTimelineCursor, toTimelineCursor } from './timeline-cursor.js';

const START = 1_760_000_000_000;

/** Few instants, so that many entries share one. */
const instants = fc.integer({ min: 0, max: 6 }).map((ms) => new Date(START + ms));

const conversations = fc.record({
  messages: fc.array(instants, { maxLength: 25 }),
  turns: fc.array(instants, { maxLength: 25 }),
  limit: fc.integer({ min: 1, max: 9 }),
});

const toKeys = (times: Date[]): MessageKey[] =>
  times
    .map((createdAt, index) => ({ id: index.toString(16).padStart(24, '0'), createdAt }))
    .toSorted((one, other) => (messagePlace(one) < messagePlace(other) ? -1 : 1));

const toTurns = (times: Date[]): Turn[] =>
  times
    .map((at, index) => ({
      id: `s:${String(index).padStart(5, '0')}`,
      sessionId: 's',
      role: 'user' as const,
      text: '',
      at,
    }))
    .toSorted(
      (one, other) => one.at.getTime() - other.at.getTime() || (one.id < other.id ? -1 : 1),
    );

/** What the database gives for a page: the first `limit + 1` of each kind behind the position. */
function firstBehind<T>(items: T[], limit: number, isBehind: (item: T) => boolean): T[] {
  return items.filter(isBehind).slice(0, limit + 1);
}

function keyIsBehind(key: MessageKey, behind: TimelinePosition | null): boolean {
  if (behind === null) return true;
  const { $gt, $gte } = placesBehind(behind);
  const place = messagePlace(key);
  return $gt === undefined ? place >= ($gte ?? '') : place > $gt;
}

function turnIsBehind(turn: Turn, behind: TimelinePosition | null): boolean {
  const position = { atMs: turn.at.getTime(), kind: 'turn' as const, id: turn.id };
  return behind === null || comparePositions(position, behind) > 0;
}

describe('the pages of a conversation', () => {
  it('hold every message and turn once, in one order, full but for the last', () => {
    fc.assert(
      fc.property(conversations, ({ messages, turns, limit }) => {
        const [keys, spoken] = [toKeys(messages), toTurns(turns)];
        const seen: string[] = [];
        let behind: TimelinePosition | null = null;
        do {
          const from: TimelinePosition | null = behind;
          const page = cutPage(
            firstBehind(keys, limit, (key) => keyIsBehind(key, from)),
            firstBehind(spoken, limit, (turn) => turnIsBehind(turn, from)),
            from,
            limit,
          );
          const size = page.messageIds.length + page.turns.length;
          expect(page.next === null ? size <= limit : size === limit).toBe(true);
          seen.push(...page.messageIds, ...page.turns.map(({ id }) => id));
          behind = page.next && fromTimelineCursor(toTimelineCursor(page.next));
        } while (behind !== null);
        const all: TimelinePosition[] = [
          ...keys.map(({ id, createdAt }) => ({
            atMs: createdAt.getTime(),
            kind: 'message' as const,
            id,
          })),
          ...spoken.map(({ id, at }) => ({ atMs: at.getTime(), kind: 'turn' as const, id })),
        ];
        const inOrder = all.toSorted(comparePositions).map(({ id }) => id);
        expect(seen.filter((id) => id.startsWith('s:'))).toEqual(
          inOrder.filter((id) => id.startsWith('s:')),
        );
        expect(seen.toSorted()).toEqual(inOrder.toSorted());
      }),
    );
  });
});

describe('a cursor from outside', () => {
  const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  it.each([
    [[START, 'message', 'not-an-object-id']],
    [[START, 'message', { $ne: null }]],
    [[START, 'video', 'x']],
    [[START, 'turn']],
    [['1760000000000', 'turn', 'x']],
    [[1e300, 'turn', 'x']],
    [[START, 'turn', 'x'.repeat(201)]],
    [{ atMs: START }],
    [null],
  ])('is refused when it says %j', (value) => {
    expect(() => fromTimelineCursor(cursor(value))).toThrow('invalid_input');
  });
});
