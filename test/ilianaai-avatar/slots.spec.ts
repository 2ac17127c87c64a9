import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccountLimitsDto } from '#contracts';
import type { Customer } from '../../apps/ilianaai-avatar/src/auth/caller.js';
import { AppError, Gate, Telemetry } from '#platform';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import { AccountRoom } from '../../apps/ilianaai-avatar/src/sessions/account-room.js';
import type { Account } from '../../apps/ilianaai-avatar/src/accounts/account.js';
import type {
  Look,
  MinutesService,
} from '../../apps/ilianaai-avatar/src/budgets/minutes.service.js';
import type { StartedSession } from '../../apps/ilianaai-avatar/src/budgets/spent.js';
import { SlotService } from '../../apps/ilianaai-avatar/src/sessions/slot.service.js';
import type { SlotRequest } from '../../apps/ilianaai-avatar/src/sessions/slot-request.js';
import type { StopService } from '../../apps/ilianaai-avatar/src/sessions/stop.service.js';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { anOpening } from '../support/opening.factory.js';
import { anAccount, at, TRACE_ID } from '../support/session.factory.js';

const config = anAvatarConfig({ UNSTARTED_PER_ADDRESS: '3' });
const clock = { now: () => new Date() } as DatabaseClock;

interface Asking {
  readonly opener?: string | null;
  readonly key?: string | null;
  /** What it knows of its account's limits. */
  readonly limits?: Partial<AccountLimitsDto>;
}

/** Replicas that give out the slots of one account. */
function anArena({
  replicas = 2,
  slots = 5,
  pause = () => Promise.resolve(),
  look = null as Look | null,
} = {}) {
  const lookedFor: Account[] = [];
  const minutes = {
    look: (account: Account) => {
      lookedFor.push(account);
      return Promise.resolve(look);
    },
  } as unknown as MinutesService;
  const memory = new MemorySessions(pause);
  const asked = { looks: 0, inserts: 0 };
  const listLive = memory.listLive.bind(memory);
  memory.listLive = (accountId) => {
    asked.looks += 1;
    return listLive(accountId);
  };
  const insertInOrder = memory.insertInOrder.bind(memory);
  memory.insertInOrder = (sessions) => {
    asked.inserts += 1;
    return insertInOrder(sessions);
  };
  const services = Array.from({ length: replicas }, () => {
    const store = new SessionStore(
      memory as unknown as SessionRepository,
      config,
      clock,
      new Telemetry(),
    );
    return new SlotService(
      new AccountRoom(config, minutes, clock, anOpening()),
      store,
      {} as StopService,
      clock,
      new Gate({ least: 1, usual: 1, most: 1 }),
    );
  });
  const take = async (replica: number, asking: Asking = {}): Promise<string> => {
    const { opener = null, key = null } = asking;
    const limits = { ...anAccount().limits, maxConcurrentSessions: slots, ...asking.limits };
    const account = anAccount({ limits, sameVisitor: 'replace' });
    const caller = { kind: 'customer', account, origin: null, opener } as unknown as Customer;
    const wanted: SlotRequest = {
      vendor: 'liveavatar',
      caller: { ...caller, visitorToken: null, earlier: null },
      request: {},
      standing: { visitorId: null, conversation: 'none' },
      idempotencyKey: key,
      traceId: TRACE_ID,
    };
    try {
      const { session } = await (services[replica] as SlotService).take(wanted);
      return session.id;
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  };
  const live = () => [...memory.records.values()].filter(({ slot }) => slot !== null);
  return { asked, lookedFor, take, live };
}

type Arena = ReturnType<typeof anArena>;

/** Runs requests of two replicas in any order of what each of them asks the database for. */
function inAnyOrder(askings: fc.Arbitrary<Asking>, judge: (arena: Arena, got: string[]) => void) {
  const request = fc.tuple(fc.nat(1), askings);
  const requests = fc.array(request, { minLength: 1, maxLength: 8 });
  return fc.assert(
    fc.asyncProperty(fc.scheduler(), requests, async (scheduler, some) => {
      const arena = anArena({ pause: () => scheduler.schedule(Promise.resolve()) });
      const taking = Promise.all(some.map(([replica, asking]) => arena.take(replica, asking)));
      judge(arena, await scheduler.waitFor(taking));
    }),
    { numRuns: 60 },
  );
}

describe('requests that come at once', () => {
  it('look together and take their slots together', async () => {
    const { asked, take, live } = anArena({ replicas: 1, slots: 100 });
    await Promise.all(Array.from({ length: 40 }, () => take(0)));
    expect(live().map(({ slot }) => slot)).toEqual(Array.from({ length: 40 }, (_, slot) => slot));
    // The first has looked before the others came.
    expect(asked.looks).toBeLessThanOrEqual(2);
    expect(asked.inserts).toBeLessThanOrEqual(2);
  });

  it('are told together that all are taken', async () => {
    const { asked, take } = anArena({ replicas: 1, slots: 1 });
    await take(0);
    const got = await Promise.all(Array.from({ length: 40 }, () => take(0)));
    expect(new Set(got)).toEqual(new Set(['account_full']));
    expect(asked.looks).toBeLessThanOrEqual(3);
    expect(asked.inserts).toBe(1);
  });

  it('are given each slot once, as many as there are, in whatever replica', () =>
    inAnyOrder(fc.constant({}), ({ live }, got) => {
      const slots = live().map(({ slot }) => slot as number);
      expect(slots.toSorted()).toEqual(
        Array.from({ length: Math.min(5, got.length) }, (_, n) => n),
      );
      expect(got.filter((each) => each === 'account_full')).toHaveLength(
        Math.max(0, got.length - 5),
      );
    }));

  it('leave three that are not started to an address', () =>
    inAnyOrder(fc.record({ opener: fc.constant('home') }), ({ live }, got) => {
      expect(live()).toHaveLength(Math.min(3, got.length));
      expect(got.slice(3).length).toBe(got.filter((each) => each === 'rate_limited').length);
    }));

  it('with one key are one session', () =>
    inAnyOrder(fc.record({ key: fc.constantFrom('key-1', 'key-2') }), ({ live }) => {
      const keys = live().map(({ idempotencyKey }) => idempotencyKey);
      expect(keys).toHaveLength(new Set(keys).size);
    }));
});

describe('an account whose minutes are limited', () => {
  const left = { seconds: 100, period: 'day', endsAt: at(3_600) } as const;

  it('gives each no more than what is left of them', async () => {
    const { take, live } = anArena({ replicas: 1, look: { left, started: [] } });
    await take(0, { opener: 'home' });
    expect(live()).toMatchObject([
      {
        opener: 'home',
        traceId: TRACE_ID,
        config: { maxSessionSeconds: 100, endsWithMinutes: true },
      },
    ]);
  });

  it('is looked at by the limits that whoever came last knows', async () => {
    const { take, lookedFor } = anArena({ replicas: 1 });
    const known = [1, 2, 3].map((maxSecondsPerDay) => ({ limits: { maxSecondsPerDay } }));
    await Promise.all(known.map((asking) => take(0, asking)));
    expect(lookedFor.at(-1)?.limits.maxSecondsPerDay).toBe(3);
  });

  const own: StartedSession = {
    id: 's-1',
    startedAt: new Date(),
    endedAt: null,
    billed: null,
    visitorId: null,
    proved: false,
    opener: 'home',
  };
  it.each<[string, Look, string]>([
    ['no minutes are left', { left: { ...left, seconds: 29 }, started: [] }, 'minutes_used_up'],
    ['its address has started as many as it may', { left: null, started: [own] }, 'rate_limited'],
  ])('refuses at the first look where %s', async (_where, look, code) => {
    const { asked, take } = anArena({ replicas: 1, look });
    const limits = { maxSessionsPerAddressPerHour: 1 };
    expect(await take(0, { opener: 'home', limits })).toBe(code);
    expect(asked).toEqual({ looks: 1, inserts: 0 });
  });
});
