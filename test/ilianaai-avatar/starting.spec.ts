import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mongo } from 'mongoose';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions, type WriteFault } from '../support/memory-sessions.js';
import { aSession } from '../support/session.factory.js';
import { until } from '../support/until.js';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/session-record/database-clock.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/session-record/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/session-record/session.repository.js';
import type { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
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
  const vendor = {
    start: () => {
      memory.faults.push(...faults);
      now = new Date(now.getTime() + nowAfter);
      return Promise.resolve({ media: { livekit_url: 'wss://room' }, maxSessionSeconds: null });
    },
    undo: ({ vendorSessionId }: { vendorSessionId: string }) => undone.push(vendorSessionId),
  } as unknown as VendorStart;
  const worker = { goOn: () => undefined, hasRoomFor: () => false } as unknown as UpkeepWorker;
  const starts = new StartService(
    config,
    new SessionStore(memory as unknown as SessionRepository, config),
    vendor,
    worker,
    { now: () => now } as DatabaseClock,
  );
  return {
    undone,
    run: () => starts.run(session, 'grant-1'),
    record: () => memory.records.get(session.id),
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
