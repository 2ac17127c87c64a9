import { describe, expect, it } from '@jest/globals';
import { mayHaveOne, shareOf } from './vendor-share.js';

/** Live sessions of accounts a, b and c, and who waits. */
function use(max: number, [a, b, c]: readonly number[], waits = '') {
  const live = new Map(
    Object.entries({ a, b, c }).flatMap(([name, count]) => (count ? [[name, count] as const] : [])),
  );
  return { max, live, waiting: new Set(waits) };
}

describe('a place at the vendor', () => {
  it.each([
    ['the first of all', 10, [0, 0, 0], '', true],
    ['all but one, alone', 10, [9, 0, 0], '', true],
    ['none is free', 10, [10, 0, 0], '', false],
    ['more than there are', 10, [12, 0, 0], '', false],
    ['none is free, though it has none', 10, [0, 10, 0], '', false],
    ['beyond its share, nobody waits', 10, [7, 2, 0], '', true],
    ['beyond its share, one waits for the last', 10, [9, 0, 0], 'b', false],
    ['beyond its share, one waits and two are free', 10, [8, 0, 0], 'b', true],
    ['beyond its share, two wait and two are free', 10, [8, 0, 0], 'bc', false],
    ['below its share, others wait, too', 10, [2, 7, 0], 'c', true],
    ['beyond its share, who waits has its own', 10, [5, 4, 0], 'b', false],
    ['beyond its share, who waits has more than its own', 10, [5, 5, 0], 'b', false],
    ['it waits itself', 10, [9, 0, 0], 'a', true],
    ['a plan of one, free', 1, [0, 0, 0], '', true],
    ['a plan of one, another waits: who comes has it', 1, [0, 0, 0], 'b', true],
    ['a plan of two, one waits', 2, [1, 0, 0], 'b', false],
    ['more accounts than places', 2, [0, 1, 0], 'c', true],
  ] as const)('%s', (_, max, live, waits, may) => {
    expect(mayHaveOne('a', use(max, live, waits))).toBe(may);
  });

  it.each([
    [10, [0, 0, 0], '', 10],
    [10, [1, 1, 0], '', 5],
    [10, [1, 1, 0], 'c', 3],
    [1, [0, 1, 1], '', 1],
  ] as const)('of %s, with %j and %j waiting, is a share of %s', (max, live, waits, share) => {
    expect(shareOf('a', use(max, live, waits))).toBe(share);
  });
});
