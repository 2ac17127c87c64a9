import { describe, expect, it } from '@jest/globals';
import { ourMs } from './machine-time.js';

const SAMPLES = [
  { fromMs: 1_000, toMs: 1_250, others: 0 },
  { fromMs: 1_250, toMs: 1_500, others: 0.8 },
  { fromMs: 1_500, toMs: 1_750, others: 0.4 },
];

describe('how much of a time the machine was ours', () => {
  it.each([
    ['all of it where others had nothing', 1_000, 1_200, 200],
    ['what others left', 1_250, 1_500, 50],
    ['each part by its own share', 1_000, 1_750, 250 + 50 + 150],
    ['a part of a part', 1_300, 1_600, 40 + 60],
    ['all that nobody has looked at', 500, 900, 400],
    ['nothing of no time', 1_300, 1_300, 0],
  ])('is %s', (_title, fromMs, toMs, expected) => {
    expect(ourMs(SAMPLES, fromMs, toMs)).toBe(expected);
  });
});
