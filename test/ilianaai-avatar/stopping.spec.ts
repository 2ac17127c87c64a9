import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Telemetry } from '#platform';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import type { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import type { Lease, Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { OwedWishes } from '../../apps/ilianaai-avatar/src/sessions/owed-wishes.js';
import { StopService } from '../../apps/ilianaai-avatar/src/sessions/stop.service.js';
import { StopStep } from '../../apps/ilianaai-avatar/src/upkeep/steps/stop.step.js';
import type { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import type { VendorRegistry } from '../../apps/ilianaai-avatar/src/vendors/vendor-registry.js';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { aSession, at } from '../support/session.factory.js';
import { until } from '../support/until.js';

Logger.overrideLogger(false);

const wish = { reason: 'visitor_ended', at: at(5), attempts: 0 } as const;
const lease = { owner: null, lane: 'life', epoch: 3, until: at(0) } as const;

/** Lets the vendors that hang answer, so that nobody waits for them any more. */
const hanging: (() => void)[] = [];
afterEach(() => {
  for (const answers of hanging.splice(0)) answers();
});

/** One replica's stops of one session, at second 20; the vendor answers when it is let. */
function anArena(more: Partial<Session>, silence: [from: number, to: number] | null = null) {
  const config = anAvatarConfig();
  let questions = 0;
  const memory = new MemorySessions(() => Promise.resolve(void (questions += 1)));
  const session = aSession({ state: 'active', startedAt: at(1), ...more });
  memory.records.set(session.id, session);
  const asked: string[] = [];
  let now = at(20);
  let answer: Promise<void> = Promise.resolve();
  const vendor = {
    stop: (id: string) => {
      asked.push(id);
      return answer;
    },
  };
  const lastSilence = () => silence && { from: at(silence[0]), to: at(silence[1]) };
  const clock = { now: () => now, lastSilence } as DatabaseClock;
  const store = new SessionStore(
    memory as unknown as SessionRepository,
    config,
    clock,
    new Telemetry(),
  );
  const vendors = { of: () => vendor } as unknown as VendorRegistry;
  const step = new StopStep(store, vendors, clock, config);
  const worker = { resume: () => undefined, wake: () => undefined } as unknown as UpkeepWorker;
  const stops = new StopService(store, step, worker, clock, new OwedWishes());
  return {
    asked,
    memory,
    stop: () => stops.stop(session, { reason: 'visitor_ended', by: 'visitor' }),
    upkeep: () => step.run(session),
    record: () => memory.records.get(session.id),
    questions: () => questions,
    take: (taken: Lease) => {
      const record = memory.records.get(session.id);
      if (!record) throw new Error('The record is gone.');
      const after = { ...record, lease: taken, rev: record.rev + 1 };
      memory.records.set(record.id, after);
      return after;
    },
    passTo: (seconds: number) => void (now = at(seconds)),
    /** @returns what lets the vendor answer */
    vendorHangs: () => {
      let answers = (): void => undefined;
      answer = new Promise((resolve) => (answers = resolve));
      hanging.push(answers);
      return () => answers();
    },
    vendorIsAway: () => {
      answer = Promise.reject(new Error('vendor away'));
    },
  };
}

describe('a stop that is called again', () => {
  it.each<[string, Partial<Session>]>([
    ['is stopping and held by nobody', { state: 'stopping', lease }],
    ['waits for its next attempt', { state: 'stopping', lease, nextStopAt: at(25) }],
    [
      'is in the hands of a replica that has died',
      { state: 'stopping', lease: { ...lease, owner: 'dead', until: at(19) } },
    ],
    [
      'is being delivered',
      { state: 'stopping', lease: { ...lease, owner: 'other', lane: 'outbox', until: at(30) } },
    ],
    ['runs with the wish recorded', { state: 'active', lease }],
  ])('asks the vendor before it answers where the session %s', async (_what, more) => {
    const arena = anArena({ ...more, stop: wish });
    await arena.stop();
    expect(arena.asked).toEqual(['vendor-1']);
    expect(arena.record()).toMatchObject({ state: 'stopped', endReason: 'visitor_ended' });
  });

  it('asks the vendor where the first call failed and its write was done all the same', async () => {
    const arena = anArena({});
    arena.memory.faults.push({ error: new Error('connection closed'), isDone: true });
    await expect(arena.stop()).rejects.toThrow('connection closed');
    expect(arena.record()).toMatchObject({ state: 'stopping' });
    await arena.stop();
    expect(arena.asked).toEqual(['vendor-1']);
    expect(arena.record()).toMatchObject({ state: 'stopped' });
  });

  it('waits for whoever holds it, and goes on where that one gives up', async () => {
    const held = { ...lease, owner: 'other', until: at(30) };
    const arena = anArena({ state: 'stopping', stop: wish, lease: held });
    const stopping = arena.stop();
    setTimeout(() => {
      const record = arena.record();
      if (record) arena.memory.records.set(record.id, { ...record, lease, rev: record.rev + 1 });
    }, 200);
    await stopping;
    expect(arena.asked).toEqual(['vendor-1']);
  });

  it('waits no longer than the first for a holder or a vendor that hangs, which is asked once', async () => {
    const arena = anArena({});
    arena.vendorHangs();
    await Promise.all([arena.stop(), arena.stop()]);
    expect(arena.asked).toEqual(['vendor-1']);
    expect(arena.record()).toMatchObject({ state: 'stopping' });
  }, 10_000);

  it.each(['stopped', 'final', 'delivered', 'failed', 'starting'] as const)(
    'does nothing where the session is %s',
    async (state) => {
      const arena = anArena({ state, stop: wish, lease });
      await arena.stop();
      expect(arena.asked).toEqual([]);
      expect(arena.record()).toMatchObject({ state, rev: 0 });
    },
  );
});

describe('a stop that the vendor did not answer', () => {
  it('is tried again in five seconds at most, however often that was so before', async () => {
    const arena = anArena({ state: 'stopping', lease, stop: { ...wish, attempts: 20 } });
    arena.vendorIsAway();
    expect(await arena.upkeep()).toMatchObject({
      state: 'stopping',
      stop: { attempts: 21 },
      endDueAt: at(25),
      lease: { owner: null },
    });
  });
});

describe('who stops a session', () => {
  const held = { owner: 'me', lane: 'life', epoch: 3, until: at(35) } as const;

  it.each<[string, Partial<Session>, (arena: ReturnType<typeof anArena>) => Promise<unknown>]>([
    ['on a wish', {}, ({ stop }) => stop()],
    ['on a repeated wish', { state: 'stopping', stop: wish, lease }, ({ stop }) => stop()],
    ['as it is due', { stop: wish, lease: held }, ({ upkeep }) => upkeep()],
  ])('%s holds it for a moment only, in which nobody else asks', async (_how, more, begin) => {
    const arena = anArena(more);
    const answers = arena.vendorHangs();
    const running = begin(arena);
    await until('the vendor is asked', async () => arena.asked.length > 0);
    expect(arena.record()).toMatchObject({ state: 'stopping', lease: { until: at(21.5) } });
    answers();
    await running;
    expect(arena.record()).toMatchObject({ state: 'stopped', lease: { lane: 'life' } });
  });

  it('holds it on while the vendor takes its time', async () => {
    const arena = anArena({});
    const answers = arena.vendorHangs();
    const running = arena.stop();
    await until('the vendor is asked', async () => arena.asked.length > 0);
    for (const second of [21, 22, 23]) {
      arena.passTo(second);
      await until('the lease is renewed', async () => {
        return arena.record()?.lease.until.getTime() === at(second + 1.5).getTime();
      });
    }
    answers();
    await running;
    expect(arena.asked).toEqual(['vendor-1']);
    expect(arena.record()).toMatchObject({ state: 'stopped', lease: { epoch: 1 } });
  });

  it('takes nothing that it has lost', async () => {
    const arena = anArena({});
    arena.vendorHangs();
    void arena.stop();
    await until('the vendor is asked', async () => arena.asked.length > 0);
    const record = arena.take({ owner: 'other', lane: 'end', epoch: 5, until: at(21) });
    const before = arena.questions();
    await until('it has tried to renew it twice', async () => arena.questions() >= before + 4);
    expect(arena.record()).toEqual(record);
  });

  it('writes down what the vendor has answered though others hold it by then, who change nothing', async () => {
    const arena = anArena({});
    const answers = arena.vendorHangs();
    const running = arena.stop();
    await until('the vendor is asked', async () => arena.asked.length > 0);
    arena.take({ owner: 'other', lane: 'end', epoch: 5, until: at(40) });
    answers();
    await running;
    expect(arena.record()).toMatchObject({
      state: 'stopped',
      endReason: 'visitor_ended',
      lease: { owner: null, epoch: 6, until: new Date(0) },
    });
  });
});

describe('a visitor whose grace is over at second 20', () => {
  const gone = { lease, heartbeat: { at: at(-10), withinSeconds: 5 } };

  it('has left', async () => {
    const arena = anArena(gone);
    expect(await arena.upkeep()).toMatchObject({ state: 'stopped', endReason: 'visitor_left' });
  });

  it('is held as what ends, whatever it was claimed for: nobody else takes it over from then on', async () => {
    const arena = anArena(gone);
    arena.vendorHangs();
    void arena.upkeep();
    await until('the vendor is asked', async () => arena.asked.length > 0);
    expect(arena.record()).toMatchObject({ state: 'stopping', lease: { lane: 'end', epoch: 3 } });
  });

  it('goes on where the database was away, and has its grace from the end of that', async () => {
    const arena = anArena(gone, [-5, 18]);
    expect(await arena.upkeep()).toMatchObject({
      state: 'active',
      heartbeat: { at: at(8), withinSeconds: 5 },
      dueAt: at(38),
      lease: { owner: null },
    });
    expect(arena.asked).toEqual([]);
  });
});
