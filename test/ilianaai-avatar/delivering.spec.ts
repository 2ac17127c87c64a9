import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Telemetry } from '#platform';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { aSession, at } from '../support/session.factory.js';
import { DeliveryService } from '../../apps/ilianaai-avatar/src/delivery/delivery.service.js';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import type { DeliveryAttempt } from '../../apps/ilianaai-avatar/src/delivery/petya-status.client.js';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { DeliverStep } from '../../apps/ilianaai-avatar/src/upkeep/steps/deliver.step.js';

Logger.overrideLogger(false);

describe('a delivery that more was said for', () => {
  it.each(['final', 'delivered'] as const)(
    'hands a session that is %s on to be put together, due at once and to nobody else',
    async (state) => {
      const config = anAvatarConfig();
      const records = new MemorySessions(() => Promise.resolve());
      const lease = { owner: 'me', lane: 'outbox', epoch: 3, until: at(25) } as const;
      const held = aSession({ state, slot: null, lease });
      records.records.set(held.id, held);
      const clock = { now: () => at(20) } as DatabaseClock;
      const store = new SessionStore(
        records as unknown as SessionRepository,
        config,
        clock,
        new Telemetry(),
      );
      const deliveries = { send: () => Promise.resolve(null) } as unknown as DeliveryService;
      const step = new DeliverStep(store, deliveries, clock, config);
      expect(await step.run(held)).toMatchObject({
        lease: { owner: 'me', lane: 'life', epoch: 3, until: at(35) },
        transcript: { nextReadAt: at(20) },
        dueAt: at(20),
      });
    },
  );
});

describe('an attempt whose lease somebody else has taken meanwhile', () => {
  const TAKEN: DeliveryAttempt = {
    outcome: { kind: 'answered', status: 204, isBodyWellFormed: true },
    summary: 'status 204',
    retryAfterSeconds: undefined,
    wasMade: true,
  };
  const NOT_TAKEN: DeliveryAttempt = {
    ...TAKEN,
    outcome: { kind: 'answered', status: 503, isBodyWellFormed: false },
    summary: 'status 503',
  };
  const LIFE = { owner: 'another', lane: 'life', epoch: 4, until: at(30) } as const;

  /** What the record says of its delivery afterwards. @param meanwhile what the other one has changed */
  async function recorded(attempt: DeliveryAttempt, meanwhile: (session: Session) => Session) {
    const config = anAvatarConfig();
    const records = new MemorySessions(() => Promise.resolve());
    const held = aSession({
      state: 'final',
      slot: null,
      vendorSessionId: 'v',
      lease: { owner: 'me', lane: 'outbox', epoch: 3, until: at(25) },
    });
    const session = { ...held, delivery: { ...held.delivery, version: 2, deliveredVersion: 1 } };
    records.records.set(session.id, session);
    const clock = { now: () => at(20) } as DatabaseClock;
    const store = new SessionStore(
      records as unknown as SessionRepository,
      config,
      clock,
      new Telemetry(),
    );
    const deliveries = new DeliveryService({} as never, {} as never, config);
    deliveries.send = () => {
      const taken = { ...session, lease: LIFE, rev: session.rev + 1 };
      records.records.set(session.id, meanwhile(taken));
      return Promise.resolve({ version: 2, attempt });
    };
    // Whoever has lost the lease goes on with nothing.
    expect(await new DeliverStep(store, deliveries, clock, config).run(session)).toBeNull();
    const { state, lease, delivery } = records.records.get(session.id)!;
    return {
      state,
      epoch: lease.epoch,
      delivered: delivery.deliveredVersion,
      at: delivery.deliveredAt,
    };
  }

  it('is kept where Petya has taken it, so that it is not sent again, and leaves the lease alone', async () => {
    expect(await recorded(TAKEN, (session) => session)).toEqual({
      state: 'delivered',
      epoch: 4,
      delivered: 2,
      at: at(20),
    });
  });

  const OPEN = { state: 'final', epoch: 4, delivered: 1, at: null };
  it.each<[string, DeliveryAttempt, (session: Session) => Session, object]>([
    ['it was not taken', NOT_TAKEN, (session) => session, OPEN],
    [
      'there is a next version',
      TAKEN,
      (session) => ({ ...session, delivery: { ...session.delivery, version: 3 } }),
      OPEN,
    ],
    ['it is to be erased', TAKEN, (session) => ({ ...session, erasedAt: at(19) }), OPEN],
    [
      'it waits for a person',
      TAKEN,
      (session) => ({ ...session, state: 'parked' }),
      { ...OPEN, state: 'parked' },
    ],
    [
      'the other one has delivered it',
      TAKEN,
      (session) => ({
        ...session,
        state: 'delivered',
        delivery: { ...session.delivery, deliveredVersion: 2, deliveredAt: at(19) },
      }),
      { state: 'delivered', epoch: 4, delivered: 2, at: at(19) },
    ],
  ])('changes nothing where %s', async (_why, attempt, meanwhile, expected) => {
    expect(await recorded(attempt, meanwhile)).toEqual(expected);
  });
});
