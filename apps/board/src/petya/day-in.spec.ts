import { describe, expect, it } from '@jest/globals';
import { dayIn } from './day-in.js';

describe('the day of an instant', () => {
  const at = Date.parse('2026-11-30T23:30:00Z');

  it.each([
    ['UTC', '2026-11-30'],
    ['Europe/Berlin', '2026-12-01'],
    ['America/New_York', '2026-11-30'],
    ['Pacific/Kiritimati', '2026-12-01'],
    ['Not/AZone', '2026-11-30'],
    [undefined, '2026-11-30'],
  ])('in %s is %s', (zone, day) => {
    expect(dayIn(at, zone)).toBe(day);
  });
});
