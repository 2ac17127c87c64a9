import { describe, expect, it } from '@jest/globals';
import { RecentMap } from './recent-map.js';

/** What a map of three that keeps for 10 ms holds, after keys were kept at times. */
function keptOf(puts: readonly (readonly [key: string, atMs: number])[]): string[] {
  // At no time, as at 0, the library takes a value for one without an age.
  const BEGIN_MS = 1_000;
  let now = BEGIN_MS;
  const map = new RecentMap<string, string>({ max: 3, maxAgeMs: 10, nowMs: () => now });
  for (const [key, atMs] of puts) {
    now = BEGIN_MS + atMs;
    map.set(key, `${key} of ${atMs}`);
  }
  const keys = [...new Set(puts.map(([key]) => key))];
  return keys.flatMap((key) => map.get(key) ?? []);
}

describe('what was kept last', () => {
  it.each<[string, [string, number][], string[]]>([
    ['one', [['a', 0]], ['a of 0']],
    [
      'one kept again',
      [
        ['a', 0],
        ['a', 5],
      ],
      ['a of 5'],
    ],
    [
      'more than there is room for',
      [
        ['a', 0],
        ['b', 1],
        ['c', 2],
        ['d', 3],
      ],
      ['b of 1', 'c of 2', 'd of 3'],
    ],
    [
      'the longest kept again',
      [
        ['a', 0],
        ['b', 1],
        ['c', 2],
        ['a', 3],
        ['d', 4],
      ],
      ['a of 3', 'c of 2', 'd of 4'],
    ],
    [
      'too old ones',
      [
        ['a', 0],
        ['b', 1],
        ['c', 20],
      ],
      ['c of 20'],
    ],
    [
      'one as old as it may be',
      [
        ['a', 0],
        ['b', 10],
      ],
      ['a of 0', 'b of 10'],
    ],
    [
      'one too old, kept again',
      [
        ['a', 0],
        ['b', 1],
        ['a', 11],
        ['c', 12],
      ],
      ['a of 11', 'c of 12'],
    ],
    [
      'too old ones that nothing came after',
      [
        ['a', 0],
        ['b', 1],
      ],
      ['a of 0', 'b of 1'],
    ],
  ])('of %s', (_, puts, kept) => {
    expect(keptOf(puts).toSorted()).toEqual(kept.toSorted());
  });

  it('is not there once it is deleted', () => {
    const map = new RecentMap<string, number>({ max: 3 });
    map.set('a', 1);
    map.delete('a');
    expect([map.get('a'), map.size]).toEqual([undefined, 0]);
  });

  it('does not grow with what comes, however little each keeps', () => {
    let now = 0;
    const map = new RecentMap<number, number>({ max: 1_000_000, maxAgeMs: 10, nowMs: () => now });
    for (; now < 10_000; now += 1) {
      map.set(now, now);
      expect(map.size).toBeLessThanOrEqual(14);
    }
  });
});
