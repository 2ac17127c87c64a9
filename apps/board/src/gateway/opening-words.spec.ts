import { describe, expect, it } from '@jest/globals';
import { anOpening, before, NOW_MS } from '../../../../test/support/board-samples.js';
import { openingWords, SPANS, untilAfter } from './opening-words.js';

const paused = { paused: true };

describe('whether sessions may be opened', () => {
  it.each([
    [{}, 'Visitors can open sessions.'],
    [paused, 'Opening is paused, until somebody resumes it.'],
    [
      {
        ...paused,
        by: 'anna',
        setAt: before(3_600),
        until: before(-3_600),
        reason: 'The vendor moves',
      },
      'Opening is paused by anna since 02:12:04, until 04:12:04 (in 1 h): The vendor moves',
    ],
  ])('%j is told as %j', (change, words) => {
    expect(openingWords(anOpening(change), NOW_MS, 'UTC')).toBe(words);
  });

  it('is paused for a span, or until somebody resumes it', () => {
    expect(untilAfter(60, NOW_MS)).toBe(before(-3_600));
    expect(untilAfter(null, NOW_MS)).toBeUndefined();
    // The longest that the service takes is seven days.
    expect(SPANS.every(({ minutes }) => (minutes ?? 0) < 7 * 24 * 60)).toBe(true);
  });
});
