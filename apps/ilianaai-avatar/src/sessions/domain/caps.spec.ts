import type { AccountLimitsDto } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import { areSameCaps, type Caps, capsOf, firstCountIn } from './caps.js';

const PLAIN = { maxConcurrentSessions: 5, maxSessionSeconds: 1200, maxTranscriptTurns: 5000 };
const SOME: Caps = { perDay: 60, perMonth: null, timeZone: 'UTC', slots: 5, warnAtPercent: 80 };

describe('the caps of an account', () => {
  it.each<[Partial<AccountLimitsDto>, Caps | null]>([
    [{}, null],
    [{ maxSecondsPerDay: null, maxSecondsPerMonth: null, timeZone: 'Europe/Berlin' }, null],
    [{ maxSecondsPerDay: 60 }, SOME],
    [{ maxSecondsPerDay: 0 }, { ...SOME, perDay: 0 }],
    [{ maxSecondsPerMonth: 0 }, { ...SOME, perDay: null, perMonth: 0 }],
    [
      { maxSecondsPerDay: 60, maxSecondsPerMonth: 600, timeZone: 'Asia/Tokyo', warnAtPercent: 50 },
      { ...SOME, perMonth: 600, timeZone: 'Asia/Tokyo', warnAtPercent: 50 },
    ],
  ])('of %j are %j', (limits, caps) => {
    expect(capsOf({ ...PLAIN, ...limits })).toEqual(caps);
  });

  it.each<[Caps | null, Caps | null, boolean]>([
    [null, null, true],
    [null, SOME, false],
    [SOME, null, false],
    [SOME, { ...SOME }, true],
    [SOME, { ...SOME, perDay: 61 }, false],
    [SOME, { ...SOME, timeZone: 'Asia/Tokyo' }, false],
    [SOME, { ...SOME, slots: 6 }, false],
  ])('%j and %j are the same: %s', (one, other, isSame) => {
    expect(areSameCaps(one, other)).toBe(isSame);
  });

  it.each([
    [5, 6],
    [1, 30],
    [0, 30],
    [1_000, 0.5],
  ])('with %i slots are looked at first after %d s', (slots, seconds) => {
    expect(firstCountIn({ ...SOME, slots })).toBe(seconds);
  });
});
