import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mongo } from 'mongoose';
import { Telemetry } from '#platform';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { aSession, at } from '../support/session.factory.js';
import { until } from '../support/until.js';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { noShowAt } from '../../apps/ilianaai-avatar/src/sessions/domain/session-timing.js';
import { OpeningRecord } from '../../apps/ilianaai-avatar/src/sessions/opening-record.js';
import { SessionBox } from '../../apps/ilianaai-avatar/src/sessions/store/session-box.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import { OwedStops } from '../../apps/ilianaai-avatar/src/vendors/owed-stops.js';
import type { Vendor } from '../../apps/ilianaai-avatar/src/vendors/vendor.js';
import { VendorRegistry } from '../../apps/ilianaai-avatar/src/vendors/vendor-registry.js';
import {
  type Opening,
  SessionOpener,
} from '../../apps/ilianaai-avatar/src/sessions/session-opener.js';
import { VendorRoom } from '../../apps/ilianaai-avatar/src/sessions/vendor-room.js';
import { Departures } from '../../apps/ilianaai-avatar/src/sessions/departures.js';
import { OwedWishes } from '../../apps/ilianaai-avatar/src/sessions/owed-wishes.js';
import type { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import type { SlotService } from '../../apps/ilianaai-avatar/src/sessions/slot.service.js';

Logger.overrideLogger(false);

const AWAY = new mongo.MongoNetworkError('no primary');
const TAKEN = () =>
  new mongo.MongoServerError({ code: 11_000, keyPattern: { accountId: 1, vendorSessionId: 1 } });

/** An opener whose writes fail as told, before or after they have taken effect. */
function anArena({ isOpened = true, stopsFailing = 0, openingTakesMs = 0 } = {}) {
  const config = anAvatarConfig();
  const memory = new MemorySessions(() => Promise.resolve());
  const session = aSession({ vendor: 'heygen', state: 'creating', vendorSessionId: null });
  memory.records.set(session.id, session);
  const stopped: string[] = [];
  let failures = stopsFailing;
  const vendor = {
    name: 'heygen',
    stop: (id: string) => {
      failures -= 1;
      if (failures >= 0) return Promise.reject(new Error('vendor away'));
      stopped.push(id);
      return Promise.resolve();
    },
  } as unknown as Vendor;
  const opened = isOpened ? { media: { url: 'wss://room' }, maxSessionSeconds: null } : null;
  const clock = {
    now: () => new Date(session.createdAt.getTime() + openingTakesMs),
  } as DatabaseClock;
  const store = new SessionStore(
    memory as unknown as SessionRepository,
    config,
    clock,
    new Telemetry(),
  );
  const worker = { wake: () => undefined } as unknown as UpkeepWorker;
  const vendors = new VendorRegistry([vendor], new OwedStops());
  const opener = new SessionOpener(
    { take: () => Promise.resolve({ session, grant: 'grant-1' }) } as unknown as SlotService,
    new VendorRoom(config, store, clock),
    new OpeningRecord(store, vendors, new SessionBox(config), clock),
    new Departures(store, worker, clock, config, new OwedWishes()),
    new Telemetry(),
  );
  const create = () =>
    Promise.resolve({ vendorSessionId: 'vendor-9', vendorToken: 'secret', opened });
  return {
    faults: memory.faults,
    stopped,
    open: (more: Partial<Opening> = {}) =>
      opener.open({ create, caller: {}, ...more } as unknown as Opening),
    records: memory.records,
    record: () => memory.records.get(session.id),
  };
}

describe('a session that the vendor has opened', () => {
  it('is kept', async () => {
    const arena = anArena();
    expect((await arena.open()).session).toMatchObject({ state: 'created' });
    expect(arena.stopped).toEqual([]);
  });

  it.each([[[false]], [[false, false, false]], [[true]], [[true, false]]])(
    'is kept through a pause of the database: writes done %j',
    async (done) => {
      const arena = anArena();
      arena.faults.push(...done.map((isDone) => ({ error: AWAY, isDone })));
      expect((await arena.open()).session).toMatchObject({ state: 'created' });
      expect(arena.stopped).toEqual([]);
    },
  );

  it('is stopped where the database stays away for as long as it may be opened', async () => {
    const arena = anArena({ openingTakesMs: 29_000 });
    arena.faults.push({ error: AWAY, isDone: true });
    await expect(arena.open()).rejects.toThrow('no primary');
    await until('the vendor has stopped it', async () => arena.stopped.length > 0);
    await until('the slot is free', async () => arena.record()?.slot === null);
  });

  it.each([0, 2])(
    'is stopped there when it cannot be recorded, after %d stops that failed, and its slot is free',
    async (stopsFailing) => {
      const arena = anArena({ stopsFailing });
      arena.faults.push({ error: new Error('a write went wrong'), isDone: false });
      await expect(arena.open()).rejects.toThrow('a write went wrong');
      await until('the vendor has stopped it', async () => arena.stopped.length > 0);
      expect(arena.stopped).toEqual(['vendor-9']);
      await until('the slot is free', async () => arena.record()?.slot === null);
      expect(arena.record()).toMatchObject({ state: 'failed', idempotencyKey: null });
    },
  );

  it('is another one’s where its id is taken, and goes on', async () => {
    const arena = anArena();
    arena.faults.push({ error: TAKEN(), isDone: false });
    await expect(arena.open()).rejects.toMatchObject({ code: 'vendor_garbled' });
    expect(arena.stopped).toEqual([]);
    expect(arena.record()).toMatchObject({ state: 'failed' });
  });
});

describe('a session that whoever opened it does not hear of', () => {
  const NOBODY = AbortSignal.abort();

  it('is given up soon', async () => {
    const arena = anArena();
    await arena.open({ gone: NOBODY });
    await until('it is offered no longer', async () => {
      const record = arena.record();
      return record && noShowAt(record, anAvatarConfig().budgets) <= at(5);
    });
  });

  it('is given up soon where the database is away meanwhile', async () => {
    const arena = anArena();
    const gone = new AbortController();
    await arena.open({ gone: gone.signal });
    arena.faults.push({ error: AWAY, isDone: false });
    gone.abort();
    await until('it is offered no longer', async () => {
      const record = arena.record();
      return record && noShowAt(record, anAvatarConfig().budgets) <= at(5);
    });
  });

  it('frees its slot at once where it is a token that nobody has', async () => {
    const arena = anArena({ isOpened: false });
    await arena.open({ gone: NOBODY });
    await until('the slot is free', async () => arena.record()?.slot === null);
    expect(arena.record()).toMatchObject({ state: 'failed', endReason: 'no_show' });
    expect(arena.record()?.idempotencyKey).toBeNull();
  });

  it('keeps its slot where somebody else was given it before its caller went', async () => {
    const arena = anArena({ isOpened: false });
    const gone = new AbortController();
    const { session } = await arena.open({ gone: gone.signal });
    const given = { ...session, offeredAt: at(7), rev: session.rev + 1 };
    arena.records.set(session.id, given);
    gone.abort();
    await new Promise((resolve) => setImmediate(resolve));
    expect(arena.record()).toEqual(given);
  });
});

describe('a token that opens nothing', () => {
  it('is forgotten when it cannot be recorded', async () => {
    const arena = anArena({ isOpened: false });
    arena.faults.push({ error: new Error('a write went wrong'), isDone: false });
    await expect(arena.open()).rejects.toThrow('a write went wrong');
    expect(arena.stopped).toEqual([]);
  });
});
