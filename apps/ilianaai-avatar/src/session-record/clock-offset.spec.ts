import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ClockOffset } from './clock-offset.js';

/** A reading of a clock that is so far ahead, asked at an instant, with the two ways' times. */
function reading(aheadMs: number, askedMs: number, thereMs: number, backMs: number) {
  const theirsMs = Math.floor(askedMs + thereMs + aheadMs);
  return { askedMs, answeredMs: askedMs + thereMs + backMs, theirsMs };
}

describe('the offset to another clock', () => {
  it('is unknown before the first reading', () => {
    const offset = new ClockOffset();
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
      const offset = new ClockOffset();
      for (const [at, there, back] of ways) offset.add(reading(aheadMs, at, there, back));
      expect(Math.abs((offset.offsetMs ?? NaN) - aheadMs)).toBeLessThanOrEqual(offset.errorMs);
      expect(offset.errorMs).toBeLessThanOrEqual(errorMs);
    }
  });

  it('follows a clock that was set', () => {
    const offset = new ClockOffset();
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
        const offset = new ClockOffset();
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
    const offset = new ClockOffset();
    offset.add(reading(0, 0, 0.5, 0.5));
    for (let second = 5; second <= 60; second += 5) {
      offset.add(reading(0, second * 1000, 5, 400));
    }
    expect(offset.errorMs).toBeLessThan(15);
  });
});
