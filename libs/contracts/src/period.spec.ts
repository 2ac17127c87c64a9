import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayNamed, isTimeZone, PERIODS, periodOf } from './period.js';

/** Of each kind: whole and half hours, the furthest, those that change their clocks at midnight or skipped a day. */
const ZONES = [
  'UTC',
  'Africa/Cairo',
  'Africa/Casablanca',
  'America/Asuncion',
  'America/Caracas',
  'America/Havana',
  'America/Los_Angeles',
  'America/New_York',
  'America/Santiago',
  'America/Sao_Paulo',
  'America/St_Johns',
  'Antarctica/Troll',
  'Asia/Amman',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Jerusalem',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Tehran',
  'Asia/Tokyo',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Europe/Berlin',
  'Europe/London',
  'Pacific/Apia',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Marquesas',
];

describe('the period of an instant', () => {
  it.each([
    ['day', '2026-11-29T00:00:00Z', 'UTC', '2026-11-29', '2026-11-29T00:00:00Z', 24],
    ['day', '2026-11-28T23:59:59.999Z', 'UTC', '2026-11-28', '2026-11-28T00:00:00Z', 24],
    ['month', '2026-12-31T23:59:59.999Z', 'UTC', '2026-12', '2026-12-01T00:00:00Z', 31 * 24],
    ['month', '2028-02-29T12:00:00Z', 'UTC', '2028-02', '2028-02-01T00:00:00Z', 29 * 24],
    // Clocks are set forward and back.
    ['day', '2026-03-29T12:00:00Z', 'Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z', 23],
    ['day', '2026-10-25T12:00:00Z', 'Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00Z', 25],
    ['month', '2026-03-31T21:59:59Z', 'Europe/Berlin', '2026-03', '2026-02-28T23:00:00Z', 743],
    // At midnight, so that there is none.
    ['day', '2026-04-24T12:00:00Z', 'Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z', 23],
    // By half an hour.
    [
      'day',
      '2026-04-05T00:00:00Z',
      'Australia/Lord_Howe',
      '2026-04-05',
      '2026-04-04T13:00:00Z',
      24.5,
    ],
    // Back over midnight, a minute or two hours after it: the day before is shown once more, none twice.
    ['day', '2010-11-07T02:30:30Z', 'America/St_Johns', '2010-11-06', '2010-11-06T02:30:00Z', 25],
    ['day', '2010-11-07T02:31:30Z', 'America/St_Johns', '2010-11-06', '2010-11-06T02:30:00Z', 25],
    ['day', '2010-11-07T03:30:00Z', 'America/St_Johns', '2010-11-07', '2010-11-07T03:30:00Z', 24],
    ['month', '2009-11-01T02:30:30Z', 'America/St_Johns', '2009-10', '2009-10-01T02:30:00Z', 745],
    ['day', '2010-03-04T15:30:00Z', 'Antarctica/Casey', '2010-03-05', '2010-03-04T13:00:00Z', 27],
    // A day that the calendar left out.
    ['day', '2011-12-30T10:00:00Z', 'Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00Z', 24],
    ['day', '2026-01-01T00:00:00Z', 'Pacific/Kiritimati', '2026-01-01', '2025-12-31T10:00:00Z', 24],
  ] as const)('is the %s that holds %s in %s', (kind, at, zone, name, from, hours) => {
    const period = periodOf(kind, new Date(at), zone);
    expect([period.name, period.from]).toEqual([name, new Date(from)]);
    expect((period.to.getTime() - period.from.getTime()) / 3_600_000).toBe(hours);
  });

  it('holds it, and follows the one before and meets the one behind, in 30 time zones', () => {
    const within = {
      min: new Date('1990-01-01'),
      max: new Date('2050-01-01'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(
        fc.date(within),
        fc.constantFrom(...ZONES),
        fc.constantFrom(...PERIODS),
        (at, zone, kind) => {
          const period = periodOf(kind, at, zone);
          expect(period.from <= at && at < period.to).toBe(true);
          expect(periodOf(kind, period.from, zone)).toEqual(period);
          const last = new Date(period.to.getTime() - 1);
          expect(periodOf(kind, last, zone)).toEqual(period);
          expect(periodOf(kind, period.to, zone).from).toEqual(period.to);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(new Set(ZONES).size).toBe(30);
  });

  it('is whole days for a month', () => {
    for (const zone of ZONES) {
      const month = periodOf('month', new Date('2026-03-15T12:00:00Z'), zone);
      let at = month.from;
      let days = 0;
      while (at < month.to) {
        const day = periodOf('day', at, zone);
        expect(day.name.startsWith(`${month.name}-`)).toBe(true);
        at = day.to;
        days += 1;
      }
      expect([zone, at, days]).toEqual([zone, month.to, 31]);
    }
  });

  it('is what a day is by its name', () => {
    for (const zone of ZONES) {
      const day = periodOf('day', new Date('2026-03-29T12:00:00Z'), zone);
      expect(dayNamed(day.name, zone)).toEqual(day);
    }
  });

  it.each(['2026-02-30', '2026-13-01', '2026-1-1', 'today', '', '2026-11-29T00:00'])(
    'has no day %j',
    (name) => {
      expect(() => dayNamed(name, 'UTC')).toThrow(RangeError);
    },
  );
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['utc', true],
    ['Mars/Olympus', false],
    ['', false],
    ['\u0000', false],
  ])('%j: %s', (name, expected) => {
    expect(isTimeZone(name)).toBe(expected);
  });
});
