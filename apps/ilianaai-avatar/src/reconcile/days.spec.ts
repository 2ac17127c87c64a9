import { describe, expect, it } from '@jest/globals';
import { isWithinReach, readDay, refuseOutOfReach } from './days.js';

const NOW = new Date('2026-12-02T00:30:00Z');

describe('a day', () => {
  it.each([
    ['2026-12-02', true],
    ['2026-12-01', true],
    ['2026-11-01', true],
    ['2026-10-31', false],
    ['2026-12-03', false],
  ])('%s may be compared on the second of December: %s', (day, isFine) => {
    expect(isWithinReach(day, NOW)).toBe(isFine);
    if (isFine) expect(() => refuseOutOfReach(day, NOW)).not.toThrow();
    else expect(() => refuseOutOfReach(day, NOW)).toThrow('invalid_input');
  });

  it('is one of the calendar', () => {
    expect(readDay('2028-02-29')).toBe('2028-02-29');
  });

  it.each([
    '',
    'today',
    '2026-02-29',
    '2026-13-01',
    '2026-1-1',
    '2026-11-26T00:00:00Z',
    '20261126',
    '-000001-01-01',
  ])('%j is none', (value) => {
    expect(() => readDay(value)).toThrow('invalid_input');
  });
});
