import { describe, expect, it } from '@jest/globals';
import type { StatusUpdateDto } from '#contracts';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import { aSession, at, someBudgets } from '../../../../test/support/session.factory.js';
import { canMove, SESSION_STATES } from '../sessions/domain/session-states.js';
import type { Session } from '../sessions/domain/session.js';
import type { Transcript, TranscriptService } from '../turns/transcript.service.js';
import { DeliveryService, putTogetherAgain, redeliver, release } from './delivery.service.js';
import type { DeliveryAttempt, PetyaStatusClient } from './petya-status.client.js';

const HOUR = 3600;
const words: Transcript = {
  turns: [
    { key: 'v/1', role: 'user', text: 'Hello', atMs: 1_760_000_010_000, sources: ['vendor'] },
  ],
  truncated: false,
};

class FakePetya {
  readonly sent: { conversationId: string; update: StatusUpdateDto }[] = [];

  send(conversationId: string, update: StatusUpdateDto): Promise<DeliveryAttempt> {
    this.sent.push({ conversationId, update });
    return Promise.resolve(answered(200));
  }
}

function aService(spoken = words) {
  const petya = new FakePetya();
  const read = () => Promise.resolve({ ...spoken, gone: [] });
  const transcripts = { read, readAnew: read };
  const service = new DeliveryService(
    petya as unknown as PetyaStatusClient,
    transcripts as unknown as TranscriptService,
    anAvatarConfig({ RETRY_STEPS_SECONDS: '0,10,100', CIRCUIT_OPEN_SECONDS: '7' }),
  );
  return { petya, service };
}

function answered(status: number, isBodyWellFormed = true): DeliveryAttempt {
  return {
    outcome: { kind: 'answered', status, isBodyWellFormed },
    summary: `status ${status}`,
    retryAfterSeconds: undefined,
    wasMade: true,
  };
}

const unanswered: DeliveryAttempt = {
  outcome: { kind: 'unanswered' },
  summary: 'ECONNRESET',
  retryAfterSeconds: undefined,
  wasMade: true,
};

const outbox = (more: Partial<Session['delivery']> = {}) => ({
  ...aSession().delivery,
  version: 2,
  deliveredVersion: 1,
  nextAttemptAt: at(0),
  ...more,
});

const final = (more: Partial<Session> = {}) =>
  aSession({ state: 'final', endReason: 'idle', delivery: outbox(), ...more });

/** A session whose transcript was put together for its second version. */
async function closed(service: DeliveryService, more: Partial<Session> = {}): Promise<Session> {
  const session = final(more);
  const { hash } = await service.hashOf(session);
  return { ...session, delivery: { ...session.delivery, hash } };
}

/** What the record says after an attempt for version 2 at second 100. */
function after(session: Session, attempt: DeliveryAttempt, version = 2) {
  return aService().service.afterAttempt(session, { version, attempt }, at(100));
}

/** Seconds from the attempt to the next one. */
function pause(session: Session, attempt: DeliveryAttempt): number {
  const { delivery } = after(session, attempt);
  return ((delivery?.nextAttemptAt?.getTime() ?? Number.NaN) - at(100).getTime()) / 1000;
}

describe('what is sent', () => {
  it.each(['starting', 'active', 'stopping', 'stopped'] as const)(
    'of a session that is %s is that it runs',
    async (state) => {
      const { petya, service } = aService();
      const result = await service.send(final({ state }));
      expect(result?.version).toBe(2);
      expect(petya.sent).toMatchObject([
        { conversationId: 'conversation-1', update: { status: 'active', transcript: [] } },
      ]);
    },
  );

  it.each(['final', 'delivered'] as const)(
    'of a session that is %s is all of it',
    async (state) => {
      const { petya, service } = aService();
      await service.send(await closed(service, { state }));
      expect(petya.sent[0]?.update).toMatchObject({
        status: 'completed',
        version: 2,
        transcript: [{ transcript: 'Hello' }],
      });
    },
  );

  it('is read again when it was not put together a moment ago', async () => {
    const session = await closed(aService().service);
    const { petya, service } = aService();
    await service.send(session);
    expect(petya.sent[0]?.update.transcript).toHaveLength(1);
  });

  it('is nothing when a turn has come since the version was made', async () => {
    const session = await closed(aService().service);
    const { petya, service } = aService({ ...words, turns: [...words.turns, ...words.turns] });
    expect(await service.send(session)).toBeNull();
    expect(petya.sent).toEqual([]);
    expect(putTogetherAgain(session, at(5))).toMatchObject({
      transcript: { nextReadAt: at(5) },
      delivery: { version: 2, nextAttemptAt: at(6) },
    });
  });

  it('is known by its hash before it is sent', async () => {
    const { service } = aService();
    const { hash, truncated } = await service.hashOf(final());
    expect([hash.length, truncated]).toEqual([64, false]);
    expect((await service.hashOf(final({ endReason: 'operator' }))).hash).not.toBe(hash);
  });
});

describe('an attempt that Petya confirmed', () => {
  const tried = final({ delivery: outbox({ attempts: 3, firstAttemptAt: at(1), lastError: 'x' }) });

  it('makes the session delivered', () => {
    expect(after(tried, answered(200))).toEqual({
      state: 'delivered',
      delivery: {
        ...tried.delivery,
        attempts: 4,
        deliveredVersion: 2,
        deliveredAt: at(100),
        nextAttemptAt: null,
        lastError: null,
      },
    });
  });

  it.each(['active', 'stopping', 'stopped', 'delivered'] as const)(
    'of a session that is %s moves it nowhere',
    (state) => {
      const patch = after({ ...tried, state }, answered(200));
      expect(patch).not.toHaveProperty('state');
      expect(patch.delivery).toMatchObject({ deliveredVersion: 2, nextAttemptAt: null });
    },
  );

  it('counts for nothing when a newer version came up meanwhile, which is due already', () => {
    for (const attempt of [answered(200), answered(409), answered(503), unanswered]) {
      expect(after(tried, attempt, 1)).toEqual({});
    }
  });
});

describe('an attempt that is to be made again', () => {
  it.each([
    ['no answer', unanswered],
    ['a success that is not in our shape', answered(200, false)],
    ['a redirect', answered(302)],
    ['our token refused', answered(401)],
    ['forbidden', answered(403)],
    ['an unknown conversation', answered(404)],
    ['a time-out', answered(408)],
    ['too many requests', answered(429)],
    ['a fault', answered(500)],
    ['out of service', answered(503)],
  ])('is written down: %s', (_what, attempt) => {
    const patch = after(final(), attempt);
    expect(patch).not.toHaveProperty('state');
    expect(patch.delivery).toMatchObject({
      version: 2,
      deliveredVersion: 1,
      attempts: 1,
      firstAttemptAt: at(100),
      lastError: attempt.summary,
      deliveredAt: null,
    });
    expect(patch.delivery?.nextAttemptAt?.getTime()).toBeGreaterThan(at(100).getTime());
  });

  it.each([
    [0, 10],
    [1, 100],
    [2, 100],
    [50, 100],
  ])('waits by the steps of the configuration: after attempt %i about %i s', (before, seconds) => {
    const waited = pause(final({ delivery: outbox({ attempts: before }) }), unanswered);
    expect(waited).toBeGreaterThanOrEqual(seconds * 0.8);
    expect(waited).toBeLessThanOrEqual(seconds * 1.2);
  });

  it('waits an hour when it has failed for a day', () => {
    const delivery = outbox({ attempts: 200, firstAttemptAt: at(100 - 24 * HOUR) });
    const waited = pause(final({ delivery }), unanswered);
    expect(waited).toBeGreaterThanOrEqual(0.8 * HOUR);
    expect(waited).toBeLessThanOrEqual(1.2 * HOUR);
  });

  it.each([
    [1, 10, 12],
    [15, 15, 18],
    [1e9, 20, 20],
  ])('waits as Petya asks (%i s) within one and two steps of ours', (asked, least, most) => {
    const attempt = { ...answered(503), retryAfterSeconds: asked };
    const waited = pause(final(), attempt);
    expect(waited).toBeGreaterThanOrEqual(least);
    expect(waited).toBeLessThanOrEqual(most);
  });

  it('keeps the time of its first attempt', () => {
    const delivery = outbox({ attempts: 1, firstAttemptAt: at(1) });
    expect(after(final({ delivery }), unanswered).delivery?.firstAttemptAt).toEqual(at(1));
  });

  it('is not counted when the open circuit kept it from being made', () => {
    const session = final({ delivery: outbox({ attempts: 3, lastError: 'ECONNREFUSED' }) });
    expect(after(session, { ...unanswered, wasMade: false })).toEqual({
      delivery: { ...session.delivery, nextAttemptAt: at(107) },
    });
  });
});

describe('an attempt that only a person can help', () => {
  it.each([400, 409, 413, 422])('parks the transcript at once: %i', (status) => {
    for (const state of ['final', 'delivered'] as const) {
      const patch = after(final({ state }), answered(status));
      expect(patch).toMatchObject({
        state: 'parked',
        delivery: { attempts: 1, lastError: `status ${status}`, nextAttemptAt: null },
      });
      expect(canMove(state, 'parked')).toBe(true);
    }
  });

  it.each(['starting', 'active', 'stopping', 'stopped'] as const)(
    'does not hold up a session that is %s: its transcript comes as a version of its own',
    (state) => {
      const patch = after(final({ state }), answered(422));
      expect(patch).not.toHaveProperty('state');
      expect(patch.delivery).toMatchObject({ nextAttemptAt: null, lastError: 'status 422' });
    },
  );

  it('parks an unknown conversation after an hour of trying', () => {
    const triedSince = (seconds: number) =>
      final({ delivery: outbox({ firstAttemptAt: at(seconds) }) });
    expect(after(triedSince(101 - HOUR), answered(404)).state).toBeUndefined();
    expect(after(triedSince(100 - HOUR), answered(404)).state).toBe('parked');
  });
});

describe('the release of a parked session', () => {
  it('sends the same content as the next version, from the beginning', () => {
    const delivery = outbox({
      hash: 'abc',
      attempts: 7,
      firstAttemptAt: at(1),
      nextAttemptAt: null,
      lastError: 'status 409',
    });
    expect(release(aSession({ state: 'parked', delivery }), at(500))).toEqual({
      state: 'final',
      delivery: {
        ...delivery,
        version: 3,
        attempts: 0,
        firstAttemptAt: null,
        nextAttemptAt: at(500),
        lastError: null,
      },
    });
  });

  it.each(['active', 'stopped', 'final', 'delivered', 'failed'] as const)(
    'is nothing for one that is %s',
    (state) => {
      expect(release(final({ state }), at(500))).toBeNull();
    },
  );

  it('is nothing for one that is being erased', () => {
    expect(release(final({ state: 'parked', erasedAt: at(400) }), at(500))).toBeNull();
  });
});

describe('delivering again what Petya has confirmed', () => {
  const budgets = someBudgets({ turnRetentionSeconds: HOUR });
  const confirmed = outbox({
    version: 3,
    deliveredVersion: 3,
    hash: 'abc',
    attempts: 2,
    firstAttemptAt: at(1),
    nextAttemptAt: null,
    deliveredAt: at(10),
  });
  const delivered = (more: Partial<Session> = {}) =>
    aSession({ state: 'delivered', endedAt: at(5), delivery: confirmed, ...more });

  it('sends the same content as the next version, from the beginning', () => {
    expect(redeliver(delivered(), at(500), budgets)).toEqual({
      delivery: {
        ...confirmed,
        version: 4,
        attempts: 0,
        firstAttemptAt: null,
        nextAttemptAt: at(500),
        lastError: null,
      },
    });
  });

  it('makes no further version while the next one is on its way, which is due at once', () => {
    const waiting = { ...confirmed, version: 4, attempts: 9, nextAttemptAt: at(4_000) };
    expect(redeliver(delivered({ delivery: waiting }), at(500), budgets)).toEqual({
      delivery: { ...waiting, attempts: 0, nextAttemptAt: at(500) },
    });
  });

  it.each(SESSION_STATES.filter((state) => state !== 'delivered'))(
    'is refused for one that is %s',
    (state) => {
      expect(redeliver(delivered({ state }), at(500), budgets)).toBe('not_delivered');
    },
  );

  it.each<[string, Partial<Session>, number, string | undefined]>([
    ['that is to be erased', { erasedAt: at(400) }, 500, 'not_delivered'],
    ['whose turns went', { purgedAt: at(400) }, 500, 'turns_gone'],
    ['whose turns are to go', {}, 10 + HOUR, 'turns_gone'],
    ['whose turns go in a minute', {}, 10 + HOUR - 60, 'turns_gone'],
    ['whose turns stay for more than a minute', {}, 10 + HOUR - 61, undefined],
    [
      'whose turns stay, since they are on their way',
      { delivery: { ...confirmed, version: 4, nextAttemptAt: at(90) } },
      10 + 2 * HOUR,
      undefined,
    ],
  ])('of one %s is as it should be', (_what, more, seconds, refusal) => {
    const after = redeliver(delivered(more), at(seconds), budgets);
    expect(typeof after === 'string' ? after : undefined).toBe(refusal);
  });
});
