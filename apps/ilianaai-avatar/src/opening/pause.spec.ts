import { describe, expect, it } from '@jest/globals';
import type { SetOpeningDto } from '#contracts';
import { at } from '../../../../test/support/session.factory.js';
import { AvatarError } from '../errors.js';
import { isPaused, type OpeningOrder, orderOf, toOpening, waitSeconds } from './pause.js';

const DAY = 86_400;

function anOrder(more: Partial<OpeningOrder> = {}): OpeningOrder {
  return { paused: true, reason: 'vendor', until: null, by: 'anna', setAt: at(0), ...more };
}

/** What an order at second 0 becomes, or what is said against its end. */
function ordered(wanted: SetOpeningDto): unknown {
  try {
    return orderOf(wanted, 'anna', at(0));
  } catch (error) {
    return error instanceof AvatarError ? error.details.errors : error;
  }
}

describe('the opening of sessions', () => {
  it.each<[string, OpeningOrder | null, number, boolean]>([
    ['where nobody has said anything', null, 0, false],
    ['where a pause was ended', anOrder({ paused: false }), 0, false],
    ['where somebody has to end the pause', anOrder(), 1e9, true],
    ['just before it ends', anOrder({ until: at(60) }), 59.999, true],
    ['when it ends', anOrder({ until: at(60) }), 60, false],
    ['behind that', anOrder({ until: at(60) }), 61, false],
  ])('is paused, or not: %s', (_when, order, second, paused) => {
    expect(isPaused(order, at(second))).toBe(paused);
    expect(toOpening(order, at(second)).paused).toBe(paused);
  });

  it.each<[string, Date | null, number]>([
    ['a minute where nobody knows when it ends', null, 60],
    ['until it ends', at(90.2), 91],
    ['an hour at most', at(3_601), 3_600],
    ['a second at least', at(0.1), 1],
  ])('has whoever is refused wait for %s', (_what, until, seconds) => {
    expect(waitSeconds(anOrder({ until }), at(0))).toBe(seconds);
  });

  it('is shown with who has said it, when and why', () => {
    const order = anOrder({ until: at(60) });
    expect(toOpening(order, at(30))).toEqual({
      paused: true,
      reason: 'vendor',
      until: at(60).toISOString(),
      by: 'anna',
      setAt: at(0).toISOString(),
    });
    expect(toOpening(order, at(90))).toMatchObject({ paused: false, until: at(60).toISOString() });
    const never = { paused: false, reason: null, until: null, by: null, setAt: null };
    expect(toOpening(null, at(0))).toEqual(never);
  });
});

describe('an order', () => {
  it.each<[string, SetOpeningDto, Partial<OpeningOrder>]>([
    ['to pause', { paused: true }, { paused: true, reason: null, until: null }],
    ['to pause, and why', { paused: true, reason: 'vendor' }, { reason: 'vendor' }],
    ['to allow it again', { paused: false, reason: 'done' }, { paused: false, reason: 'done' }],
    ['for a while', { paused: true, until: at(90).toISOString() }, { until: at(90) }],
    [
      'until a time of another zone',
      { paused: true, until: '2026-03-01T13:01:00+01:00' },
      { until: at(60) },
    ],
    ['for a week', { paused: true, until: at(7 * DAY).toISOString() }, { until: at(7 * DAY) }],
  ])('%s is kept with its time and its operator', (_what, wanted, order) => {
    expect(ordered(wanted)).toMatchObject({ ...order, by: 'anna', setAt: at(0) });
  });

  it.each<[string, SetOpeningDto, RegExp]>([
    ['now', { paused: true, until: at(0).toISOString() }, /must not be past/],
    ['in the past', { paused: true, until: at(-DAY).toISOString() }, /must not be past/],
    ['later than in a week', { paused: true, until: at(7 * DAY + 1).toISOString() }, /7 days/],
    ['in the year 9999', { paused: true, until: '9999-12-31T23:59:59Z' }, /7 days/],
    ['on a day', { paused: true, until: '2026-03-02' }, /time with its zone/],
    ['at a time of no zone', { paused: true, until: '2026-03-01T13:00:00' }, /with its zone/],
    ['in a week of the year', { paused: true, until: '2026-W10-1T10:00:00Z' }, /with its zone/],
    ['and there is no pause', { paused: false, until: at(60).toISOString() }, /belongs to a pause/],
  ])('does not end %s', (_when, wanted, message) => {
    expect(ordered(wanted)).toEqual([
      { pointer: '/until', message: expect.stringMatching(message) },
    ]);
  });
});
