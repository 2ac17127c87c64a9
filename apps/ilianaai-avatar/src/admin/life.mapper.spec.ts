import { describe, expect, it } from '@jest/globals';
import type { LifeDto } from '#contracts';
import { aSession, at, someBudgets, TRACE_ID } from '../../../../test/support/session.factory.js';
import type { Session } from '../sessions/domain/session.js';
import { toLife } from './life.mapper.js';

const NOW = at(100);
const budgets = someBudgets();
const { delivery, transcript, lease } = aSession();
const held = { ...lease, owner: 'gateway-1', lane: 'life' } as const;
const text = (seconds: number) => at(seconds).toISOString();

/** What is shown of a session at second 100. */
const shown = (more: Partial<Session>) => toLife(aSession(more), 'id', NOW, budgets);

describe('a life', () => {
  it.each<[string, Partial<Session>, Partial<LifeDto>]>([
    ['is of nobody’s while nobody works on it', {}, { lease: null }],
    [
      'is somebody’s until its lease is over',
      { lease: { ...held, until: at(101) } },
      { lease: { owner: 'gateway-1', lane: 'life', until: text(101) } },
    ],
    ['is nobody’s when that is over', { lease: { ...held, until: at(100) } }, { lease: null }],
    ['has the trace that opened it', {}, { traceId: TRACE_ID }],
    ['has none of a record of before', { traceId: undefined }, { traceId: null }],
    [
      'waits for Petya as long as Petya has less',
      { state: 'final', delivery: { ...delivery, version: 1, nextAttemptAt: at(120) } },
      { delivery: { firstAttemptAt: null, nextAttemptAt: text(120), deliveredAt: null } },
    ],
    [
      'does so no more once Petya has it',
      {
        state: 'delivered',
        delivery: {
          ...delivery,
          version: 2,
          deliveredVersion: 2,
          firstAttemptAt: at(60),
          nextAttemptAt: at(120),
          deliveredAt: at(61),
        },
      },
      { delivery: { firstAttemptAt: text(60), nextAttemptAt: null, deliveredAt: text(61) } },
    ],
    [
      'does so no more where Petya has refused it',
      { state: 'parked', delivery: { ...delivery, version: 1, nextAttemptAt: at(120) } },
      { delivery: { firstAttemptAt: null, nextAttemptAt: null, deliveredAt: null } },
    ],
    [
      'is stopped when somebody has said so, and asked for again',
      {
        state: 'stopping',
        stop: { reason: 'operator', by: 'operator', byName: 'anna', at: at(90), attempts: 2 },
        nextStopAt: at(110),
      },
      { stop: { at: text(90), attempts: 2, nextAt: text(110) } },
    ],
    ['is stopped by nobody before that', {}, { stop: null }],
    [
      'is read as far as it is',
      {
        turns: 3,
        transcript: {
          ...transcript,
          lastReadAt: at(80),
          failures: 4,
          complete: true,
          truncated: true,
        },
      },
      {
        reading: { turns: 3, lastReadAt: text(80), failures: 4, complete: true, truncated: true },
      },
    ],
    ['is erased', { erasedAt: at(70) }, { erasedAt: text(70), purgedAt: null }],
    ['has lost what was said', { purgedAt: at(71) }, { erasedAt: null, purgedAt: text(71) }],
    [
      'has nothing before it once it is erased',
      { state: 'erased', erasedAt: at(70) },
      { next: [{ step: 'nothing', at: null }] },
    ],
    ['goes on', { state: 'created' }, { next: [{ step: 'give-up', at: text(120) }] }],
  ])('%s', (_what, more, life) => {
    expect(shown(more)).toMatchObject(life);
  });

  it('says by which of its ids it was found', () => {
    const matches = ['id', 'vendor', 'conversation', 'trace'] as const;
    expect(matches.map((match) => toLife(aSession(), match, NOW, budgets).match)).toEqual(matches);
  });
});
