import { describe, expect, it } from '@jest/globals';
import { aSession, at, someBudgets } from '../../../../test/support/session.factory.js';
import { dueAt, endDueAt } from '../sessions/domain/session-timing.js';
import { SESSION_STATES } from '../sessions/domain/session-states.js';
import type { LeaseKind, Session } from '../sessions/domain/session.js';
import { claimedFor, claimSeconds, nextStep, type Step } from './next-step.js';
import { reasonToStop } from './steps/reason-to-stop.js';

const budgets = someBudgets();
const stop = { reason: 'operator', at: at(50), attempts: 0 } as const;
const running = { state: 'active', startedAt: at(10), nextPollAt: at(100) } as const;
const readAt = (seconds: number | null) => ({
  ...aSession().transcript,
  nextReadAt: seconds === null ? null : at(seconds),
});
const outbox = { ...aSession().lease, lane: 'outbox' } as const;
const ending = { ...aSession().lease, lane: 'end' } as const;
const erased = { erasedAt: at(50) };
const WEEK = 7 * 86_400;
const sent = { ...aSession().delivery, version: 2, deliveredVersion: 2, deliveredAt: at(60) };
const waiting = { ...aSession().delivery, version: 1, nextAttemptAt: at(60) };

describe('what a claimed session needs', () => {
  it.each<[string, Partial<Session>, number, Step]>([
    ['a token that is being minted', { state: 'creating' }, 29, 'nothing'],
    ['a token that was never minted', { state: 'creating' }, 30, 'give-up'],
    ['a token that may still be started', { state: 'created' }, 119, 'nothing'],
    ['a token that nobody started', { state: 'created' }, 120, 'give-up'],
    ['a start whose handler is dead', { state: 'starting' }, 40, 'resolve-start'],
    ['a running session', running, 99, 'nothing'],
    ['a running session whose poll is due', running, 100, 'poll'],
    ['one whose visitor has just left', { ...running, leftAt: at(60) }, 79, 'nothing'],
    ['one whose visitor has left', { ...running, leftAt: at(60) }, 80, 'stop'],
    ['one that left while its poll is due', { ...running, leftAt: at(80) }, 100, 'stop'],
    ['one at its longest time', running, 1210, 'stop'],
    ['one that somebody wants to end', { ...running, stop }, 50, 'stop'],
    ['one whose minutes are looked at later', { ...running, nextCountAt: at(91) }, 90, 'nothing'],
    ['one whose minutes are looked at', { ...running, nextCountAt: at(90) }, 90, 'count'],
    ['one whose poll is due as well', { ...running, nextCountAt: at(100) }, 100, 'count'],
    ['one whose time is over as well', { ...running, nextCountAt: at(100) }, 1210, 'stop'],
    ['one that was stopped as well', { ...running, stop, nextCountAt: at(50) }, 50, 'stop'],
    ['one that the vendor has to stop', { state: 'stopping' }, 1, 'stop'],
    ['one that has ended', { state: 'stopped' }, 1, 'read-record'],
    ['a final one', { state: 'final', transcript: readAt(null) }, 999, 'nothing'],
    [
      'a final one that is incomplete',
      { state: 'final', transcript: readAt(70) },
      70,
      'read-record',
    ],
    ['an incomplete one, too early', { state: 'delivered', transcript: readAt(70) }, 69, 'nothing'],
    [
      'a delivered, incomplete one',
      { state: 'delivered', transcript: readAt(70) },
      70,
      'read-record',
    ],
    ['a parked, incomplete one', { state: 'parked', transcript: readAt(70) }, 70, 'read-record'],
    ['one that ended and is to be erased', { state: 'stopped', ...erased }, 60, 'erase'],
    ['a delivered one that is to be erased', { state: 'delivered', ...erased }, 60, 'erase'],
    ['one that was never billed and is to be erased', { state: 'failed', ...erased }, 60, 'erase'],
    ['one that runs, is to be erased and was stopped', { ...running, ...erased, stop }, 60, 'stop'],
    ['an erased one', { state: 'erased', ...erased, transcript: readAt(null) }, 999, 'nothing'],
    [
      'an erased one with a late turn',
      { state: 'erased', ...erased, transcript: readAt(70) },
      70,
      'purge',
    ],
    [
      'a delivered one that is kept',
      { state: 'delivered', delivery: sent },
      60 + WEEK - 1,
      'nothing',
    ],
    [
      'a delivered one that was kept for long enough',
      { state: 'delivered', delivery: sent },
      60 + WEEK,
      'purge',
    ],
    [
      'one whose last version Petya lacks',
      { state: 'delivered', delivery: { ...sent, version: 3 } },
      60 + WEEK,
      'nothing',
    ],
    [
      'one whose turns have gone, with a late turn: what is left is not the transcript',
      { state: 'delivered', delivery: sent, purgedAt: at(60 + WEEK), transcript: readAt(70) },
      70,
      'purge',
    ],
    ['a failed one', { state: 'failed', stop, transcript: readAt(0) }, 999, 'nothing'],
    ['a failed one, a week later', { state: 'failed', endedAt: at(60) }, 60 + WEEK, 'purge'],
    [
      'a failed one that names nobody',
      { state: 'failed', endedAt: at(60), purgedAt: at(60 + WEEK) },
      999 + WEEK,
      'nothing',
    ],
  ])('%s', (_what, more, seconds, step) => {
    expect(nextStep(aSession(more), at(seconds), budgets)).toBe(step);
  });

  it.each<[string, Partial<Session>, number, Step]>([
    ['a version that is due', { delivery: waiting }, 60, 'deliver'],
    ['a version that is not due yet', { delivery: waiting }, 59, 'nothing'],
    ['nothing to send', { delivery: { ...waiting, deliveredVersion: 1 } }, 99, 'nothing'],
    [
      'a session that should be stopped, which is the other lane',
      { ...running, stop },
      99,
      'nothing',
    ],
    [
      'content of what is to be erased',
      { ...running, ...erased, delivery: waiting },
      60,
      'nothing',
    ],
  ])('in the outbox: %s', (_what, more, seconds, step) => {
    expect(nextStep(aSession({ ...more, lease: outbox }), at(seconds), budgets)).toBe(step);
  });

  it.each<[string, Partial<Session>, number, Step]>([
    ['a token that nobody started', { state: 'created' }, 120, 'give-up'],
    ['a start whose handler is dead', { state: 'starting' }, 40, 'resolve-start'],
    ['one whose visitor has left', { ...running, leftAt: at(60) }, 80, 'stop'],
    ['one that the vendor has to stop', { state: 'stopping' }, 1, 'stop'],
    ['one whose minutes are looked at', { ...running, nextCountAt: at(90) }, 90, 'count'],
    ['one whose poll is due', running, 100, 'nothing'],
    ['one whose visitor came back', { ...running, leftAt: null }, 99, 'nothing'],
    ['one that has ended', { state: 'stopped' }, 1, 'nothing'],
    ['an incomplete one', { state: 'final', transcript: readAt(70) }, 70, 'nothing'],
    ['one that is to be erased', { state: 'delivered', ...erased }, 60, 'nothing'],
    ['a failed one, a week later', { state: 'failed', endedAt: at(60) }, 60 + WEEK, 'nothing'],
  ])('in a place for what ends a session: %s', (_what, more, seconds, step) => {
    expect(nextStep(aSession({ ...more, lease: ending }), at(seconds), budgets)).toBe(step);
  });

  it.each<[LeaseKind, number | null | undefined, LeaseKind]>([
    ['end', 80, 'end'],
    ['life', 80, 'end'],
    ['life', 81, 'life'],
    ['life', null, 'life'],
    ['life', undefined, 'life'],
    ['outbox', 80, 'outbox'],
  ])('found by %s, with an end due at %p: it is claimed for %s', (lane, seconds, claimed) => {
    const endDueAt = typeof seconds === 'number' ? at(seconds) : seconds;
    const session = { ...aSession(), ...(endDueAt === undefined ? {} : { endDueAt }) };
    expect(claimedFor(lane, session, at(80))).toBe(claimed);
  });

  it.each<[LeaseKind, Session['state'], number]>([
    ['end', 'stopping', 1.5],
    ['life', 'stopping', 1.5],
    ['outbox', 'stopping', 15],
    ['end', 'active', 15],
    ['end', 'starting', 15],
    ['life', 'stopped', 15],
  ])('is claimed in the lane %s while %s for %d s', (lane, state, seconds) => {
    expect(claimSeconds(lane, aSession({ state }), budgets)).toBe(seconds);
  });

  it('ends a session at the moment for which that was put down', () => {
    for (const state of SESSION_STATES) {
      for (const more of [
        {},
        { leftAt: at(60) },
        { stop },
        { openedAt: at(1) },
        { nextCountAt: at(50) },
      ]) {
        const session = aSession({ ...running, ...more, lease: ending, state });
        const due = endDueAt(session, budgets);
        if (due) expect([state, more, nextStep(session, due, budgets)]).not.toContain('nothing');
      }
    }
  });

  it('is never nothing at the moment for which it was put down', () => {
    for (const state of SESSION_STATES) {
      for (const more of [
        {},
        { leftAt: at(60) },
        { stop },
        { heartbeat: { at: at(12), withinSeconds: 5 } },
        { transcript: readAt(70) },
      ]) {
        const session = aSession({ ...running, endedAt: at(90), ...more, state });
        const due = dueAt(session, budgets);
        if (due) expect([state, more, nextStep(session, due, budgets)]).not.toContain('nothing');
      }
    }
  });
});

describe('why a running session ends', () => {
  it.each<[string, Partial<Session>, number, string | null]>([
    ['it may go on', running, 1209, null],
    ['its longest time is over', running, 1210, 'max_duration'],
    ['its visitor is within the grace', { ...running, leftAt: at(60) }, 79, null],
    ['its visitor has left', { ...running, leftAt: at(60) }, 80, 'visitor_left'],
    [
      'its heartbeats are missing within the grace',
      { ...running, heartbeat: { at: at(20), withinSeconds: 15 } },
      69,
      null,
    ],
    [
      'its heartbeats are missing',
      { ...running, heartbeat: { at: at(20), withinSeconds: 15 } },
      70,
      'visitor_left',
    ],
    ['the first wish counts', { ...running, stop, leftAt: at(1) }, 2000, 'operator'],
    ['time counts before leaving', { ...running, leftAt: at(1000) }, 1210, 'max_duration'],
  ])('%s', (_what, more, seconds, reason) => {
    expect(reasonToStop(aSession(more), at(seconds), budgets)).toBe(reason);
  });
});
