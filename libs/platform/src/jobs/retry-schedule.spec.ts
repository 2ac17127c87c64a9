import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextAttemptDelaySeconds } from './retry-schedule.js';

const steps = [0, 1, 5, 15, 60, 300, 600];
const MIDDLE = 0.5;
const NEARLY_ONE = 1 - Number.EPSILON;

describe('nextAttemptDelaySeconds', () => {
  it.each([
    [0, 0, 0],
    [1, 0, 1],
    [2, 1, 5],
    [3, 6, 15],
    [4, 21, 60],
    [5, 81, 300],
    [6, 381, 600],
    [7, 981, 600],
    [149, 86_399, 600],
    [150, 86_400, 3_600],
    [10_000, 10_000_000, 3_600],
  ])('after %i attempts and %i s waits %i s', (attempt, ageSeconds, delay) => {
    expect(nextAttemptDelaySeconds({ attempt, steps, ageSeconds, random: MIDDLE })).toBe(delay);
  });

  it('goes through the steps first when a process was away for more than a day', () => {
    const state = { attempt: 1, steps, ageSeconds: 200_000, random: MIDDLE };
    expect(nextAttemptDelaySeconds(state)).toBe(1);
  });

  it('keeps to shorter steps where they are configured', () => {
    const state = { attempt: 9, steps: [0, 0.1], ageSeconds: 60, random: MIDDLE };
    expect(nextAttemptDelaySeconds(state)).toBe(0.1);
  });

  it.each([
    [0, 48],
    [MIDDLE, 60],
    [NEARLY_ONE, 72],
  ])('spreads a step of 60 s at random %d to %d s', (random, delay) => {
    const state = { attempt: 4, steps, ageSeconds: 21, random };
    expect(nextAttemptDelaySeconds(state)).toBeCloseTo(delay, 6);
  });

  it.each([0, MIDDLE, NEARLY_ONE])('makes the first attempt at once at random %d', (random) => {
    expect(nextAttemptDelaySeconds({ attempt: 0, steps, ageSeconds: 0, random })).toBe(0);
  });

  it.each([
    ['zero', 0, 15],
    ['less than our step', 3, 15],
    ['our step', 15, 15],
    ['a little more than our step', 20, 20],
    ['two of our steps', 30, 30],
    ['more than two of our steps', 31, 30],
    ['ten years', 315_360_000, 30],
  ])('answers a Retry-After of %s within one and two steps', (_title, retryAfterSeconds, delay) => {
    const state = { attempt: 3, steps, ageSeconds: 6, retryAfterSeconds, random: 0 };
    expect(nextAttemptDelaySeconds(state)).toBe(delay);
  });

  it('never comes before the time asked for and stays within one and two steps', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.nat(200_000),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, ageSeconds, retryAfterSeconds, random) => {
          const state = { attempt, steps, ageSeconds };
          const step = nextAttemptDelaySeconds({ ...state, random: MIDDLE });
          const delay = nextAttemptDelaySeconds({ ...state, retryAfterSeconds, random });
          expect(delay).toBeGreaterThanOrEqual(step);
          expect(delay).toBeLessThanOrEqual(2 * step);
          expect(delay).toBeGreaterThanOrEqual(Math.min(retryAfterSeconds, 2 * step));
          const own = nextAttemptDelaySeconds({ ...state, random });
          expect(Math.abs(own - step)).toBeLessThanOrEqual(0.2 * step + 1e-9);
        },
      ),
    );
  });
});
