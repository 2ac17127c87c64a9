import { describe, expect, it } from '@jest/globals';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { aSession, at } from '../support/session.factory.js';
import type { DeliveryService } from '../../apps/ilianaai-avatar/src/delivery/delivery.service.js';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import { DeliverStep } from '../../apps/ilianaai-avatar/src/upkeep/steps/deliver.step.js';

describe('a delivery that more was said for', () => {
  it.each(['final', 'delivered'] as const)(
    'hands a session that is %s on to be put together, due at once and to nobody else',
    async (state) => {
      const config = anAvatarConfig();
      const records = new MemorySessions(() => Promise.resolve());
      const lease = { owner: 'me', lane: 'outbox', epoch: 3, until: at(25) } as const;
      const held = aSession({ state, slot: null, lease });
      records.records.set(held.id, held);
      const store = new SessionStore(records as unknown as SessionRepository, config);
      const deliveries = { send: () => Promise.resolve(null) } as unknown as DeliveryService;
      const step = new DeliverStep(
        store,
        deliveries,
        { now: () => at(20) } as DatabaseClock,
        config,
      );
      expect(await step.run(held)).toMatchObject({
        lease: { owner: 'me', lane: 'life', epoch: 3, until: at(35) },
        transcript: { nextReadAt: at(20) },
        dueAt: at(20),
      });
    },
  );
});
