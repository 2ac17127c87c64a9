import { describe, expect, it } from '@jest/globals';
import { zoneAtNoon } from './noon.js';

describe('a time zone at noon', () => {
  it.each(Array.from({ length: 24 }, (_none, hour) => hour))('at %i UTC', (hour) => {
    const now = new Date(Date.UTC(2026, 10, 30, hour, 20));
    const options = { timeZone: zoneAtNoon(now), hour: 'numeric', hourCycle: 'h23' } as const;
    expect(new Intl.DateTimeFormat('en', options).format(now)).toBe('12');
  });
});
