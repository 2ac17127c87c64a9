import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClockOffset } from './clock-offset.js';

/** A reading of a clock that is so far ahead, asked at an instant, with the two ways' times. */
function reading(
  aheadMs: number,
  askedMs: number,
  thereMs: number,
  backMs: number,
  server = 'primary',
) {
  const theirsMs = Math.floor(askedMs + thereMs + aheadMs);
  return { server, askedMs, answeredMs: askedMs + thereMs + backMs, theirsMs };
}

describe('the offset to another clock', () => {
  it('is unknown before the first reading', () => {
    const offset = new ClockOffset(0);
    expect([offset.offsetMs, offset.errorMs]).toEqual([null, Infinity]);
  });

  it.each([
    ['an even answer', [[0, 10, 10]], 10.5],
    ['an answer that was slow on its way back', [[0, 1, 399]], 200.5],
    [
      'a slow answer and a fast one',
      [
        [0, 1, 399],
        [500, 1, 1],
      ],
      1.6,
    ],
    [
      'a fast answer and a slow one',
      [
        [0, 1, 1],
        [5000, 1, 399],
      ],
      2.6,
    ],
    [
      'the slow ways of two',
      [
        [0, 1, 300],
        [1000, 300, 1],
      ],
      2,
    ],
  ] as const)('of %s is right within what it says', (_what, ways, errorMs) => {
    for (const aheadMs of [-86_400_000, -3.4, 0, 0.2, 86_400_000.7]) {
      const offset = new ClockOffset(0);
      for (const [at, there, back] of ways) offset.add(reading(aheadMs, at, there, back));
      expect(Math.abs((offset.offsetMs ?? NaN) - aheadMs)).toBeLessThanOrEqual(offset.errorMs);
      expect(offset.errorMs).toBeLessThanOrEqual(errorMs);
    }
  });

  it('follows a clock that was set', () => {
    const offset = new ClockOffset(0);
    offset.add(reading(0, 0, 1, 1));
    offset.add(reading(3_600_000, 5_000, 1, 1));
    expect(offset.offsetMs).toBeCloseTo(3_600_000, -1);
    offset.add(reading(0, 10_000, 1, 1));
    expect(Math.abs(offset.offsetMs ?? NaN)).toBeLessThan(2);
  });

  it('is never wrong by more than it says, whatever the ways took and however the clock drifts', () => {
    const ways = fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(ways, fc.integer({ min: -100, max: 100 }), (trips, ppm) => {
        const offset = new ClockOffset(0);
        let askedMs = 0;
        for (const [there, back] of trips) {
          askedMs += 5_000;
          offset.add(reading((askedMs * ppm) / 1e6, askedMs, there, back));
        }
        const aheadMs = (askedMs * ppm) / 1e6;
        return Math.abs((offset.offsetMs ?? NaN) - aheadMs) <= offset.errorMs + 0.2;
      }),
    );
  });

  it('gets no worse than the best answer of a while ago', () => {
    const offset = new ClockOffset(0);
    offset.add(reading(0, 0, 0.5, 0.5));
    for (let second = 5; second <= 60; second += 5) {
      offset.add(reading(0, second * 1000, 5, 400));
    }
    expect(offset.errorMs).toBeLessThan(15);
  });
});

const HOUR = 3_600_000;

/** Readings five seconds apart: who answered, and how far that machine's clock is ahead then. */
type Told = readonly (readonly [server: string, aheadMs: number])[];

function often(times: number, ...round: Told): Told {
  return Array.from({ length: times }, () => round).flat();
}

/** What is taken for the offset after each reading. */
function followed(told: Told, ownMs = 0): number[] {
  const offset = new ClockOffset(ownMs);
  return told.map(([server, aheadMs], index) => {
    offset.add(reading(aheadMs, index * 5_000, 1, 1, server));
    return offset.offsetMs ?? NaN;
  });
}

describe('the offset to a database of several machines', () => {
  it.each<[string, Told, number, number]>([
    ['two that agree', often(20, ['a', 0], ['b', 0.4]), 0, 3],
    ['two that are 50 ms apart: one is kept to', often(20, ['a', 0], ['b', 50]), 0, 3],
    ['a machine a day off, heard last', often(20, ['b', 0], ['a', 24 * HOUR]), 0, 3],
    ['a machine a day off among three', often(20, ['a', 0], ['c', 1], ['b', 24 * HOUR]), 0, 3],
    ['two of three that differ from the first', often(20, ['a', 0], ['b', 80], ['c', 81]), 80, 3],
    [
      'a new primary, whose clock is 40 ms behind',
      [...often(9, ['a', 0]), ...often(15, ['b', -40])],
      -40,
      3,
    ],
    [
      'a primary that was elected twice',
      [...often(3, ['a', 0]), ...often(3, ['b', 70]), ...often(3, ['a', 0])],
      0,
      3,
    ],
    ['the only machine, whose clock was set', [...often(3, ['a', 0]), ['a', HOUR]], HOUR, 3],
    [
      'the machine that was kept to, whose clock was set',
      [...often(3, ['a', 0], ['b', 50]), ...often(3, ['a', HOUR], ['b', 50])],
      50,
      3,
    ],
    [
      'a machine that has a new name at each start',
      [
        ['a', 0],
        ['b', 0],
        ['c', 0],
        ['d', 0],
      ],
      0,
      3,
    ],
  ])('of %s', (_what, told, expected, errorMs) => {
    expect(Math.abs((followed(told).at(-1) ?? NaN) - expected)).toBeLessThanOrEqual(errorMs);
  });

  it('lets no time go back when the next primary’s clock is behind', () => {
    const offset = new ClockOffset(0);
    const told = [...often(3, ['a', 0]), ...often(40, ['b', -400])];
    let before = -Infinity;
    for (const [index, [server, aheadMs]] of told.entries()) {
      const askedMs = index * 5_000;
      offset.add(reading(aheadMs, askedMs, 1, 1, server));
      for (let nowMs = askedMs + 2; nowMs < askedMs + 5_000; nowMs += 50) {
        const time = nowMs + (offset.at(nowMs) ?? NaN);
        expect(time).toBeGreaterThan(before);
        before = time;
      }
    }
    expect(offset.at(told.length * 5_000)).toBeCloseTo(-400, -1);
  });

  it('does not go back and forth between two whose clocks differ', () => {
    const steps = followed(often(30, ['a', 0], ['b', 50])).slice(1);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThanOrEqual(3);
  });

  it('is our own clock’s choice where two have nothing in common, not that of who came first', () => {
    for (const told of [often(5, ['a', 0], ['b', 24 * HOUR]), often(5, ['b', 24 * HOUR], ['a', 0])])
      expect(Math.abs((followed(told, 300).at(-1) ?? NaN) - 0)).toBeLessThanOrEqual(3);
  });

  it('is not kept by a machine that answers no more', () => {
    const steps = followed([...often(3, ['a', 0]), ...often(20, ['b', 40])]);
    const afterMs = steps.findIndex((offset) => offset > 20) * 5_000;
    expect(afterMs).toBeGreaterThan(0);
    expect(afterMs).toBeLessThanOrEqual(3 * 5_000 + 65_000);
  });
});
