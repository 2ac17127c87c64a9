import { describe, expect, it } from '@jest/globals';
import { dueDays, watchedDays } from './due-days.js';

const made = (times: Readonly<Record<string, string>>) =>
  new Map(Object.entries(times).map(([day, at]) => [day, new Date(at)]));

/** All that is not said was compared after its late bills. */
const SETTLED = {
  '2026-11-24': '2026-11-25T06:00:00Z',
  '2026-11-25': '2026-11-26T06:00:00Z',
  '2026-11-26': '2026-11-27T06:00:00Z',
};

describe('the days that are compared', () => {
  it.each([
    ['all, at first', '2026-11-27T12:00:00Z', {}, ['24', '25', '26', '27']],
    ['today, the first time', '2026-11-27T12:00:00Z', SETTLED, ['27']],
    [
      'none within the hour',
      '2026-11-27T12:00:00Z',
      { ...SETTLED, '2026-11-27': '2026-11-27T11:00:01Z' },
      [],
    ],
    [
      'today, after an hour',
      '2026-11-27T12:00:00Z',
      { ...SETTLED, '2026-11-27': '2026-11-27T11:00:00Z' },
      ['27'],
    ],
    [
      'not yesterday just after its end',
      '2026-11-27T00:09:59Z',
      { ...SETTLED, '2026-11-26': '2026-11-26T23:30:00Z', '2026-11-27': '2026-11-27T00:00:01Z' },
      [],
    ],
    [
      'yesterday, once it is over',
      '2026-11-27T00:10:00Z',
      { ...SETTLED, '2026-11-26': '2026-11-26T23:30:00Z', '2026-11-27': '2026-11-27T00:00:01Z' },
      ['26'],
    ],
    [
      'not again before late bills have come',
      '2026-11-27T05:59:59Z',
      { ...SETTLED, '2026-11-26': '2026-11-27T00:10:00Z', '2026-11-27': '2026-11-27T05:30:00Z' },
      [],
    ],
    [
      'again when they have',
      '2026-11-27T06:00:00Z',
      { ...SETTLED, '2026-11-26': '2026-11-27T00:10:00Z', '2026-11-27': '2026-11-27T05:30:00Z' },
      ['26'],
    ],
    [
      'what an outage has left out, the oldest first',
      '2026-11-27T12:00:00Z',
      { '2026-11-26': '2026-11-27T06:00:00Z', '2026-11-25': '2026-11-25T10:00:00Z' },
      ['24', '25', '27'],
    ],
  ])('%s', (_what, now, times, days) => {
    const due = dueDays(new Date(now), made(times), 3600);
    expect(due).toEqual(days.map((day) => `2026-11-${day}`));
  });

  it('are among those that are watched, over the end of a month', () => {
    expect(watchedDays(new Date('2026-12-02T00:00:00Z'))).toEqual([
      '2026-11-29',
      '2026-11-30',
      '2026-12-01',
      '2026-12-02',
    ]);
  });
});
