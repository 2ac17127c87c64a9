import { describe, expect, it } from '@jest/globals';
import { aSession, at } from '../../../../test/support/session.factory.js';
import { foundLives, type Found, MAX_LIVES } from './found-lives.js';

const none: Found = { id: [], vendor: [], conversation: [], trace: [] };

/** A session that was asked for at a second. */
const session = (second: number, id = `of-${second}`) => aSession({ id, createdAt: at(second) });

/** Sessions of these seconds. */
const sessions = (...seconds: number[]) => seconds.map((second) => session(second));

const idsOf = (found: Partial<Found>) =>
  foundLives({ ...none, ...found }).lives.map(([{ id }, match]) => `${id} ${match}`);

describe('the sessions that an id names', () => {
  it.each<[string, Partial<Found>, string[]]>([
    ['none', {}, []],
    ['the newest first', { trace: sessions(1, 3, 2) }, ['of-3 trace', 'of-2 trace', 'of-1 trace']],
    [
      'of the same second by their ids',
      { trace: [session(1, 'a'), session(1, 'c'), session(1, 'b')] },
      ['c trace', 'b trace', 'a trace'],
    ],
    [
      'of a conversation and a trace among each other',
      { conversation: sessions(2, 4), trace: sessions(1, 3) },
      ['of-4 conversation', 'of-3 trace', 'of-2 conversation', 'of-1 trace'],
    ],
    [
      'each once, by the first of its ids',
      {
        id: sessions(1),
        vendor: sessions(1, 2),
        conversation: sessions(1, 2, 3),
        trace: sessions(1, 2, 3, 4),
      },
      ['of-2 vendor', 'of-1 id', 'of-4 trace', 'of-3 conversation'],
    ],
    [
      'first those whose id nobody else can have chosen',
      { id: sessions(1), conversation: sessions(8, 9) },
      ['of-1 id', 'of-9 conversation', 'of-8 conversation'],
    ],
  ])('are %s', (_what, found, ids) => {
    expect(idsOf(found)).toEqual(ids);
  });

  it.each([
    [MAX_LIVES, MAX_LIVES, false],
    [MAX_LIVES + 1, MAX_LIVES, true],
    [3 * MAX_LIVES, MAX_LIVES, true],
  ])('are, of %i, %i, and whether there are more is %j', (count, shown, isMore) => {
    const seconds = Array.from({ length: count }, (_, index) => index);
    const { lives, more } = foundLives({ ...none, conversation: sessions(...seconds) });
    expect([lives.length, more]).toEqual([shown, isMore]);
    expect(lives[0]?.[0].id).toBe(`of-${count - 1}`);
  });

  it('are not put out of sight by visitors who call their conversations and traces so', () => {
    const later = Array.from({ length: 60 }, (_, index) => session(100 + index));
    for (const match of ['id', 'vendor'] as const) {
      const found = { ...none, [match]: [session(1)], conversation: later, trace: later };
      const { lives, more } = foundLives(found);
      expect(lives[0]).toEqual([session(1), match]);
      expect([lives.length, more]).toEqual([MAX_LIVES, true]);
    }
  });
});
