import { describe, expect, it } from '@jest/globals';
import { shareBetween, workersFor } from './others-share.mjs';

/** A processor that has worked and rested for so long. */
const processor = (user: number, idle: number) => ({
  times: { user, nice: 0, sys: 0, idle, irq: 0 },
});

describe('what others take of the processors', () => {
  it.each([
    ['nothing', [processor(5, 100)], [processor(5, 200)], 0],
    ['everything', [processor(5, 100)], [processor(105, 100)], 1],
    ['one of two', [processor(0, 0), processor(0, 0)], [processor(100, 0), processor(0, 100)], 0.5],
    ['a quarter', [processor(10, 10)], [processor(35, 85)], 0.25],
    ['nothing where no time has passed', [processor(5, 5)], [processor(5, 5)], 0],
  ])('is %s', (_what, before, after, share) => {
    expect(shareBetween(before, after)).toBeCloseTo(share);
  });

  it.each([
    [4, 0, 4],
    [4, 0.49, 4],
    [4, 0.5, 2],
    [3, 1, 2],
    [2, 1, 1],
    [1, 0, 1],
  ])('lets of %i workers, where it is %f, run %i', (most, share, workers) => {
    expect(workersFor(most, share)).toBe(workers);
  });
});
