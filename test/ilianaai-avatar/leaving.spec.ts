import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/session-record/database-clock.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/session-record/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/session-record/session.repository.js';
import { SessionsService } from '../../apps/ilianaai-avatar/src/sessions/sessions.service.js';
import type { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { aSession, at } from '../support/session.factory.js';
import { until } from '../support/until.js';

/** A visitor that leaves at second 20, while the database is away for one write. */
function anArena() {
  const memory = new MemorySessions(() => Promise.resolve());
  const session = aSession({ state: 'active', startedAt: at(1), seenAt: at(10) });
  memory.records.set(session.id, session);
  const store = new SessionStore(memory as unknown as SessionRepository, anAvatarConfig());
  let signals = 0;
  const worker = { signal: () => (signals += 1) } as unknown as UpkeepWorker;
  const clock = { now: () => at(20) } as DatabaseClock;
  const none = {} as never;
  const service = new SessionsService(store, none, none, worker, clock);
  memory.faults.push({ error: new mongo.MongoNetworkError('no primary'), isDone: false });
  return { memory, session, leave: () => service.leave(session), signals: () => signals };
}

describe('a leave that could not be recorded', () => {
  it('is answered as that, and recorded when the database is back', async () => {
    const arena = anArena();
    await expect(arena.leave()).rejects.toThrow('no primary');
    await until('it is recorded', async () => arena.signals() > 0);
    expect(arena.memory.records.get(arena.session.id)).toMatchObject({ leftAt: at(20) });
  });

  it('counts no more for a visitor that was seen since', async () => {
    const arena = anArena();
    await expect(arena.leave()).rejects.toThrow('no primary');
    arena.memory.records.set(arena.session.id, { ...arena.session, seenAt: at(21), rev: 1 });
    await until('it was tried', async () => arena.signals() > 0);
    expect(arena.memory.records.get(arena.session.id)).toMatchObject({ leftAt: null });
  });
});
