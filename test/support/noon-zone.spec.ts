import { expect, it } from '@jest/globals';
import { isTimeZone } from '#contracts';
import { noonZone } from './noon-zone.js';

it.each(Array.from({ length: 24 }, (_none, hour) => hour))(
  'there is a time zone with noon at %i o’clock',
  (hour) => {
    const now = new Date(Date.UTC(2026, 10, 30, hour, 30));
    const timeZone = noonZone(now);
    expect(isTimeZone(timeZone)).toBe(true);
    const there = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
    expect([12, 13]).toContain(Number(there.format(now)));
  },
);
