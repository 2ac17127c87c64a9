import { describe, expect, it } from '@jest/globals';
import { aSession, at, someBudgets } from '../../../../../test/support/session.factory.js';
import {
  dueAt,
  endDueAt,
  goneSince,
  graceOverAt,
  later,
  maxDurationAt,
  noShowAt,
  outboxDueAt,
  secondsLeft,
  visitorGoneAt,
} from './session-timing.js';
import { SESSION_STATES } from './session-states.js';
import type { Session } from './session.js';

const budgets = someBudgets();
const stop = { reason: 'visitor_ended', at: at(50), attempts: 0 } as const;
const running = { state: 'active', startedAt: at(10), seenAt: at(10) } as const;

const transcriptAt = (seconds: number | null) => ({
  ...aSession().transcript,
  nextReadAt: seconds === null ? null : at(seconds),
});

describe('the next look at a session', () => {
  it.each<[string, Partial<Session>, number | null]>([
    ['while its token is minted', { state: 'creating' }, 30],
    ['while nobody starts it', { state: 'created' }, 120],
    [
      'while it is started: when the starter is dead',
      { state: 'starting', lease: { ...aSession().lease, until: at(40) } },
      40,
    ],
    ['that runs: at its longest time', running, 1210],
    ['that runs: at the next poll', { ...running, nextPollAt: at(31) }, 31],
    ['whose visitor said goodbye', { ...running, leftAt: at(12), nextPollAt: at(99) }, 32],
    [
      'whose visitor missed two heartbeats',
      { ...running, heartbeat: { at: at(20), withinSeconds: 15 }, nextPollAt: at(99) },
      70,
    ],
    ['that somebody wants to end', { ...running, stop, nextPollAt: at(99) }, 50],
    [
      'that somebody wants to end after its grace',
      { ...running, stop, leftAt: at(12), nextPollAt: at(99) },
      32,
    ],
    ['being stopped', { state: 'stopping', stop }, 50],
    ['being stopped again', { state: 'stopping', stop, nextStopAt: at(55) }, 55],
    ['being stopped by nobody known', { state: 'stopping', seenAt: at(44) }, 44],
    ['that ended: its transcript', { state: 'stopped', transcript: transcriptAt(61) }, 61],
    [
      'that ended and was never read',
      { state: 'stopped', endedAt: at(60), transcript: transcriptAt(null) },
      60,
    ],
    ['that is final', { state: 'final', transcript: transcriptAt(null) }, null],
    ['that is final and incomplete', { state: 'final', transcript: transcriptAt(70) }, 70],
    ['that is delivered', { state: 'delivered', transcript: transcriptAt(null) }, null],
    ['that is delivered and incomplete', { state: 'delivered', transcript: transcriptAt(70) }, 70],
    ['that is parked', { state: 'parked', transcript: transcriptAt(null) }, null],
    ['that is parked and incomplete', { state: 'parked', transcript: transcriptAt(70) }, 70],
    ['that has failed', { state: 'failed', endedAt: at(9), stop }, 9 + 7 * 86_400],
    ['that has failed and names nobody', { state: 'failed', purgedAt: at(99), stop }, null],
  ])('%s', (_what, more, seconds) => {
    expect(dueAt(aSession(more), budgets)).toEqual(seconds === null ? null : at(seconds));
  });

  it('comes for every session that still costs money or takes a slot', () => {
    for (const state of ['creating', 'created', 'starting', 'active', 'stopping'] as const) {
      const session = aSession({ state, startedAt: state === 'active' ? at(1) : null });
      expect(dueAt(session, budgets)).toBeInstanceOf(Date);
    }
  });
});

describe('what ends a session', () => {
  const leased = { lease: { ...aSession().lease, until: at(40) } };

  it.each<[string, Partial<Session>, number | null]>([
    ['is nothing while its token is minted', { state: 'creating' }, null],
    ['is nothing where a token was never started', { state: 'created' }, null],
    ['is due where one that is open was never started', { state: 'created', openedAt: at(1) }, 120],
    ['is due when its starter is dead', { state: 'starting', ...leased }, 40],
    [
      'is due at its longest time, whenever it is looked at',
      { ...running, nextPollAt: at(31) },
      1210,
    ],
    ['is due when the grace is over', { ...running, leftAt: at(12), nextPollAt: at(13) }, 32],
    [
      'is due when two heartbeats are missing and the grace is over',
      { ...running, heartbeat: { at: at(20), withinSeconds: 15 } },
      70,
    ],
    ['is due when its minutes are looked at', { ...running, nextCountAt: at(16) }, 16],
    ['is due when somebody wants it', { ...running, stop, leftAt: at(49) }, 50],
    ['is due while the vendor has to stop it', { state: 'stopping', stop }, 50],
    ['is due when the vendor is asked again', { state: 'stopping', stop, nextStopAt: at(55) }, 55],
    ...SESSION_STATES.slice(SESSION_STATES.indexOf('stopped')).map(
      (state): [string, Partial<Session>, null] => [
        `is nothing in one that is ${state}`,
        { state, stop, leftAt: at(1), startedAt: at(10), transcript: transcriptAt(70) },
        null,
      ],
    ),
  ])('%s', (_what, more, seconds) => {
    expect(endDueAt(aSession(more), budgets)).toEqual(seconds === null ? null : at(seconds));
  });

  it('is never due before the session is', () => {
    for (const state of SESSION_STATES) {
      for (const more of [{}, { leftAt: at(60) }, { stop }, { openedAt: at(1) }, leased]) {
        const session = aSession({ ...running, nextPollAt: at(31), ...more, state });
        const ends = endDueAt(session, budgets);
        if (ends) expect(Number(dueAt(session, budgets))).toBeLessThanOrEqual(ends.getTime());
      }
    }
  });
});

describe('when a visitor counts as gone', () => {
  it.each<[string, Partial<Session>, number | null, number | null]>([
    ['not while nothing says so', {}, null, null],
    ['at the goodbye', { leftAt: at(100) }, 100, 120],
    ['at the second missed heartbeat', { heartbeat: { at: at(100), withinSeconds: 5 } }, 110, 130],
    [
      'at the goodbye, whatever was promised',
      { leftAt: at(100), heartbeat: { at: at(99), withinSeconds: 120 } },
      100,
      120,
    ],
  ])('%s', (_what, more, gone, graceOver) => {
    const session = aSession(more);
    expect(visitorGoneAt(session)).toEqual(gone === null ? null : at(gone));
    expect(graceOverAt(session, budgets)).toEqual(graceOver === null ? null : at(graceOver));
  });

  it('gives the grace of the configuration', () => {
    const session = aSession({ leftAt: at(100) });
    expect(graceOverAt(session, someBudgets({ leaveGraceSeconds: 0.5 }))).toEqual(at(100.5));
    expect(graceOverAt(session, someBudgets({ leaveGraceSeconds: 0 }))).toEqual(at(100));
  });
});

describe('the limits of a session', () => {
  it('count from its start, and not before', () => {
    const { config } = aSession();
    const short = { config: { ...config, maxSessionSeconds: 60 } };
    expect(maxDurationAt(aSession(short))).toBeNull();
    expect(maxDurationAt(aSession({ ...short, startedAt: at(7) }))).toEqual(at(67));
  });

  it.each<[string, Partial<Session>, number | null]>([
    ['nothing before it runs', { startedAt: null }, null],
    ['its longest time', {}, 52],
    ['the minutes of its account, if those end sooner', { minutesEndAt: at(30) }, 22],
    ['its longest time, if that ends sooner', { minutesEndAt: at(90) }, 52],
    ['whole seconds, rounded down', { minutesEndAt: at(30.9) }, 22],
    ['never less than none', { minutesEndAt: at(3) }, 0],
  ])('leave it %s', (_what, session, left) => {
    const { config } = aSession();
    const short = { config: { ...config, maxSessionSeconds: 50 }, startedAt: at(10) };
    expect(secondsLeft(aSession({ ...short, ...session }), at(8))).toBe(left);
  });

  it('give a token that is being minted 30 s, and a minted one the time of the configuration', () => {
    expect(noShowAt(aSession({ state: 'creating' }), budgets)).toEqual(at(30));
    const quick = someBudgets({ noShowSeconds: 2 });
    expect(noShowAt(aSession({ state: 'created' }), quick)).toEqual(at(2));
    const offered = { offeredAt: at(100) };
    expect(noShowAt(aSession({ state: 'created', ...offered }), quick)).toEqual(at(102));
    expect(noShowAt(aSession({ state: 'creating', ...offered }), quick)).toEqual(at(30));
  });

  it('are told to the millisecond', () => {
    expect(later(at(0), 0.0015).getTime() - at(0).getTime()).toBe(1);
    expect(later(at(0), -1)).toEqual(at(-1));
  });
});

describe('the next delivery', () => {
  const withVersions = (version: number, deliveredVersion: number) => ({
    ...aSession().delivery,
    version,
    deliveredVersion,
    nextAttemptAt: at(80),
  });

  it.each(SESSION_STATES)(
    'of a session that is %s is due unless it failed or is parked',
    (state) => {
      const due = outboxDueAt(aSession({ state, delivery: withVersions(2, 1) }));
      expect(due).toEqual(state === 'failed' || state === 'parked' ? null : at(80));
    },
  );

  it.each([
    [0, 0],
    [1, 1],
    [3, 3],
    [1, 2],
  ])('is none where version %i is wanted and %i confirmed', (version, confirmed) => {
    expect(outboxDueAt(aSession({ delivery: withVersions(version, confirmed) }))).toBeNull();
  });

  it('is none where the last one was refused for good', () => {
    const delivery = { ...withVersions(1, 0), nextAttemptAt: null };
    expect(outboxDueAt(aSession({ state: 'active', delivery }))).toBeNull();
  });
});

describe('a visitor whose leaving is recorded late, at second 100', () => {
  it.each<[string, number | null, number, number]>([
    ['is gone since it said so', 90, 20, 90],
    ['has a moment left for coming back', 40, 20, 85],
    ['and was never there has that moment', null, 20, 85],
    ['has no more than its grace', null, 2, 100],
  ])('%s', (_what, leftAt, leaveGraceSeconds, expected) => {
    const said = leftAt === null ? null : at(leftAt);
    const since = goneSince(said, at(100), { ...budgets, leaveGraceSeconds });
    expect(since).toEqual(at(expected));
  });
});
