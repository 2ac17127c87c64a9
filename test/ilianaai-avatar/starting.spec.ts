import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions, type WriteFault } from '../support/memory-sessions.js';
import { aSession } from '../support/session.factory.js';
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
  };
}

describe('a start that the vendor has made', () => {
  it('is undone when it cannot be recorded', async () => {
    const arena = anArena([{ error: new Error('a write went wrong'), isDone: false }]);
    await expect(arena.run()).rejects.toThrow('a write went wrong');
    expect(arena.undone).toEqual(['vendor-1']);
    expect(arena.record()).toMatchObject({ state: 'starting' });
  });
});
