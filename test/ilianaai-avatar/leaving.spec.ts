import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mongo } from 'mongoose';
import { Telemetry } from '#platform';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import { AvatarError } from '../../apps/ilianaai-avatar/src/errors.js';
import { SocketPresence } from '../../apps/ilianaai-avatar/src/heygen/socket/socket-presence.service.js';
import { Departures } from '../../apps/ilianaai-avatar/src/sessions/departures.js';
import { OwedWishes } from '../../apps/ilianaai-avatar/src/sessions/owed-wishes.js';
import { SessionsService } from '../../apps/ilianaai-avatar/src/sessions/sessions.service.js';
import type { TranscriptService } from '../../apps/ilianaai-avatar/src/turns/transcript.service.js';
import type { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import type { VendorRegistry } from '../../apps/ilianaai-avatar/src/vendors/vendor-registry.js';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { aSession, at } from '../support/session.factory.js';
import { until } from '../support/until.js';

Logger.overrideLogger(false);

const AWAY = new mongo.MongoNetworkError('no primary');

/** A visitor that leaves at second 20, while the database may be away for one write or one look. */
function anArena(away: 'write' | 'look' | 'never', backAt = 20) {
  const memory = new MemorySessions(() => Promise.resolve());
  const session = aSession({ state: 'active', startedAt: at(1), seenAt: at(10) });
  memory.records.set(session.id, session);
  const config = anAvatarConfig();
  let signals = 0;
  let now = at(20);
  let looks = 0;
  let found: Promise<typeof session> | null = null;
  const worker = { wake: () => (signals += 1) } as unknown as UpkeepWorker;
  const clock = { now: () => now } as DatabaseClock;
  const store = new SessionStore(
    memory as unknown as SessionRepository,
    config,
    clock,
    new Telemetry(),
  );
  if (away === 'write') memory.faults.push({ error: AWAY, isDone: false });
  const departures = new Departures(store, worker, clock, config, new OwedWishes());
  const transcripts = {} as TranscriptService;
  const vendors = { of: () => ({ keepAlive: () => Promise.resolve(true) }) };
  const registry = vendors as unknown as VendorRegistry;
  return {
    sessions: new SessionsService(store, transcripts, registry, worker, clock),
    at: (second: number) => (now = at(second)),
    found: async () => ({
      ...session,
      ...(await store.find(session)),
      vendorSessionId: 'vendor-1',
    }),
    memory,
    session,
    signals: () => signals,
    looks: () => looks,
    presence: new SocketPresence(store, worker, clock, config, new OwedWishes()),
    record: () => memory.records.get(session.id),
    isRefusedLater: () => {
      found = Promise.reject(new AvatarError('session_started_elsewhere'));
      found.catch(() => undefined);
    },
    leave: () =>
      departures.leave('visitor-1', () => {
        looks += 1;
        if (looks === 1 && away === 'look') {
          now = at(backAt);
          return Promise.reject(AWAY);
        }
        return found ?? store.find(session).then((read) => read ?? session);
      }),
  };
}

describe('a leave that could not be recorded', () => {
  it.each(['write', 'look'] as const)(
    'is answered as that, and recorded when the database is back: %s',
    async (away) => {
      const arena = anArena(away);
      await expect(arena.leave()).rejects.toThrow('no primary');
      await until('it is recorded', async () => arena.signals() > 0);
      expect(arena.record()).toMatchObject({ leftAt: at(20) });
    },
  );

  it('counts no more for a visitor that was seen since', async () => {
    const arena = anArena('write');
    await expect(arena.leave()).rejects.toThrow('no primary');
    arena.memory.records.set(arena.session.id, { ...arena.session, seenAt: at(21), rev: 1 });
    await until('it was tried', async () => arena.signals() > 0);
    expect(arena.record()).toMatchObject({ leftAt: null });
  });

  it.each([
    [25, 20],
    [60, 45],
  ])(
    'counts from when it was said, with a moment for coming back: back at %i s, gone at %i s',
    async (backAt, goneAt) => {
      const arena = anArena('look', backAt);
      await expect(arena.leave()).rejects.toThrow('no primary');
      await until('it is recorded', async () => arena.signals() > 0);
      expect(arena.record()).toMatchObject({ leftAt: at(goneAt) });
    },
  );

  it('is not recorded for whoever turns out to have no part in the session', async () => {
    const arena = anArena('look');
    await expect(arena.leave()).rejects.toThrow('no primary');
    arena.isRefusedLater();
    await until('it was tried', async () => arena.looks() > 1);
    expect(arena.record()).toMatchObject({ leftAt: null });
  });
});

describe('a heartbeat beside a leave', () => {
  it('undoes nothing where it came before it, though it is recorded after it', async () => {
    const { sessions, record, ...arena } = anArena('never');
    arena.at(19);
    const find = async () => {
      const found = await arena.found();
      arena.at(20);
      await arena.leave();
      return found;
    };
    await sessions.keepAlive(find, { next_within_s: 5 });
    expect(record()).toMatchObject({ leftAt: at(20), heartbeat: { at: at(19) } });
  });

  it('says that the visitor is back where it came after it', async () => {
    const { sessions, record, ...arena } = anArena('never');
    await arena.leave();
    arena.at(21);
    await sessions.keepAlive(arena.found, { next_within_s: 5 });
    expect(record()).toMatchObject({ leftAt: null, heartbeat: { at: at(21) } });
  });
});

describe('a socket that was lost while the database was away', () => {
  it.each([
    [18, 18],
    [-40, 5],
  ])(
    'counts from then, with a moment for coming back: lost at %i s, gone at %i s',
    async (lostAt, goneAt) => {
      const { memory, session, presence, record, ...arena } = anArena('write');
      const heartbeat = { at: at(10), withinSeconds: 60 };
      memory.records.set(session.id, { ...session, socketId: 'socket-1', heartbeat });
      arena.at(lostAt);
      const recorded = presence.end(session, 'socket-1');
      arena.at(20);
      await recorded;
      expect(record()).toMatchObject({ leftAt: at(goneAt), socketId: null, heartbeat: null });
    },
  );
});
