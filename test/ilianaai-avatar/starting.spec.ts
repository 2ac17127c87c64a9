import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mongo } from 'mongoose';
import { Telemetry } from '#platform';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions, type WriteFault } from '../support/memory-sessions.js';
import { aSession, at } from '../support/session.factory.js';
import { until } from '../support/until.js';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import type { Room } from '../../apps/ilianaai-avatar/src/vendors/vendor.js';
import type { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import { Departures } from '../../apps/ilianaai-avatar/src/sessions/departures.js';
import { OwedWishes } from '../../apps/ilianaai-avatar/src/sessions/owed-wishes.js';
import { MinutesService } from '../../apps/ilianaai-avatar/src/budgets/minutes.service.js';
import { StartClaims } from '../../apps/ilianaai-avatar/src/sessions/start-claims.js';
import { StartRecord } from '../../apps/ilianaai-avatar/src/sessions/start-record.js';
import { SessionBox } from '../../apps/ilianaai-avatar/src/sessions/store/session-box.js';
import { StartService } from '../../apps/ilianaai-avatar/src/sessions/start.service.js';
import type { VendorStart } from '../../apps/ilianaai-avatar/src/sessions/vendor-start.js';

Logger.overrideLogger(false);

/** A starter whose writes after the vendor's answer fail as told. */
function anArena(faults: readonly WriteFault[], nowAfter = 0) {
  const config = anAvatarConfig();
  const memory = new MemorySessions(() => Promise.resolve());
  const session = aSession({ state: 'created' });
  memory.records.set(session.id, session);
  let now = session.createdAt;
  const undone: string[] = [];
  let asked = 0;
  let meanwhile = (): Promise<void> => Promise.resolve();
  const vendor = {
    start: async () => {
      asked += 1;
      await meanwhile();
      memory.faults.push(...faults);
      now = new Date(now.getTime() + nowAfter);
      return { media: { livekit_url: 'wss://room' }, maxSessionSeconds: null };
    },
    roomOf: (_session: unknown, media: Room) => media,
    undo: ({ vendorSessionId }: { vendorSessionId: string }) => undone.push(vendorSessionId),
  } as unknown as VendorStart;
  const worker = {
    resume: () => undefined,
    hasRoomFor: () => false,
    wake: () => undefined,
  } as unknown as UpkeepWorker;
  const clock = { now: () => now } as DatabaseClock;
  const telemetry = new Telemetry();
  const store = new SessionStore(memory as unknown as SessionRepository, config, clock, telemetry);
  const wishes = new OwedWishes();
  const departures = new Departures(store, worker, clock, config, wishes);
  const box = new SessionBox(config);
  const claims = new StartClaims(store, departures, clock, new MinutesService(store, clock));
  const record = new StartRecord(config, store, box, worker, clock);
  const starts = new StartService(claims, vendor, record, box, telemetry);
  return {
    undone,
    memory,
    asked: () => asked,
    processGoes: () => wishes.beforeApplicationShutdown(),
    passes: (ms: number) => {
      now = new Date(now.getTime() + ms);
    },
    whileItStarts: (work: () => Promise<void>) => {
      meanwhile = work;
    },
    run: (gone?: AbortSignal) =>
      starts.run(memory.records.get(session.id) ?? session, 'grant-1', gone),
    runOther: () => starts.run(session, 'grant-2'),
    record: () => memory.records.get(session.id),
    change: (patch: Partial<typeof session>) => {
      const record = memory.records.get(session.id);
      if (record) memory.records.set(record.id, { ...record, ...patch, rev: record.rev + 1 });
    },
    claim: () => {
      const record = memory.records.get(session.id);
      if (!record) return;
      const lease = { ...record.lease, owner: 'other', epoch: record.lease.epoch + 1 };
      memory.records.set(record.id, { ...record, lease, rev: record.rev + 1 });
    },
  };
}

const AWAY = new mongo.MongoNetworkError('no primary');

describe('a start that the vendor has made', () => {
  it.each([
    [[]],
    [[{ error: AWAY, isDone: false }]],
    [
      [
        { error: AWAY, isDone: false },
        { error: AWAY, isDone: false },
        { error: AWAY, isDone: false },
      ],
    ],
    [[{ error: AWAY, isDone: true }]],
    [
      [
        { error: AWAY, isDone: true },
        { error: AWAY, isDone: false },
      ],
    ],
  ])('is recorded, whatever the database does meanwhile: %j', async (faults) => {
    const arena = anArena(faults);
    expect(await arena.run()).toMatchObject({ state: 'active' });
    expect(arena.undone).toEqual([]);
    expect(arena.record()).toMatchObject({ state: 'active', startedBy: 'grant-1' });
  });

  it('goes on where somebody has begun to deliver it before its writer knows that it wrote', async () => {
    const arena = anArena([{ error: AWAY, isDone: true }]);
    const running = arena.run();
    await until('it is recorded', async () => arena.record()?.state === 'active');
    arena.claim();
    expect(await running).toMatchObject({ state: 'active' });
    expect(arena.undone).toEqual([]);
  });

  it.each([
    ['the database stays away until the lease is nearly over', AWAY, 28_000],
    ['it cannot be recorded', new Error('a write went wrong'), 0],
  ])('is undone where %s', async (_what, error, nowAfter) => {
    const arena = anArena([{ error, isDone: false }], nowAfter);
    await expect(arena.run()).rejects.toThrow(error.message);
    expect(arena.undone).toEqual(['vendor-1']);
    expect(arena.record()).toMatchObject({ state: 'starting' });
  });
});

describe('a start whose caller does not take the answer', () => {
  it.each(['before', 'after'])('counts as left: %s it is there', async (when) => {
    const arena = anArena([]);
    const gone = new AbortController();
    if (when === 'before') gone.abort();
    await arena.run(gone.signal);
    gone.abort();
    await until('it is left', async () => arena.record()?.leftAt);
    // Of 20 seconds of grace 5 are left.
    expect(arena.record()).toMatchObject({ state: 'active', leftAt: at(-15) });
  });

  it('is recorded as that when the database is back', async () => {
    const arena = anArena([]);
    const gone = new AbortController();
    await arena.run(gone.signal);
    arena.memory.faults.push({ error: AWAY, isDone: false });
    gone.abort();
    await until('it is left', async () => arena.record()?.leftAt);
  });

  it('is its own again where it asks once more', async () => {
    const arena = anArena([]);
    await arena.run(AbortSignal.abort());
    await until('it is left', async () => arena.record()?.leftAt);
    expect(await arena.run()).toMatchObject({ state: 'active', leftAt: null });
    expect(arena.asked()).toBe(1);
  });

  it('is its own still where it asks once more before that is recorded', async () => {
    const arena = anArena([]);
    const gone = new AbortController();
    await arena.run(gone.signal);
    arena.memory.faults.push({ error: AWAY, isDone: false });
    gone.abort();
    await until('it could not be recorded', async () => arena.memory.faults.length === 0);
    arena.passes(1_000);
    await arena.run();
    await arena.processGoes();
    expect(arena.record()).toMatchObject({ state: 'active', leftAt: null });
  });

  it('ends soon where its second answer is a fault of the database', async () => {
    const arena = anArena([]);
    await arena.run();
    arena.memory.faults.push({ error: AWAY, isDone: true });
    await expect(arena.run()).rejects.toThrow('no primary');
    await until('it is left', async () => arena.record()?.leftAt);
  });
});

describe('a start that may have been recorded before the vendor was asked', () => {
  /** Leaves the session so. */
  async function unsure(isDone: boolean) {
    const arena = anArena([]);
    arena.memory.faults.push({ error: AWAY, isDone });
    await expect(arena.run()).rejects.toThrow('no primary');
    expect(arena.asked()).toBe(0);
    return arena;
  }

  it.each([true, false])(
    'is made once where its caller asks again: recorded %j',
    async (isDone) => {
      const arena = await unsure(isDone);
      const both = await Promise.all([arena.run(), arena.run()]);
      expect(both.map(({ state }) => state)).toEqual(['active', 'active']);
      expect(arena.asked()).toBe(1);
    },
  );

  it('is nobody else’s', async () => {
    const arena = await unsure(true);
    await expect(arena.runOther()).rejects.toMatchObject({ code: 'session_started_elsewhere' });
  });

  it('is not given up where its caller has asked again and the vendor starts it just now', async () => {
    const arena = await unsure(true);
    arena.whileItStarts(() => arena.processGoes());
    expect(await arena.run()).toMatchObject({ state: 'active' });
    expect(arena.record()).toMatchObject({ state: 'active', startedBy: 'grant-1' });
  });

  it('is given up at once where the process goes', async () => {
    const arena = await unsure(true);
    await arena.processGoes();
    expect(arena.record()).toMatchObject({ slot: null, endReason: 'no_show' });
    await expect(arena.run()).rejects.toMatchObject({ code: 'session_ended' });
  });
});

describe('a start of what runs already', () => {
  const ending = { reason: 'operator', at: at(1), attempts: 0 } as const;

  it.each<[string, object, 'run' | 'runOther', string]>([
    ['is answered again to its caller', {}, 'run', 'active'],
    ['is nobody else’s', {}, 'runOther', 'session_started_elsewhere'],
    ['has ended where its end is asked for', { stop: ending }, 'run', 'session_ended'],
    ['has ended for others, too', { stop: ending }, 'runOther', 'session_ended'],
    [
      'has ended where its visitor is erased',
      { stop: ending, erasedAt: at(1) },
      'run',
      'session_ended',
    ],
  ])('%s', async (_, patch, who, answer) => {
    const arena = anArena([]);
    await arena.run();
    arena.change(patch);
    const answered = arena[who]().then(
      ({ state }) => state,
      ({ code }: { code: string }) => code,
    );
    expect(await answered).toBe(answer);
    expect(arena.asked()).toBe(1);
  });
});
