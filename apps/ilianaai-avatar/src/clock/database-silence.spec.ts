import { describe, expect, it } from '@jest/globals';
import { DatabaseSilence } from './database-silence.js';

describe('the silence of the database', () => {
  it.each([
    ['is none before it has ever answered', [], 60_000, null],
    ['is none while it answers', [0, 5_000, 15_000], 25_000, null],
    ['lasts until now where it has not answered for long', [0, 5_000], 15_001, [5_000, 15_001]],
    ['is known when it is over', [0, 5_000, 45_000], 46_000, [5_000, 45_000]],
    ['is the latest of several', [0, 14_000, 15_000, 29_000], 30_000, [15_000, 29_000]],
  ])('%s', (_what, answers, nowMs, expected) => {
    const silence = new DatabaseSilence();
    for (const answer of answers) silence.answered(answer);
    const [fromMs, toMs] = expected ?? [];
    expect(silence.at(nowMs)).toEqual(expected && { fromMs, toMs });
  });
});
