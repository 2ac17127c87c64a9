import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Clock } from './clock.js';

const NOW_MS = Date.parse('2026-11-30T06:00:00.000Z');

beforeEach(() => void jest.useFakeTimers({ now: NOW_MS }));
afterEach(() => void jest.useRealTimers());

describe('the time of the service', () => {
  it.each<[string, (string | null)[], number]>([
    ['nobody has told it', [], 0],
    ['it is told as the page has it', ['Mon, 30 Nov 2026 06:00:00 GMT'], 0],
    ['it differs by less than can be told', ['Mon, 30 Nov 2026 06:00:02 GMT'], 0],
    ['the phone is minutes behind', ['Mon, 30 Nov 2026 06:05:00 GMT'], 300],
    ['the phone is ahead', ['Mon, 30 Nov 2026 05:59:30 GMT'], -30],
    [
      'the phone is put right',
      ['Mon, 30 Nov 2026 06:05:00 GMT', 'Mon, 30 Nov 2026 06:00:00 GMT'],
      0,
    ],
    ['an answer does not tell it', ['Mon, 30 Nov 2026 06:05:00 GMT', null, 'now'], 300],
  ])('is the page’s own and so many seconds more where %s', (_what, dates, seconds) => {
    const clock = new Clock();
    for (const date of dates) clock.learn(date);
    expect((clock.nowMs() - NOW_MS) / 1000).toBe(seconds);
  });
});
