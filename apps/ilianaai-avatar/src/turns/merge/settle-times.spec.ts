import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { settleTimes } from './settle-times.js';
import { atOnce } from './steps.js';
import { compareLines, type SourceLine } from './source-line.js';

type Said = readonly [text: string, atMs: number, isTold?: 'told'];

/** Lines in the order of storing, each through another replica with a count of its own. */
function stored(...said: readonly Said[]): SourceLine[] {
  return said.map(([key, atMs, isTold], index) => ({
    source: 'client',
    key,
    role: 'user',
    text: key,
    atMs,
    position: said.length - index,
    stored: BigInt(index + 1),
    ...(isTold ? { isTold: true } : {}),
  }));
}

const inOrder = (lines: readonly SourceLine[]): string =>
  atOnce(settleTimes(lines))
    .toSorted(compareLines)
    .map(({ key, atMs }) => `${key} ${atMs}`)
    .join(', ');

describe('turns that are stored one after the other', () => {
  it.each<[string, readonly Said[], string]>([
    [
      'keep times that are in order',
      [
        ['a', 10],
        ['b', 20],
        ['c', 30, 'told'],
      ],
      'a 10, b 20, c 30',
    ],
    [
      'in the same millisecond',
      [
        ['b', 10],
        ['a', 10],
      ],
      'b 10, a 10',
    ],
    [
      'while the time goes back, by another primary or another replica',
      [
        ['a', 5_000],
        ['b', 4_500],
        ['c', 4_600],
        ['d', 5_100],
      ],
      'a 5000, b 5000, c 5000, d 5100',
    ],
    [
      'while it goes back by hours',
      [
        ['a', 9e6],
        ['b', 10],
        ['c', 20],
      ],
      'a 9000000, b 9000000, c 9000000',
    ],
    [
      'where a visitor’s clock is behind ours',
      [
        ['ours', 5_000],
        ['theirs', 4_600, 'told'],
        ['ours again', 5_050],
      ],
      'ours 5000, theirs 5000, ours again 5050',
    ],
    [
      'where a visitor’s clock is ahead of ours',
      [
        ['theirs', 5_400, 'told'],
        ['ours', 5_000],
        ['theirs again', 5_700, 'told'],
      ],
      'theirs 5400, ours 5400, theirs again 5700',
    ],
    [
      'where it is far ahead, until ours comes near',
      [
        ['theirs', 9_000, 'told'],
        ['ours', 5_000],
        ['ours later', 8_500],
      ],
      'ours 5000, theirs 9000, ours later 9000',
    ],
    [
      'but what is told late stands where it says',
      [
        ['a', 5_000],
        ['b', 9_000],
        ['late', 6_000, 'told'],
      ],
      'a 5000, late 6000, b 9000',
    ],
    [
      'and late within what clocks differ by, behind what may have been acknowledged before',
      [
        ['a', 5_000],
        ['b', 9_000],
        ['late', 4_500, 'told'],
      ],
      'a 5000, late 5000, b 9000',
    ],
    [
      'of one clock that is not ours, by that clock',
      [
        ['second', 5_000, 'told'],
        ['first', 4_900, 'told'],
      ],
      'first 4900, second 5000',
    ],
  ])('%s', (_title, said, expected) => {
    const lines = stored(...said);
    expect([inOrder(lines), inOrder(lines.toReversed())]).toEqual([expected, expected]);
  });

  it('are left as they are where nobody knows the order', () => {
    const lines = stored(['a', 5_000], ['b', 4_500]).map(({ stored: _stored, ...line }) => line);
    expect(inOrder(lines)).toBe('b 4500, a 5000');
    const vendors: SourceLine = { ...(lines[1] as SourceLine), key: 'v', source: 'vendor' };
    expect(inOrder([...stored(['a', 5_000], ['b', 4_500]), vendors])).toBe(
      'v 4500, a 5000, b 5000',
    );
  });

  it('are in that order, whichever replica takes them and whatever its clock, within what clocks differ by', () => {
    const turn = fc.record({
      afterMs: fc.nat(300),
      clockMs: fc.integer({ min: -500, max: 499 }),
      isTold: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(turn, { maxLength: 60 }),
        fc.integer({ min: 0, max: 499 }),
        (turns, visitorMs) => {
          let nowMs = 0;
          const said = turns.map(({ afterMs, clockMs, isTold }, index): Said => {
            nowMs += afterMs;
            return isTold ? [`${index}`, nowMs + visitorMs, 'told'] : [`${index}`, nowMs + clockMs];
          });
          const found = atOnce(settleTimes(stored(...said))).toSorted(compareLines);
          expect(found.map(({ key }) => key)).toEqual(said.map(([key]) => key));
        },
      ),
    );
  });
});
