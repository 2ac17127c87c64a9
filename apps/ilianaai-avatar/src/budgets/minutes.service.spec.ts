import type { AccountLimitsDto } from '#contracts';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { aSession, anAccount, at, START } from '../../../../test/support/session.factory.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import { type Caps, capsOf } from '../sessions/domain/caps.js';
import { later } from '../sessions/domain/session-timing.js';
import type { Session } from '../sessions/domain/session.js';
import type { SessionStore } from '../sessions/store/session-store.service.js';
import { MinutesService, usedUp } from './minutes.service.js';
import type { StartedSession } from './spent.js';

const HOUR = 3_600;
const NOON = 12 * HOUR;
const PLAIN = anAccount().limits;
const PER_VISITOR = { maxSessionsPerVisitorPerHour: 3 };

/** One that ran for so many seconds and is billed. */
function billed(id: string, second: number, seconds: number): StartedSession {
  const bill = { seconds, credits: null, source: 'vendor' } as const;
  return { ...running(id, second), endedAt: at(second + seconds), billed: bill };
}

function running(id: string, second: number): StartedSession {
  const whose = { visitorId: null, proved: false, opener: null };
  return { id, startedAt: at(second), endedAt: null, billed: null, ...whose };
}

/** What counts the minutes of accounts with such limits, and what it has read from when. */
function aCounter(limits: Partial<AccountLimitsDto>, ...sessions: StartedSession[]) {
  let now = START;
  const live: Session[] = [];
  const reads: { readonly from: Date; readonly to: Date }[] = [];
  let before: (() => Promise<void>) | null = null;
  const store = {
    async *readStarted(_accountId: string, from: Date, to: Date) {
      reads.push({ from, to });
      const found = sessions.filter(({ startedAt }) => startedAt >= from && startedAt < to);
      const waits = before;
      before = null;
      await waits?.();
      yield* found;
    },
    listLive: () => Promise.resolve(live),
  } as unknown as SessionStore;
  const minutes = new MinutesService(store, { now: () => now } as DatabaseClock);
  const account = anAccount({ limits: { ...PLAIN, ...limits } });
  const caps = capsOf(account.limits) as Caps;
  return {
    reads,
    sessions,
    live,
    look: (accountId = account.accountId) => minutes.look({ ...account, accountId }),
    lookFor: (startedAt: Date, accountId = account.accountId) =>
      minutes.lookFor({ accountId }, startedAt, caps),
    refuseUsedUp: (
      more: { caps?: Caps } = { caps },
      maxSessionSeconds = PLAIN.maxSessionSeconds,
    ) => {
      const session = aSession({ state: 'created' });
      const config = { ...session.config, maxSessionSeconds, ...more };
      return minutes.refuseUsedUp({ ...session, config });
    },
    setClock: (second: number) => {
      now = at(second);
    },
    /** Time passes, here and at the database. */
    pass: (seconds: number) => {
      now = later(now, seconds);
      jest.advanceTimersByTime(seconds * 1000);
    },
    /** What happens while the next read is under way. */
    meanwhile: (work: () => Promise<void>) => {
      before = work;
    },
  };
}

let warn: jest.SpiedFunction<Logger['warn']>;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('a look at what an account has used', () => {
  it.each<[string, Partial<AccountLimitsDto>, number, number | null, number | null]>([
    ['reads nothing where nothing is limited', {}, 0, null, null],
    ['reads the day', { maxSecondsPerDay: 5_000 }, 0, -NOON, 4_990],
    ['reads the month', { maxSecondsPerMonth: 5_000 }, 86_400, -NOON, 4_990],
    ['reads an hour where only starts are limited', PER_VISITOR, 0, -HOUR, null],
    [
      'reads an hour beyond the day where both are',
      { ...PER_VISITOR, maxSecondsPerDay: 5_000 },
      -NOON + 1_800,
      -NOON - 1_800,
      5_000,
    ],
    ['reads no hour for the minutes', { maxSecondsPerDay: 5_000 }, -NOON + 1_800, -NOON, 5_000],
    ['reads the day, which has the hour', { ...PER_VISITOR, maxSecondsPerDay: 99 }, 0, -NOON, 89],
  ])('%s', async (_what, limits, second, from, seconds) => {
    const counter = aCounter(limits, billed('s-1', -7_200, 10));
    counter.setClock(second);
    const look = await counter.look();
    // A start may be written with a time that is ahead.
    const read = { from: at(from ?? 0), to: at(second + HOUR) };
    expect(counter.reads).toEqual(from === null ? [] : [read]);
    expect(look?.left?.seconds ?? null).toBe(seconds);
    expect(look === null).toBe(from === null);
  });

  it('tells who started in the last hour, though what they cost is known', async () => {
    const limits = { ...PER_VISITOR, maxSecondsPerDay: 50_000 };
    const counter = aCounter(limits, billed('s-1', -1_200, 10), billed('s-2', -600, 10));
    for (let round = 0; round < 3; round += 1) {
      const look = await counter.look();
      expect(look?.started.map(({ id }) => id)).toEqual(['s-1', 's-2']);
      expect(look?.left?.seconds).toBe(49_980);
    }
  });
});

describe('enough that is left', () => {
  it('is known for a minute without a look, and of no other account', async () => {
    const counter = aCounter({ maxSecondsPerDay: 50_000 }, billed('s-1', -7_200, 10));
    const reads = () => counter.reads.length;
    expect((await counter.look())?.left?.seconds).toBe(49_990);
    counter.pass(10);
    // Less what bills may add, and what five may have run since.
    expect(await counter.look()).toMatchObject({ left: { seconds: 49_880 }, started: [] });
    await counter.refuseUsedUp();
    expect(reads()).toBe(1);
    await counter.look('acc-2');
    expect(reads()).toBe(2);
    counter.pass(51);
    await counter.look();
    expect(reads()).toBe(3);
    counter.pass(60);
    await counter.look();
    expect(reads()).toBe(3);
  });

  it('is none that was found of the day before, though it is of the same month', async () => {
    const second = 86_400;
    const counter = aCounter(
      { maxSecondsPerDay: 100_000, maxSecondsPerMonth: 150_000 },
      running('s-1', second - NOON - 60),
      billed('s-2', second - NOON + 60, 99_980),
    );
    counter.setClock(second);
    const { left } = await counter.lookFor(at(second - NOON - 60));
    expect(left).toMatchObject({ period: 'month', seconds: 150_000 - 99_980 - NOON - 60 });
    await expect(counter.refuseUsedUp()).rejects.toMatchObject({ code: 'minutes_used_up' });
  });

  it.each([
    [71, false],
    [70, true],
    [1, true],
    [0, true],
  ])('is asked for before a start, with %i s of 100 used: %s', async (used, isEnough) => {
    const counter = aCounter({ maxSecondsPerDay: 100 }, billed('s-1', -7_200, used));
    const asked = counter.refuseUsedUp();
    if (isEnough) await expect(asked).resolves.toBeUndefined();
    else await expect(asked).rejects.toMatchObject({ code: 'minutes_used_up' });
    expect(counter.reads).toHaveLength(1);
  });

  it.each<[string, Partial<Session>[], boolean]>([
    ['nobody', [], true],
    ['two that nobody has started', [{ state: 'created' }, { state: 'creating' }], true],
    ['one that is being started', [{ state: 'starting' }], true],
    ['two that are being started', [{ state: 'starting' }, { state: 'starting' }], false],
  ])('beside %s: %s', async (_who, others, isEnough) => {
    const counter = aCounter({ maxSecondsPerDay: 100 }, billed('s-1', -7_200, 20));
    counter.live.push(...others.map((other, index) => aSession({ id: `o-${index}`, ...other })));
    const asked = counter.refuseUsedUp();
    if (isEnough) await expect(asked).resolves.toBeUndefined();
    else await expect(asked).rejects.toMatchObject({ code: 'minutes_used_up' });
  });

  it('is no question for a session whose account had no limit', async () => {
    const counter = aCounter({});
    await counter.refuseUsedUp({});
    expect(counter.reads).toEqual([]);
  });
});

describe('what is left for a session that runs', () => {
  const day = { maxSecondsPerDay: 100_000 };
  it.each<[string, number, number, number]>([
    ['is that of its own day', -60, -NOON, 100_000 - 7 - 60],
    ['is that of the day before where it began then', -NOON - 60, -NOON - 86_400, 56_735],
  ])('%s, whatever is remembered of today', async (_what, second, from, seconds) => {
    const own = running('s-3', second);
    const counter = aCounter(
      day,
      billed('s-1', -NOON - 3_600, 5),
      ...[own, billed('s-2', -7_200, 7)].toSorted(
        (one, other) => +one.startedAt - +other.startedAt,
      ),
    );
    await counter.lookFor(START);
    const found = await counter.lookFor(own.startedAt);
    expect(found.left.seconds).toBe(seconds);
    expect(found.running).toBe(1);
    expect(counter.reads.at(-1)?.from).toEqual(at(from));
  });
});

describe('what is left for a session that runs on from an earlier day', () => {
  const DAY = 86_400;
  const march = (day: number, second = 0): number => (day - 1) * DAY - NOON + second;
  const perDay = { maxSecondsPerDay: 100_000 };
  const perMonth = { maxSecondsPerMonth: 150_000 };
  const ended = (id: string, second: number, seconds: number): StartedSession => ({
    ...billed(id, second, seconds),
    billed: null,
  });
  it.each<[string, Partial<AccountLimitsDto>, number, number, StartedSession[], number, number]>([
    [
      'counts that day anew, and nothing of today',
      perDay,
      march(2, DAY - 60),
      march(3, 600),
      [billed('s-1', march(2, 600), 5), billed('s-2', march(3, 10), 7)],
      march(2),
      100_000 - 5 - 660,
    ],
    [
      'counts its month with today',
      perMonth,
      march(2, DAY - 60),
      march(3, 600),
      [
        billed('s-0', march(1, -10), 90_000),
        billed('s-1', march(1, 300), 3),
        billed('s-2', march(1, 600), 5),
        billed('s-3', march(3, 10), 7),
      ],
      march(1, 600),
      150_000 - 3 - 5 - 660 - 7,
    ],
    [
      'counts what is not settled from before that day',
      perMonth,
      march(2, DAY - 60),
      march(3, 60),
      [billed('s-1', march(1, 600), 5), ended('s-2', march(1, DAY - 3_600), 1_800)],
      march(1, 600),
      150_000 - 5 - 1_800 - 120,
    ],
    [
      'counts the month before where it began then, and nothing of this one',
      perMonth,
      march(1, -60),
      march(1, 600),
      [
        billed('s-1', march(1, -20 * DAY), 11),
        billed('s-2', march(1, -600), 13),
        billed('s-3', march(1, 10), 7),
      ],
      march(1, -28 * DAY),
      150_000 - 11 - 13 - 660,
    ],
  ])('%s', async (_what, limits, startedAt, second, others, from, seconds) => {
    const sessions = [running('own', startedAt), ...others];
    const counter = aCounter(
      limits,
      ...sessions.toSorted((one, other) => +one.startedAt - +other.startedAt),
    );
    counter.setClock(second);
    await counter.lookFor(at(second));
    const { left, running: count } = await counter.lookFor(at(startedAt));
    expect(left.seconds).toBe(seconds);
    expect(count).toBe(1);
    expect(counter.reads.at(-1)?.from).toEqual(at(from));
  });
});

describe('sessions of an account that look at once', () => {
  it('share one read, and look again later', async () => {
    const counter = aCounter({ maxSecondsPerDay: 1_000 }, running('s-1', -60));
    const both = await Promise.all([counter.lookFor(at(-60)), counter.lookFor(at(-60))]);
    expect(both.map(({ left }) => left.seconds)).toEqual([940, 940]);
    expect(counter.reads).toHaveLength(1);
    counter.pass(60);
    expect((await counter.lookFor(at(-60))).left.seconds).toBe(880);
    expect(counter.reads).toHaveLength(2);
  });

  it('share none with another account, and none that begins at another time', async () => {
    const counter = aCounter({ maxSecondsPerDay: 1_000 }, running('s-1', -60));
    const yesterday = at(-NOON - 60);
    await Promise.all([
      counter.lookFor(at(-60)),
      counter.lookFor(at(-60), 'acc-2'),
      counter.lookFor(yesterday),
    ]);
    expect(counter.reads).toHaveLength(3);
  });
});

describe('sums that are remembered of an account', () => {
  const limits = { maxSecondsPerDay: 1_000 };
  const morning = [billed('s-1', -7_200, 10), billed('s-2', -3_600, 20)];

  it('are not read again, and take in what is settled since', async () => {
    const counter = aCounter(limits, ...morning);
    const froms = () => counter.reads.map(({ from }) => from);
    await counter.look();
    counter.sessions.push(billed('s-3', 1, 30));
    counter.pass(60);
    expect((await counter.look())?.left?.seconds).toBe(940);
    counter.pass(120);
    await counter.look();
    await counter.look();
    expect(froms()).toEqual([at(-NOON), at(-3_600), at(-3_600), at(1)]);
  });

  it('are made anew after a while, once, beside whoever asks', async () => {
    const counter = aCounter(limits, ...morning);
    await counter.look();
    counter.sessions[0] = billed('s-1', -7_200, 15);
    counter.pass(301);
    const both = await Promise.all([counter.look(), counter.look()]);
    expect(both.map((look) => look?.left?.seconds)).toEqual([970, 970]);
    await setImmediate();
    expect(counter.reads.filter(({ from }) => from < at(-7_200))).toHaveLength(2);
    expect((await counter.look())?.left?.seconds).toBe(965);
    counter.sessions[0] = billed('s-1', -7_200, 16);
    counter.pass(301);
    await counter.look();
    await setImmediate();
    expect((await counter.look())?.left?.seconds).toBe(964);
  });

  it('hold on where they cannot be made anew, until they can', async () => {
    const counter = aCounter(limits, ...morning);
    await counter.look();
    counter.sessions[0] = billed('s-1', -7_200, 15);
    counter.pass(301);
    counter.meanwhile(() => Promise.reject(new Error('away')));
    expect((await counter.look())?.left?.seconds).toBe(970);
    await setImmediate();
    expect(warn.mock.calls.map(([said]) => said)).toMatchObject([{ notRenewed: 'acc-1' }]);
    await counter.look();
    await setImmediate();
    expect((await counter.look())?.left?.seconds).toBe(965);
  });

  it('are not brought back by whoever has begun with older ones', async () => {
    const counter = aCounter(limits, ...morning);
    await counter.look();
    counter.pass(299);
    let letGo = (): void => undefined;
    counter.meanwhile(() => new Promise((resolve) => (letGo = () => resolve())));
    const slow = counter.look();
    counter.sessions[0] = billed('s-1', -7_200, 15);
    counter.pass(2);
    await counter.look();
    await setImmediate();
    letGo();
    await slow;
    expect((await counter.look())?.left?.seconds).toBe(965);
  });
});

describe('a warning of minutes that are almost used', () => {
  it('is given once for each period', async () => {
    const counter = aCounter({ maxSecondsPerDay: 100 }, billed('s-1', -7_200, 85));
    await counter.look();
    await counter.look();
    const ofFirst = { minutesAlmostUsed: 'acc-1', percent: 85, of: '2026-03-01' };
    expect(warn.mock.calls).toEqual([[ofFirst]]);
    counter.pass(86_400);
    counter.sessions.push(billed('s-2', 82_800, 90));
    await counter.look();
    expect(warn.mock.calls.at(-1)).toEqual([{ ...ofFirst, percent: 90, of: '2026-03-02' }]);
  });
});

describe('the refusal of a session that there are no minutes for', () => {
  it.each([
    [60, 60],
    [59.1, 60],
    [0.2, 1],
    // They have come meanwhile.
    [0, 1],
    [-5, 1],
  ])('with new ones in %d s asks for %i s of patience', (seconds, retryAfterSeconds) => {
    const left = { seconds: 0, period: 'day', endsAt: at(seconds) } as const;
    const { code, details } = usedUp(left, START);
    expect(code).toBe('minutes_used_up');
    expect(details).toEqual({ params: { period: 'day' }, retryAfterSeconds });
  });
});
