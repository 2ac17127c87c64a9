import { describe, expect, it } from '@jest/globals';
import { pollPauseSeconds } from './poll-pace.js';

describe('the pause until the next look', () => {
  it.each([
    [0, 30],
    [999, 30],
    [1_000, 30],
    [2_000, 60],
    [3_500, 105],
    [4_000, 120],
    [5_000, 120],
    [60_000, 120],
  ])('is, after one that took %i ms, %i s', (tookMs, seconds) => {
    expect(pollPauseSeconds(30, tookMs)).toBe(seconds);
  });
});
