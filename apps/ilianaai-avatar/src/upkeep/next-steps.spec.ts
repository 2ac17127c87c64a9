import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aSession, at, someBudgets } from '../../../../test/support/session.factory.js';
import { SESSION_STATES } from '../sessions/domain/session-states.js';
import type { LeaseKind, Session } from '../sessions/domain/session.js';
import { nextStep } from './next-step.js';
import { nextSteps } from './next-steps.js';

const budgets = someBudgets();
const WEEK = 7 * 86_400;
const running = { state: 'active', startedAt: at(10), nextPollAt: at(100) } as const;
const stop = { reason: 'operator', by: 'operator', at: at(50), attempts: 0 } as const;
const { delivery, transcript, lease } = aSession();
const linking = { ...delivery, version: 1, nextAttemptAt: at(12) };
const sent = { ...delivery, version: 2, deliveredVersion: 2, deliveredAt: at(60) };
const readAt = (seconds: number) => ({ transcript: { ...transcript, nextReadAt: at(seconds) } });
const erasure = { isForgotten: false, failures: 0, nextAt: at(70) };

describe('what is done next', () => {
  it.each<[string, Partial<Session>, [step: string, seconds: number][]]>([
    ['a token that is being made', { state: 'creating' }, [['give-up', 30]]],
    ['a token that nobody has started', { state: 'created' }, [['give-up', 120]]],
    [
      'one that its vendor has open already',
      { state: 'created', openedAt: at(1) },
      [['give-up', 120]],
    ],
    [
      'one that is being started',
      { state: 'starting', lease: { ...lease, until: at(40) } },
      [['resolve-start', 40]],
    ],
    [
      'one that runs',
      running,
      [
        ['poll', 100],
        ['stop', 1_210],
      ],
    ],
    [
      'one that runs and that Petya does not know of',
      { ...running, delivery: linking },
      [
        ['deliver', 12],
        ['poll', 100],
        ['stop', 1_210],
      ],
    ],
    [
      'one whose minutes are looked at',
      { ...running, nextCountAt: at(110) },
      [
        ['poll', 100],
        ['count', 110],
      ],
    ],
    ['one whose visitor has left', { ...running, leftAt: at(60) }, [['stop', 80]]],
    [
      'one whose visitor left after its look was due',
      { ...running, leftAt: at(90) },
      [
        ['poll', 100],
        ['stop', 110],
      ],
    ],
    ['one that somebody ends', { ...running, stop }, [['stop', 50]]],
    [
      'one that the vendor has to end',
      { state: 'stopping', stop, nextStopAt: at(55) },
      [['stop', 55]],
    ],
    [
      'one that is over',
      { state: 'stopped', endedAt: at(60), ...readAt(61) },
      [['read-record', 61]],
    ],
    [
      'one that is closed, and whose record may grow',
      { state: 'final', delivery: linking, ...readAt(90) },
      [
        ['deliver', 12],
        ['read-record', 90],
      ],
    ],
    ['one that is parked', { state: 'parked', delivery: linking }, []],
    ['one that is delivered', { state: 'delivered', delivery: sent }, [['purge', 60 + WEEK]]],
    [
      'one that is delivered, with a new version',
      { state: 'delivered', delivery: { ...sent, version: 3, nextAttemptAt: at(99) } },
      [['deliver', 99]],
    ],
    ['one that is purged', { state: 'delivered', delivery: sent, purgedAt: at(61) }, []],
    ['one that never ran', { state: 'failed', endedAt: at(60) }, [['purge', 60 + WEEK]]],
    [
      'one that is to be erased',
      { state: 'delivered', delivery: linking, erasedAt: at(65), erasure },
      [['erase', 70]],
    ],
    ['one that is erased', { state: 'erased', erasedAt: at(65), delivery: linking }, []],
    [
      'one that is erased, and looked at once more',
      { state: 'erased', erasedAt: at(65), ...readAt(95) },
      [['purge', 95]],
    ],
  ])('for %s', (_what, more, planned) => {
    const steps = nextSteps(aSession({ nextPollAt: null, ...more }), budgets);
    expect(steps.map(({ step, at: due }) => [step, due])).toEqual(
      planned.map(([step, seconds]) => [step, at(seconds)]),
    );
  });
});

const second = fc.integer({ min: 0, max: 4_000 });
const time = second.map(at);
const maybe = fc.option(time);

/** Records of every state, with whatever times; not each of them may come about. */
const anySession: fc.Arbitrary<Session> = fc
  .record({
    state: fc.constantFrom(...SESSION_STATES),
    startedAt: time,
    endedAt: time,
    openedAt: maybe,
    leftAt: maybe,
    nextPollAt: maybe,
    nextCountAt: maybe,
    nextStopAt: maybe,
    purgedAt: maybe,
    erasedAt: maybe,
    nextReadAt: maybe,
    deliveredAt: maybe,
    nextAttemptAt: maybe,
    leaseUntil: time,
    stopAt: maybe,
    heartbeatAt: maybe,
    versions: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
  })
  .map((any) => ({
    ...aSession(any),
    lease: { ...lease, until: any.leaseUntil },
    stop: any.stopAt && { ...stop, at: any.stopAt },
    heartbeat: any.heartbeatAt && { at: any.heartbeatAt, withinSeconds: 15 },
    erasure: any.erasedAt && { ...erasure, nextAt: any.erasedAt },
    transcript: { ...transcript, nextReadAt: any.nextReadAt },
    delivery: {
      ...delivery,
      version: Math.max(...any.versions),
      deliveredVersion: any.versions[0],
      deliveredAt: any.deliveredAt,
      nextAttemptAt: any.nextAttemptAt,
    },
  }));

const claimed = (session: Session, lane: LeaseKind): Session => ({
  ...session,
  lease: { ...session.lease, lane },
});

describe('the steps of any record', () => {
  it('are those that the worker takes at their times, each once, the earliest first', () => {
    fc.assert(
      fc.property(anySession, (session) => {
        const planned = nextSteps(session, budgets);
        for (const { lane, step, at: due } of planned) {
          expect(nextStep(claimed(session, lane), due, budgets)).toBe(step);
        }
        expect(new Set(planned.map(({ step }) => step)).size).toBe(planned.length);
        const times = planned.map(({ at: due }) => due.getTime());
        expect(times).toEqual(times.toSorted((one, other) => one - other));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are none only where the worker does nothing, however late it comes', () => {
    const late = at(1_000 * 86_400);
    fc.assert(
      fc.property(anySession, (session) => {
        const lanes = ['end', 'life', 'outbox'] as const;
        const steps = lanes.map((lane) => nextStep(claimed(session, lane), late, budgets));
        const isNothing = steps.every((step) => step === 'nothing');
        expect([session.state, nextSteps(session, budgets).length === 0]).toEqual([
          session.state,
          isNothing,
        ]);
      }),
      { numRuns: 2_000 },
    );
  });
});
