import { describe, expect, it } from '@jest/globals';
import { Gate, Telemetry } from '#platform';
import type { Standing } from '../../apps/ilianaai-avatar/src/accounts/judge-access.js';
import type { Customer } from '../../apps/ilianaai-avatar/src/auth/caller.js';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import {
  graceOverAt,
  noShowAt,
} from '../../apps/ilianaai-avatar/src/sessions/domain/session-timing.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import {
  type OpenRequest,
  requestHash,
} from '../../apps/ilianaai-avatar/src/sessions/new-session.js';
import { AccountRoom } from '../../apps/ilianaai-avatar/src/sessions/account-room.js';
import { MinutesService } from '../../apps/ilianaai-avatar/src/budgets/minutes.service.js';
import { SlotService } from '../../apps/ilianaai-avatar/src/sessions/slot.service.js';
import type { StopService } from '../../apps/ilianaai-avatar/src/sessions/stop.service.js';
import { GiveUpStep } from '../../apps/ilianaai-avatar/src/upkeep/steps/give-up.step.js';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { anOpening } from '../support/opening.factory.js';
import { aSession, anAccount, at, TRACE_ID } from '../support/session.factory.js';

const config = anAvatarConfig();
/** A second after the time of what was offered at the start. */
const NOW = at(config.budgets.noShowSeconds + 1);
const clock = { now: () => NOW } as DatabaseClock;

const REQUEST = { conversation_id: 'conversation-1' };
const PROVED: Standing = { visitorId: 'visitor-1', conversation: 'own' };
const OWN: Standing = { visitorId: null, conversation: 'own' };
const proved = { proved: true, visitorId: 'visitor-1' };

interface Way {
  readonly what: string;
  readonly session: Partial<Session>;
  readonly standing?: Standing;
  readonly earlier?: Customer['earlier'];
  readonly key?: string;
  readonly request?: OpenRequest;
}

const UNSTARTED: readonly Way[] = [
  { what: 'to whoever owns its conversation', session: {} },
  { what: 'to its visitor', session: proved, standing: PROVED },
  {
    what: 'to its visitor, who joins it from a conversation that is not named',
    session: proved,
    standing: PROVED,
    request: {},
  },
  {
    what: 'to whoever shows its token',
    session: { openedAt: at(0) },
    standing: { visitorId: null, conversation: 'unknown' },
    earlier: {
      sessionId: 'session-1',
      grant: 'grant-1',
      vendorSessionId: 'vendor-1',
      accountId: 'acc-1',
      origin: null,
      expiresAt: at(3_600),
    },
  },
  {
    what: 'for a key that is repeated',
    session: { idempotencyKey: 'key-1', idempotencyHash: requestHash(REQUEST), openedAt: at(0) },
    standing: { visitorId: null, conversation: 'unknown' },
    key: 'key-1',
  },
];

const RUNNING: readonly Way[] = [
  { what: 'whose visitor has said goodbye', session: { leftAt: at(102) } },
  {
    what: 'whose heartbeats are missed',
    session: { heartbeat: { at: at(71), withinSeconds: 15 } },
  },
].map((way) => ({
  ...way,
  session: { ...proved, ...way.session, state: 'active', startedAt: at(1) },
  standing: PROVED,
}));

/** One session at its edge, held by an upkeep that is about to end it. */
function anArena({ session, standing = OWN, earlier = null, key, request = REQUEST }: Way) {
  const memory = new MemorySessions(() => Promise.resolve());
  const store = new SessionStore(
    memory as unknown as SessionRepository,
    config,
    clock,
    new Telemetry(),
  );
  const lease = { owner: 'upkeep', lane: 'life', epoch: 3, until: at(600) } as const;
  const held = aSession({ state: 'created', ...session, lease });
  memory.records.set(held.id, held);
  const account = anAccount({ sameVisitor: 'join' });
  const slots = new SlotService(
    new AccountRoom(config, new MinutesService(store, clock), clock, anOpening()),
    store,
    {} as StopService,
    clock,
    new Gate({ least: 1, usual: 1, most: 1 }),
  );
  const upkeep = new GiveUpStep(store, clock, config);
  return {
    ask: () =>
      slots.take({
        vendor: 'liveavatar',
        caller: {
          kind: 'customer',
          account,
          origin: null,
          opener: null,
          visitorToken: null,
          earlier,
        },
        request,
        standing,
        idempotencyKey: key ?? null,
        traceId: TRACE_ID,
      }),
    giveUp: () => upkeep.run(held),
    record: () => memory.records.get(held.id) as Session,
  };
}

describe('a session at the end of its time that is given again', () => {
  it.each(UNSTARTED)('has its whole time anew, and upkeep leaves it: $what', async (way) => {
    const { ask, giveUp, record } = anArena(way);
    expect((await ask()).session.id).toBe('session-1');
    await giveUp();
    expect(record()).toMatchObject({ state: 'created', stop: null, slot: 0 });
    expect(noShowAt(record(), config.budgets)).toEqual(at(2 * config.budgets.noShowSeconds + 1));
  });

  it.each(UNSTARTED)(
    'is given at the instant at which upkeep looks, or not at all: $what',
    async (way) => {
      const { ask, giveUp, record } = anArena(way);
      const [given] = await Promise.allSettled([ask(), giveUp()]);
      const isGiven = given.status === 'fulfilled' && given.value.session.id === 'session-1';
      expect(isGiven).toBe(record().state === 'created');
    },
  );

  it.each(RUNNING)('has its visitor there again: $what', async (way) => {
    const { ask, record } = anArena(way);
    expect((await ask()).session).toMatchObject({ id: 'session-1', leftAt: null });
    expect(record().leftAt).toBeNull();
    const goneAt = graceOverAt(record(), config.budgets)?.getTime() ?? Infinity;
    expect(goneAt).toBeGreaterThan(NOW.getTime() + config.budgets.leaveGraceSeconds * 1000 - 1);
  });
});
