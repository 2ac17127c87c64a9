import type { Period } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import { aSession, at, START } from '../../../../test/support/session.factory.js';
import type { Session } from '../sessions/domain/session.js';
import type { Caps } from '../sessions/domain/caps.js';
import {
  hasRoom,
  isUsedUp,
  type Left,
  leftOf,
  minutesEndAt,
  nextCountIn,
  promised,
  warningsOf,
  surelyLeft,
  justFound,
  startingBefore,
  type Standing,
} from './minutes.js';
import type { Spent } from './spent.js';

const NONE: Caps = { perDay: null, perMonth: null, timeZone: 'UTC', slots: 5, warnAtPercent: 80 };
const day: Period = { name: '2026-03-01', from: at(-43_200), to: at(43_200) };
const month: Period = { name: '2026-03', from: at(-43_200), to: at(2_635_200) };

function spent(daySeconds: number, monthSeconds: number, running = 1): Spent {
  return { day, month, daySeconds, monthSeconds, running };
}

function left(seconds: number): Left {
  return { seconds, period: 'day', endsAt: day.to };
}

describe('what is left', () => {
  it.each<[Partial<Caps>, number, number, number, Left['period']]>([
    [{ perDay: 100 }, 0, 0, 100, 'day'],
    [{ perDay: 100 }, 40, 900, 60, 'day'],
    [{ perMonth: 1000 }, 40, 900, 100, 'month'],
    [{ perDay: 100, perMonth: 1000 }, 40, 900, 60, 'day'],
    [{ perDay: 100, perMonth: 1000 }, 40, 950, 50, 'month'],
    [{ perDay: 100, perMonth: 1000 }, 100, 950, 0, 'day'],
    [{ perDay: 100, perMonth: 1000 }, 40, 940, 60, 'day'],
    // With the next day there is just enough of the month.
    [{ perDay: 100, perMonth: 1000 }, 90, 970, 10, 'day'],
    [{ perDay: 100, perMonth: 1000 }, 90, 971, 10, 'month'],
    // Both are used up: there is nothing before the month has ended.
    [{ perDay: 100, perMonth: 1000 }, 100, 980, 0, 'month'],
    [{ perDay: 100, perMonth: 1000 }, 100, 1003, -3, 'month'],
    [{ perDay: 0 }, 0, 0, 0, 'day'],
    [{ perMonth: 0 }, 0, 0, 0, 'month'],
  ])(
    'of %j after %i s of the day and %i s of the month: %i s of the %s',
    (caps, ofDay, ofMonth, seconds, period) => {
      const found = leftOf({ ...NONE, ...caps }, spent(ofDay, ofMonth));
      expect(found).toEqual({ seconds, period, endsAt: period === 'day' ? day.to : month.to });
    },
  );
});

describe('room for another session', () => {
  const unstarted = { startedAt: null };
  it.each<[number, Standing[], boolean]>([
    [29, [], false],
    [30, [], true],
    [0, [], false],
    [-5, [], false],
    // Whoever came first has its thirty seconds, started or not.
    [59, [unstarted], false],
    [60, [unstarted], true],
    [59, [{ startedAt: at(0) }], false],
    [49, [{ startedAt: at(-10) }], false],
    [50, [{ startedAt: at(-10) }], true],
    [30, [{ startedAt: at(-30) }], true],
    [30, [{ startedAt: at(-600) }], true],
    // A clock that is ahead promises no more.
    [60, [{ startedAt: at(9) }], true],
    // One that is open at its vendor costs from then on.
    [59, [{ startedAt: null, openedAt: at(-10) }], false],
    [60, [{ startedAt: null, openedAt: at(-10) }], true],
    [129, [{ startedAt: null, openedAt: at(-100) }], false],
    [130, [{ startedAt: null, openedAt: at(-100) }], true],
    [89, [unstarted, unstarted], false],
    [90, [unstarted, unstarted], true],
  ])('with %i s left and %j live: %s', (seconds, live, isRoom) => {
    expect(hasRoom(left(seconds), live, START)).toBe(isRoom);
  });

  it('is never given twice, however many come one after the other', () => {
    for (let seconds = 0; seconds < 400; seconds += 7) {
      const live: { startedAt: Date | null }[] = [];
      while (hasRoom(left(seconds), live, START)) live.push(unstarted);
      expect(promised(live, START)).toBeLessThanOrEqual(seconds);
    }
  });
});

describe('the next look', () => {
  it.each([
    [29, 1, 5, 4.8],
    [27, 9, 5, 2],
    [0.2, 1, 5, 0.5],
    [-3, 1, 5, 0.5],
    [30, 1, 5, 5],
    [305, 1, 5, 60],
    [300, 1, 5, 59],
    [290, 5, 5, 57],
    // More run than may, where the limit was lowered.
    [290, 10, 5, 28],
    [10_000, 1, 5, 60],
    [1_000, 1, 1_000, 0.5],
    [100, 0, 0, 60],
  ])('with %d s left, %i of %i running, comes in %d s', (seconds, running, slots, next) => {
    expect(nextCountIn(left(seconds), running, slots)).toBe(next);
  });

  it('never comes after the minutes are used up, whoever begins or ends meanwhile', () => {
    const random = seeded(7);
    for (let round = 0; round < 500; round += 1) {
      const slots = 1 + Math.floor(random() * 8);
      let seconds = 30 + random() * 2_000;
      let running = 1;
      while (!isUsedUp(left(seconds), running)) {
        // At worst as many run until the next look as may.
        const next = nextCountIn(left(seconds), running, slots);
        expect(next * slots).toBeLessThanOrEqual(Math.max(seconds - slots, 0.5 * slots) + 1e-9);
        running = 1 + Math.floor(random() * slots);
        seconds -= next * running;
      }
      // Past the cap by no more than the shortest pause for each.
      expect(seconds).toBeGreaterThanOrEqual(-0.5 * slots - 1e-9);
    }
  });

  it('ends all that may run by the end of the minutes, and wastes no second of each', () => {
    for (const slots of [1, 2, 3, 5, 8]) {
      let seconds = 400;
      while (!isUsedUp(left(seconds), slots)) {
        seconds -= nextCountIn(left(seconds), slots, slots) * slots;
      }
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThan(slots);
    }
  });
});

describe('what was found just now', () => {
  const caps = { ...NONE, perDay: 10_000 };
  const found = { caps, left: left(5_000), running: 4, at: START };
  it.each<
    [
      string,
      Partial<Parameters<typeof justFound>[0]> | null,
      Partial<Caps>,
      number,
      number,
      number | null,
    ]
  >([
    ['nothing where nobody has looked', null, {}, 0, 0, null],
    ['what was found', {}, {}, 0, 0, 5_000],
    ['less by what has run since', {}, {}, 0, 0.25, 4_999],
    ['for a quarter of a second', {}, {}, 0, 0.251, null],
    ['not for a clock that was set back', {}, {}, 0, -0.01, null],
    ['not for other limits', {}, { perDay: 9_000 }, 0, 0, null],
    ['not for a session of the day before', {}, {}, -50_000, 0, null],
    ['not beyond the period', { left: { ...left(5_000), endsAt: at(0.1) } }, {}, 0, 0.1, null],
  ])('is %s', (_what, more, other, startedAt, inSeconds, seconds) => {
    const known = more && { ...found, ...more };
    const said = justFound(known, { ...caps, ...other }, at(startedAt), at(inSeconds));
    expect(said?.left.seconds ?? null).toBe(seconds);
  });
});

describe('who has a promise before a session that is being started', () => {
  const begun = (id: string, seconds: number) =>
    aSession({ id, state: 'starting', enteredAt: { starting: at(seconds) } });
  const own = begun('m', 10);
  it.each<[string, Partial<Session>, boolean]>([
    ['itself: no', own, false],
    ['one that nobody has started: no', { id: 'a', state: 'created' }, false],
    ['one that is being opened: no', { id: 'a', state: 'creating' }, false],
    ['one that runs', { id: 'z', state: 'active', startedAt: at(60) }, true],
    ['one whose start began before', begun('z', 9.999), true],
    ['one whose start began at once, by whichever clock', begun('a', 10.999), true],
    ['one whose start began after: no', begun('a', 11), false],
  ])('%s', (_what, other, isBefore) => {
    expect(startingBefore(own, [aSession(other)])).toHaveLength(isBefore ? 1 : 0);
  });
});

describe('what is surely left', () => {
  const caps = { ...NONE, perDay: 10_000 };
  const found = { caps, left: left(5_000), running: 2, at: START };
  it.each<
    [
      string,
      Partial<Parameters<typeof surelyLeft>[0]> | null,
      Partial<Caps>,
      number,
      number,
      number | null,
    ]
  >([
    ['nothing where nobody has looked', null, {}, 1_200, 0, null],
    ['what was found, less what bills may add', {}, {}, 1_200, 0, 4_940],
    ['less by all that may have run', {}, {}, 1_200, 10, 4_890],
    ['less by all that ran, where the limit was lowered', { running: 10 }, {}, 1_200, 10, 4_840],
    ['for a minute', {}, {}, 1_200, 60, 4_640],
    ['for no longer', {}, {}, 1_200, 60.1, null],
    ['not for a clock that was set back', {}, {}, 1_200, -1, null],
    ['not for other limits', {}, { perDay: 9_000 }, 1_200, 0, null],
    ['not beyond the period', { left: { ...left(5_000), endsAt: at(5) } }, {}, 1_200, 5, null],
    // Five slots of thirty seconds each, and the session itself.
    ['where a session more is far from the end', { left: left(1_410) }, {}, 1_200, 0, 1_350],
    ['not where it comes near', { left: left(1_409) }, {}, 1_200, 0, null],
    ['not for a session longer than that', { left: left(1_410) }, {}, 1_201, 0, null],
    ['not where less is left than one begins with', { left: left(239) }, {}, 1, 0, null],
    ['for a short session where there is room', { left: left(240) }, {}, 1, 0, 180],
  ])('is %s', (_what, more, other, seconds, inSeconds, sure) => {
    const known = more && { ...found, ...more };
    const said = surelyLeft(known, { ...caps, ...other }, seconds, at(inSeconds));
    expect(said?.seconds ?? null).toBe(sure);
  });
});

describe('when minutes end', () => {
  it.each([
    [60, 1, 59],
    [60, 3, 19],
    [60, 0, 59],
    [0.5, 1, 0],
    [-4, 1, 0],
  ])('with %d s left for %i that run: in %i s', (seconds, running, inSeconds) => {
    expect(minutesEndAt(left(seconds), running, START)).toEqual(at(inSeconds));
  });
});

describe('warnings', () => {
  it.each<[Partial<Caps>, number, number, ReturnType<typeof warningsOf>]>([
    [{ perDay: 100 }, 79, 900, []],
    [{ perDay: 1000 }, 799, 900, []],
    [{ perDay: 100 }, 80, 900, [{ period: 'day', percent: 80 }]],
    [{ perDay: 100 }, 130, 900, [{ period: 'day', percent: 130 }]],
    [{ perDay: 100, perMonth: 1000 }, 70, 800, [{ period: 'month', percent: 80 }]],
    [
      { perDay: 100, perMonth: 1000 },
      90,
      850,
      [
        { period: 'day', percent: 90 },
        { period: 'month', percent: 85 },
      ],
    ],
    [{ perDay: 100, perMonth: 1000, warnAtPercent: 95 }, 90, 800, []],
    [{ perDay: 0 }, 0, 0, [{ period: 'day', percent: 100 }]],
    [{ perMonth: 0 }, 0, 0, [{ period: 'month', percent: 100 }]],
    [{}, 900, 900, []],
  ])('of %j after %i s of the day and %i s of the month: %j', (caps, ofDay, ofMonth, warnings) => {
    expect(warningsOf({ ...NONE, ...caps }, spent(ofDay, ofMonth))).toEqual(warnings);
  });
});

/** The same numbers in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
