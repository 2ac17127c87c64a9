import { describe, expect, it } from '@jest/globals';
import { refusedMembers } from '../../../test/support/refused-members.js';
import { StatusUpdateDto } from './conversation-status.dto.js';
import { END_REASONS } from './end-reason.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const turn = { role: 'user', transcript: 'Hello', timestamp: 1_760_000_010 };
const update = { sessionId: 's-1', status: 'completed', transcript: [turn] };

const refusedIn = (more: object) => refusedMembers(StatusUpdateDto, { ...update, ...more });
const refusedInTurn = (more: object) => refusedIn({ transcript: [{ ...turn, ...more }] });

function without(member: keyof typeof update): object {
  return Object.fromEntries(Object.entries(update).filter(([name]) => name !== member));
}

describe('the status update', () => {
  it.each([
    ['only what is required', {}],
    ['no turns', { transcript: [] }],
    ['every optional member', { accountId: 'acc-1', version: 7, truncated: true, complete: false }],
    ['a trace', { traceId: TRACE }],
    ['a duration with decimals', { durationSeconds: 190.5 }],
    ['5,000 turns', { transcript: Array.from({ length: 5000 }, () => turn) }],
  ])('is taken with %s', (_what, more) => {
    expect(refusedIn(more)).toEqual([]);
  });

  it.each(END_REASONS)('takes the end reason %s', (endReason) => {
    expect(refusedIn({ endReason })).toEqual([]);
  });

  it.each(['sessionId', 'status', 'transcript'] as const)('is refused without %s', (member) => {
    expect(refusedMembers(StatusUpdateDto, without(member))).toEqual([`/${member}`]);
  });

  it.each([
    ['sessionId', ['', 'a.b', 'a b', 'a\u0000', 'x'.repeat(129), 7, null, {}, ['s-1']]],
    ['status', ['done', 'ACTIVE', 1, null, { $ne: null }, ['active']]],
    ['transcript', [null, 'text', 7, {}, { 0: turn }]],
    ['accountId', ['', 'a b', 'a/b', 'x'.repeat(129), 7, null, { $ne: null }]],
    ['version', [0, -1, 1.5, '1', null, 1e10, Infinity, [1]]],
    ['endReason', ['bored', 'IDLE', null, 3, {}]],
    ['durationSeconds', [-1, '190', null, Infinity, 1e9, {}]],
    ['traceId', ['', TRACE.toUpperCase(), `${TRACE}0`, `${TRACE}\n`, null, 3, [TRACE], {}]],
    ['truncated', ['true', 1, null, {}]],
    ['complete', ['false', 0, null, []]],
  ])('is refused when %s has a wrong type or is out of range', (member, values) => {
    for (const value of values) expect(refusedIn({ [member]: value })).toEqual([`/${member}`]);
  });

  it.each(['_id', 'createdAt', 'state', 'stale', 'conversationId'])(
    'is refused with the unknown member %s',
    (member) => {
      expect(refusedIn({ [member]: 'x' })).toEqual(['']);
    },
  );

  it('is refused with more than 5,000 turns', () => {
    const transcript = Array.from({ length: 5001 }, () => turn);
    expect(refusedIn({ transcript })).toEqual(['/transcript']);
  });
});

describe('a turn of the status update', () => {
  it.each([
    ['timestamp alone', { timestamp: 1_760_000_010 }],
    ['absolute_timestamp alone', { timestamp: undefined, absolute_timestamp: 1_760_000_010_000 }],
    ['both', { absolute_timestamp: 1_760_000_010.25 }],
  ])('is taken with %s', (_what, times) => {
    expect(refusedInTurn(times)).toEqual([]);
  });

  it('is refused with neither time', () => {
    const { timestamp: _timestamp, ...timeless } = turn;
    expect(refusedIn({ transcript: [turn, timeless] })).toEqual(['/transcript/1/timestamp']);
  });

  it.each([null, '1760000010', 0, -0, Infinity, {}, [1_760_000_010]])(
    'is refused when either time is %p, also beside a good one',
    (time) => {
      expect(refusedInTurn({ timestamp: time })).toEqual(['/transcript/0/timestamp']);
      expect(refusedInTurn({ timestamp: time, absolute_timestamp: 1_760_000_010 })).toEqual([
        '/transcript/0/timestamp',
      ]);
      expect(refusedInTurn({ absolute_timestamp: time })).toEqual([
        '/transcript/0/absolute_timestamp',
      ]);
    },
  );

  it.each([
    ['role', ['assistant', null, 1, {}, undefined]],
    ['transcript', [null, 7, {}, ['a'], undefined, 'x'.repeat(32 * 1024 + 1)]],
  ])('is refused when its %s is wrong', (member, values) => {
    for (const value of values) {
      expect(refusedInTurn({ [member]: value })).toEqual([`/transcript/0/${member}`]);
    }
  });

  it('is refused with a member of its own making', () => {
    expect(refusedInTurn({ sessionId: 'other' })).toEqual(['/transcript/0']);
  });

  it.each([[null], [7], ['text'], [[]], [[[turn]]]])('is refused when it is %j', (...element) => {
    const [value] = element;
    expect(refusedIn({ transcript: [turn, value] })[0]).toMatch(/^\/transcript/);
  });

  it('may be as long as 32 KiB and hold any character', () => {
    for (const transcript of ['', '\u0000\u001b[31m', 'x'.repeat(32 * 1024)]) {
      expect(refusedInTurn({ transcript })).toEqual([]);
    }
  });
});
