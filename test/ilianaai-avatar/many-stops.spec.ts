import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { mongo } from 'mongoose';
import { type Fact, Telemetry } from '#platform';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { keptAlive } from '../../apps/ilianaai-avatar/src/sessions/domain/session-moves.js';
import { LIVE_STATES } from '../../apps/ilianaai-avatar/src/sessions/domain/session-states.js';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { OwedWishes } from '../../apps/ilianaai-avatar/src/sessions/owed-wishes.js';
import { StopService } from '../../apps/ilianaai-avatar/src/sessions/stop.service.js';
import { operatorsWish } from '../../apps/ilianaai-avatar/src/sessions/stopped-by.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import type { StopStep } from '../../apps/ilianaai-avatar/src/upkeep/steps/stop.step.js';
import type { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { aSession, at } from '../support/session.factory.js';

Logger.overrideLogger(false);

const lease = { owner: 'other', lane: 'life', epoch: 3, until: at(30) } as const;

/** Live sessions of ten accounts in each state, and one that is over; second 20. */
function anArena(count: number, pause = () => Promise.resolve()) {
  const memory = new MemorySessions(pause);
  for (let number = 0; number < count; number += 1) {
    const state = LIVE_STATES[number % LIVE_STATES.length];
    const own = { id: `s${number}`, vendorSessionId: `v${number}`, slot: number };
    const session = aSession({ ...own, accountId: `acc-${number % 10}`, lease, seenAt: at(1) });
    memory.records.set(session.id, { ...session, ...(state ? { state } : {}) });
  }
  memory.records.set('over', aSession({ id: 'over', state: 'delivered', slot: null }));
  const woken = { times: 0 };
  const worker = { wake: () => (woken.times += 1) } as unknown as UpkeepWorker;
  const clock = { now: () => at(20) } as DatabaseClock;
  const ended: Fact[] = [];
  const telemetry = new Telemetry();
  telemetry.observe({ begin: () => null, note: (fact) => void ended.push(fact) });
  const aReplica = () => {
    const repository = memory as unknown as SessionRepository;
    const store = new SessionStore(repository, anAvatarConfig(), clock, telemetry);
    const stops = new StopService(store, {} as StopStep, worker, clock, new OwedWishes());
    const stopAll = async (name: string) =>
      stops.stopEach(await store.listLiveKeys(null), operatorsWish(name));
    return { stopAll, stops, store };
  };
  return { aReplica, memory, woken, ended, records: () => [...memory.records.values()] };
}

function isWished({ stop }: Session): boolean {
  return stop !== null;
}

describe('a wish for many', () => {
  it('is recorded for each, and for nothing that is over; leases stay whose they are', async () => {
    const { aReplica, records, woken } = anArena(330);
    expect(await aReplica().stopAll('anna')).toBe(330);
    const wish = { ...operatorsWish('anna'), at: at(20), attempts: 0 };
    for (const { id, stop, lease: held } of records()) {
      expect([id, stop]).toEqual([id, id === 'over' ? null : wish]);
      expect(held).toMatchObject(id === 'over' ? {} : lease);
    }
    expect(woken.times).toBeGreaterThan(0);
  });

  it('ends at once what nobody has started, each counted once', async () => {
    const { aReplica, ended } = anArena(50);
    await Promise.all([aReplica().stopAll('anna'), aReplica().stopAll('ben')]);
    const fact = { kind: 'session-ended', vendor: 'liveavatar', reason: 'operator' };
    // Two of the five states that are live.
    expect(ended).toEqual(Array.from({ length: 20 }, () => fact));
  });

  it('counts what it has ended where another of the same piece was changed meanwhile', async () => {
    const { aReplica, memory, ended, records } = anArena(20);
    const setEachIf = memory.setEachIf.bind(memory);
    const other = records().find(({ state }) => state === 'active');
    let times = 0;
    memory.setEachIf = async (changes) => {
      times += 1;
      if (times === 1 && other) {
        await aReplica().store.readAndChange(other, (now) => keptAlive(now, at(19)));
      }
      return setEachIf(changes);
    };
    expect(await aReplica().stopAll('anna')).toBe(20);
    expect(times).toBe(2);
    expect(ended).toHaveLength(8);
  });

  it('counts no end that a worker has made meanwhile', async () => {
    const { aReplica, memory, ended } = anArena(10);
    const setEachIf = memory.setEachIf.bind(memory);
    let times = 0;
    memory.setEachIf = async (changes) => {
      times += 1;
      const written = await setEachIf(changes);
      if (times > 1) return written;
      for (const { read } of changes.filter(({ read: { state } }) => state === 'active')) {
        const wanted = memory.records.get(read.id);
        if (wanted) memory.records.set(read.id, { ...wanted, state: 'stopped' });
      }
      // The answer is lost.
      throw new mongo.MongoNetworkError('closed');
    };
    expect(await aReplica().stopAll('anna')).toBe(10);
    // Those that nobody had started, and no others.
    expect(ended).toHaveLength(4);
  });

  it('is recorded piece by piece, with a few questions at a time', async () => {
    const { aReplica, memory, records } = anArena(1_000);
    const asked = { now: 0, most: 0, pieces: 0 };
    const listByKeys = memory.listByKeys.bind(memory);
    memory.listByKeys = async (keys) => {
      asked.pieces += 1;
      asked.now += 1;
      asked.most = Math.max(asked.most, asked.now);
      const found = await listByKeys(keys);
      asked.now -= 1;
      return found;
    };
    expect(await aReplica().stopAll('anna')).toBe(1_000);
    expect(records().filter(isWished)).toHaveLength(1_000);
    expect(asked.most).toBeLessThanOrEqual(4);
    expect(asked.pieces).toBe(40);
  });

  it('is none of a session that is opened after they were counted', async () => {
    const { aReplica, memory } = anArena(10);
    const { stops, store } = aReplica();
    const keys = await store.listLiveKeys(null);
    const late = aSession({ id: 'late', vendorSessionId: 'late', state: 'active', slot: 77 });
    memory.records.set(late.id, late);
    expect(await stops.stopEach(keys, operatorsWish('anna'))).toBe(10);
    expect(memory.records.get(late.id)).toEqual(late);
  });

  it('is recorded once where two operators ask two replicas at once, beside heartbeats', async () => {
    let turns = 0;
    // Now and then the others come first.
    const pause = () =>
      new Promise<void>((resolve) => {
        turns += 1;
        if (turns % 7 === 0) setImmediate(resolve);
        else resolve();
      });
    const { aReplica, records } = anArena(200, pause);
    const [one, other, third] = [aReplica(), aReplica(), aReplica()];
    const beats = records()
      .filter(({ state }) => state === 'active')
      .map((session) => third.store.readAndChange(session, (now) => keptAlive(now, at(19))));
    const recorded = await Promise.all([one.stopAll('anna'), other.stopAll('ben')]);
    await Promise.all(beats);
    const live = records().filter(({ id }) => id !== 'over');
    for (const count of recorded) expect(count).toBeGreaterThan(0);
    expect(live.every(isWished)).toBe(true);
    for (const { stop, rev, state, seenAt } of live) {
      expect(['anna', 'ben']).toContain(stop?.byName);
      expect(rev).toBe(state === 'active' ? 2 : 1);
      if (state === 'active') expect(seenAt).toEqual(at(19));
    }
  });

  it.each([true, false])(
    'is recorded where the database fails in between, done or not: %s',
    async (isDone) => {
      const { aReplica, memory, records, ended } = anArena(120);
      for (const gap of [3, 60, 20]) {
        memory.faults.push(...Array<null>(gap).fill(null));
        memory.faults.push({ error: new mongo.MongoNetworkError('closed'), isDone });
      }
      expect(await aReplica().stopAll('anna')).toBe(120);
      const live = records().filter(({ id }) => id !== 'over');
      expect(live.map(({ rev, stop }) => [rev, stop?.byName])).toEqual(live.map(() => [1, 'anna']));
      expect(ended).toHaveLength(48);
    },
  );

  it('keeps nobody waiting for a database that does not answer, and goes on behind that', async () => {
    let isSilent = false;
    let speak = (): void => undefined;
    const silence = new Promise<void>((resolve) => (speak = resolve));
    const { aReplica, records } = anArena(60, () => (isSilent ? silence : Promise.resolve()));
    const { stops, store } = aReplica();
    const keys = await store.listLiveKeys(null);
    isSilent = true;
    expect(await stops.stopEach(keys, operatorsWish('anna'))).toBe(0);
    speak();
    await stops.beforeApplicationShutdown();
    expect(records().filter(isWished)).toHaveLength(60);
  }, 10_000);

  it('begins nothing more when the replica goes', async () => {
    const { aReplica, records } = anArena(500);
    const { stops, store } = aReplica();
    const keys = await store.listLiveKeys(null);
    const recorded = stops.stopEach(keys, operatorsWish('anna'));
    await stops.beforeApplicationShutdown();
    const wished = records().filter(isWished);
    expect(await recorded).toBe(wished.length);
    expect(wished.length).toBeLessThan(500);
  });
});
