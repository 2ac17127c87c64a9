import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Caps } from '../sessions/domain/caps.js';
import {
  addUp,
  isOutdated,
  readFrom,
  type Settled,
  settle,
  type StartedSession,
  stillSettled,
} from './spent.js';

const BERLIN: Caps = {
  perDay: 1_000,
  perMonth: 10_000,
  timeZone: 'Europe/Berlin',
  slots: 5,
  warnAtPercent: 80,
};
const NOON = new Date('2026-03-29T12:00:00Z');

let made = 0;
function started(startedAt: string, more: Partial<StartedSession> = {}): StartedSession {
  made += 1;
  return {
    id: `s-${String(made).padStart(4, '0')}`,
    startedAt: new Date(startedAt),
    endedAt: null,
    billed: null,
    visitorId: null,
    proved: false,
    opener: null,
    ...more,
  };
}

function billed(startedAt: string, seconds: number): StartedSession {
  const endedAt = new Date(Date.parse(startedAt) + seconds * 1000);
  return started(startedAt, { endedAt, billed: { seconds, credits: null, source: 'vendor' } });
}

describe('what is used', () => {
  it.each<[string, StartedSession[], [number, number, number]]>([
    ['nothing', [], [0, 0, 0]],
    ['as it was billed', [billed('2026-03-29T08:00:00Z', 70)], [70, 70, 0]],
    [
      'as it was counted here',
      [started('2026-03-29T08:00:00Z', { endedAt: new Date('2026-03-29T08:00:09.2Z') })],
      [10, 10, 0],
    ],
    ['up to now of what runs', [started('2026-03-29T11:59:00Z')], [60, 60, 1]],
    [
      'of what runs since the vendor was asked',
      [
        started('2026-03-29T11:59:00Z', {
          enteredAt: { starting: new Date('2026-03-29T11:58:57Z') },
        }),
      ],
      [63, 63, 1],
    ],
    ['of the day before for the month only', [billed('2026-03-28T22:59:59Z', 70)], [0, 70, 0]],
    ['of a day by the clock of the account', [billed('2026-03-28T23:00:00Z', 70)], [70, 70, 0]],
    [
      'of the month by its clock',
      [billed('2026-02-28T22:59:59Z', 70), billed('2026-02-28T23:00:00Z', 5)],
      [0, 5, 0],
    ],
    [
      'of a session that began before, whole for its own day',
      [started('2026-03-28T22:59:00Z')],
      [0, 46_860, 1],
    ],
    [
      'nothing of the next day and the next month, which begin at midnight',
      [
        started('2026-03-29T22:00:00Z', { endedAt: new Date('2026-03-29T22:00:09Z') }),
        started('2026-03-31T22:00:00Z'),
      ],
      [0, 9, 0],
    ],
    ['nothing of what is yet to come', [started('2026-03-29T12:00:05Z')], [0, 0, 1]],
  ])('is %s', (_what, sessions, [day, month, running]) => {
    expect(addUp(null, sessions, BERLIN, NOON, NOON)).toMatchObject({
      daySeconds: day,
      monthSeconds: month,
      running,
    });
  });

  it('belongs to the periods of the session that it is asked for', () => {
    const sessions = [billed('2026-03-28T10:00:00Z', 7), started('2026-03-28T22:59:59Z')];
    const midnight = new Date('2026-03-28T23:00:10Z');
    const ofItself = addUp(null, sessions, BERLIN, sessions[1]?.startedAt as Date, midnight);
    expect(ofItself).toMatchObject({ daySeconds: 7 + 11, running: 1 });
    expect(addUp(null, sessions, BERLIN, midnight, midnight).daySeconds).toBe(0);
  });
});

describe('sums that are remembered', () => {
  const morning = [billed('2026-03-29T06:00:00Z', 10), billed('2026-03-29T07:00:00Z', 20)];

  it('end before the first session whose bill is open, or that has only just begun', () => {
    const open = started('2026-03-29T07:30:00Z');
    const later = billed('2026-03-29T08:00:00Z', 40);
    const sums = settle(null, [...morning, open, later], BERLIN, NOON, 0);
    expect(sums).toMatchObject({ daySeconds: 30, last: { id: morning[1]?.id } });
    const fresh = billed('2026-03-29T11:58:30Z', 5);
    expect(settle(null, [...morning, fresh], BERLIN, NOON, 0)).toMatchObject({ daySeconds: 30 });
    expect(settle(null, [open], BERLIN, NOON, 0)).toBeNull();
    // What was counted here may be billed otherwise.
    const unbilled = { ...open, endedAt: new Date('2026-03-29T07:31:00Z') };
    expect(settle(null, [unbilled, later], BERLIN, NOON, 0)).toBeNull();
  });

  it('have nothing of another month, and are as old as the first that is in them', () => {
    const before = billed('2026-02-28T22:59:59Z', 70);
    const sums = settle(null, [before, ...morning], BERLIN, NOON, 1_000);
    expect(sums).toMatchObject({ daySeconds: 30, monthSeconds: 30, madeAtMs: 1_000 });
    const more = settle(sums, [billed('2026-03-29T08:00:00Z', 40)], BERLIN, NOON, 2_000);
    expect(more).toMatchObject({ daySeconds: 70, madeAtMs: 1_000 });
  });

  it('go on behind the last of those that were started at once', () => {
    const [one, two, three] = [1, 2, 3].map((seconds) => billed('2026-03-29T06:00:00Z', seconds));
    const sums = settle(null, [one, two] as StartedSession[], BERLIN, NOON, 0);
    const all = [one, two, three] as StartedSession[];
    expect(addUp(sums, all, BERLIN, NOON, NOON).daySeconds).toBe(6);
    expect(settle(sums, all, BERLIN, NOON, 0)?.daySeconds).toBe(6);
  });

  it.each<[string, Partial<Caps>, string, string]>([
    ['the last in them', {}, '2026-03-29T12:00:00Z', '2026-03-29T07:00:00Z'],
    [
      'the day that has begun since',
      { perMonth: null },
      '2026-03-30T12:00:00Z',
      '2026-03-29T22:00:00Z',
    ],
    ['the month that has begun since', {}, '2026-04-01T12:00:00Z', '2026-03-31T22:00:00Z'],
  ])('let sessions be read from %s on', (_what, caps, now, from) => {
    const sums = settle(null, morning, BERLIN, NOON, 0);
    expect(readFrom(sums, { ...BERLIN, ...caps }, new Date(now))).toEqual(new Date(from));
  });

  it.each<[string, Partial<Caps>, string, number, boolean]>([
    ['hold', {}, '2026-03-29T12:00:00Z', 3_599_000, true],
    ['hold for an hour', {}, '2026-03-29T12:00:00Z', 3_601_000, false],
    ['hold for other limits', { perDay: 7, slots: 1 }, '2026-03-29T12:00:00Z', 0, true],
    ['do not hold for another time zone', { timeZone: 'UTC' }, '2026-03-29T12:00:00Z', 0, false],
    [
      'do not hold for a month that was not read',
      { perMonth: null },
      '2026-03-29T12:00:00Z',
      0,
      false,
    ],
    ['do not hold for the next month', {}, '2026-03-31T22:00:00Z', 0, false],
    ['hold for the month on the next day', {}, '2026-03-29T22:00:00Z', 0, true],
  ])('%s', (_what, caps, now, ageMs, holds) => {
    const sums = settle(null, morning, BERLIN, NOON, 1_000);
    const still = stillSettled(sums, { ...BERLIN, ...caps }, new Date(now), 1_000 + ageMs);
    expect(still !== null).toBe(holds);
  });

  it('take in what has ended a day ago without a bill: none will come', () => {
    const ended = (hoursAgo: number) => {
      const endedAt = new Date(NOON.getTime() - hoursAgo * 3_600_000);
      const startedAt = new Date(endedAt.getTime() - 60_000).toISOString();
      return started(startedAt, { endedAt });
    };
    expect(settle(null, [ended(24.9)], BERLIN, NOON, 0)).toBeNull();
    expect(settle(null, [ended(25.1)], BERLIN, NOON, 0)).toMatchObject({ monthSeconds: 60 });
  });

  it.each([
    [299_000, false],
    [301_000, true],
  ])('are made anew after five minutes: %i ms', (ageMs, isDue) => {
    const sums = settle(null, morning, BERLIN, NOON, 1_000) as Settled;
    expect(isOutdated(sums, 1_000 + ageMs)).toBe(isDue);
  });

  it('begin anew for the next day, and go on for the month', () => {
    const sums = settle(null, morning, BERLIN, NOON, 0);
    const still = stillSettled(sums, BERLIN, new Date('2026-03-29T22:00:00Z'), 0);
    expect(still).toMatchObject({ day: '2026-03-30', daySeconds: 0, monthSeconds: 30 });
  });

  it('change no answer, whatever was read when', () => {
    const day = 86_400_000;
    const sessions = fc.array(
      fc.record({
        agoMs: fc.integer({ min: 0, max: 40 * day }),
        seconds: fc.integer({ min: 0, max: 1_200 }),
        isBilled: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    const times = fc.array(fc.integer({ min: 0, max: 3 * day }), { minLength: 2, maxLength: 6 });
    const caps = fc.record({
      perDay: fc.constantFrom(null, 500),
      perMonth: fc.constantFrom(null, 900),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Apia', 'America/Sao_Paulo'),
    });
    fc.assert(
      fc.property(sessions, times, caps, (drawn, asked, chosen) => {
        const all = drawn
          .map(({ agoMs, seconds, isBilled }) => {
            const startedAt = new Date(NOON.getTime() - agoMs);
            const endedAt = new Date(startedAt.getTime() + seconds * 1000);
            const bill = { seconds, credits: null, source: 'vendor' } as const;
            return started(startedAt.toISOString(), { endedAt, billed: isBilled ? bill : null });
          })
          .toSorted((one, other) =>
            one.startedAt.getTime() === other.startedAt.getTime()
              ? one.id < other.id
                ? -1
                : 1
              : one.startedAt.getTime() - other.startedAt.getTime(),
          );
        const own = { ...BERLIN, ...chosen };
        let known: Settled | null = null;
        for (const ms of asked.toSorted((one, other) => one - other)) {
          const now = new Date(NOON.getTime() + ms);
          const settled = stillSettled(known, own, now, 0);
          const read = all.filter(({ startedAt }) => startedAt >= readFrom(settled, own, now));
          const fresh = addUp(null, all, own, now, now);
          const remembered = addUp(settled, read, own, now, now);
          expect(remembered.daySeconds).toBe(fresh.daySeconds);
          if (own.perMonth !== null) expect(remembered.monthSeconds).toBe(fresh.monthSeconds);
          known = settle(settled, read, own, now, 0) ?? settled;
        }
      }),
      { numRuns: 500 },
    );
  });
});
