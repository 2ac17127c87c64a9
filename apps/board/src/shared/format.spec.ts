import { describe, expect, it } from '@jest/globals';
import {
  capital,
  counted,
  formatAge,
  formatClock,
  formatCount,
  formatDuration,
  formatMinutes,
  formatRough,
  utcDay,
} from './format.js';

const NOW = Date.parse('2026-11-29T02:12:04Z');

describe('a span', () => {
  it.each([
    [-3, '0 s'],
    [0, '0 s'],
    [0.4, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [60, '1 min'],
    [191, '3 min 11 s'],
    [3_599, '59 min 59 s'],
    [3_600, '1 h'],
    [7_505, '2 h 5 min'],
    [86_400, '1 d'],
    [97_200, '1 d 3 h'],
  ])('of %d seconds is %j', (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
  });

  it.each([
    [-1, '0 s'],
    [59, '59 s'],
    [119, '1 min'],
    [7_199, '1 h'],
    [172_799, '47 h'],
    [172_800, '2 d'],
  ])('of %d seconds is roughly %j', (seconds, words) => {
    expect(formatRough(seconds)).toBe(words);
  });

  it.each([
    [-5, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [89, '1 min'],
    [90, '2 min'],
    [412_300, '6,872 min'],
  ])('of %d seconds that were used is %j', (seconds, words) => {
    expect(formatMinutes(seconds)).toBe(words);
  });
});

describe('an age', () => {
  it.each([
    [0, 'just now'],
    [2, 'just now'],
    [-2, 'just now'],
    [3, '3 s ago'],
    [240, '4 min ago'],
    [-180, 'in 3 min'],
    [-518_400, 'in 6 d'],
  ])('of %d seconds is %j', (seconds, words) => {
    expect(formatAge(NOW - seconds * 1000, NOW)).toBe(words);
  });
});

it('has no age that is no instant', () => {
  expect(formatAge(Number.NaN, NOW)).toBe('unknown');
});

describe('an instant', () => {
  it.each([
    ['2026-11-29T02:12:04Z', 'UTC', '02:12:04'],
    ['2026-11-29T02:12:04Z', 'Europe/Berlin', '03:12:04'],
    ['2026-11-29T00:00:00Z', 'UTC', '00:00:00'],
    ['2026-11-28T23:59:59Z', 'UTC', '28 Nov, 23:59'],
    ['2026-11-28T23:59:59Z', 'Europe/Berlin', '00:59:59'],
    ['2026-11-29T23:30:00Z', 'Europe/Berlin', '30 Nov, 00:30'],
    ['soon', 'UTC', 'unknown'],
    ['', 'UTC', 'unknown'],
  ])('%s in %s is %j', (at, zone, words) => {
    expect(formatClock(at, NOW, zone)).toBe(words);
  });

  it.each([
    [0, '2026-11-29'],
    [-1, '2026-11-28'],
    [2, '2026-12-01'],
  ])('is of the day %d days later in UTC: %s', (days, day) => {
    expect(utcDay(NOW, days)).toBe(day);
  });
});

describe('a number', () => {
  it.each([
    [0, '0'],
    [18_240.5, '18,240.5'],
    [1 / 3, '0.33'],
  ])('%d is %j', (count, words) => {
    expect(formatCount(count)).toBe(words);
  });

  it('has its noun', () => {
    expect([
      counted(1, 'session'),
      counted(0, 'session'),
      counted(2, 'thing needs', 'need'),
    ]).toEqual(['1 session', '0 sessions', '2 need']);
  });
});

it('begins a line with a capital', () => {
  expect([capital('being opened'), capital('')]).toEqual(['Being opened', '']);
});
