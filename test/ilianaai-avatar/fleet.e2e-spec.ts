import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';
import { Telemetry } from '#platform';
import type { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import { FleetRepository } from '../../apps/ilianaai-avatar/src/fleet/fleet.repository.js';
import { FleetService } from '../../apps/ilianaai-avatar/src/fleet/fleet.service.js';
import { UsedSecondsService } from '../../apps/ilianaai-avatar/src/fleet/used-seconds.service.js';
import { SESSION_STATES } from '../../apps/ilianaai-avatar/src/sessions/domain/session-states.js';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { toDocument } from '../../apps/ilianaai-avatar/src/sessions/store/session.mapper.js';
import { SessionRepository } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import {
  SESSION_MODEL,
  sessionSchema,
  type SessionDocument,
} from '../../apps/ilianaai-avatar/src/sessions/store/session.schema.js';
import { anAvatarConfig } from '../support/avatar-config.factory.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { aSession, at, START } from '../support/session.factory.js';
import { until } from '../support/until.js';

/* What is said of all sessions together, by records of every kind in a database. */
const NOW = at(1_000);
const DAY = 86_400;

let database: TestDatabase;
let connection: Connection;

beforeAll(async () => {
  database = freshDatabase();
  connection = await mongoose.createConnection(database.uri).asPromise();
  await connection.model<SessionDocument>(SESSION_MODEL, sessionSchema).createIndexes();
});
beforeEach(() =>
  until('there are none', async () => {
    await records().deleteMany({});
    return true;
  }),
);
afterAll(async () => {
  await connection.close();
  await database.drop();
});

const records = () => connection.collection<SessionDocument>('sessions');

async function stand(sessions: readonly Partial<Session>[]): Promise<void> {
  const due = { dueAt: null, endDueAt: null, outboxDueAt: null };
  const all = sessions.map((session, index) =>
    toDocument({
      ...aSession(),
      ...due,
      id: `s${index}`,
      vendorSessionId: `v${index}`,
      slot: null,
      ...session,
    }),
  );
  await records().insertMany(all);
}

/** Of a replica that was started just now. */
function fleet(now = NOW): FleetService {
  const model = connection.model<SessionDocument>(SESSION_MODEL);
  const clock = { now: () => now, ready: () => Promise.resolve(true) } as DatabaseClock;
  const sessions = new SessionStore(
    new SessionRepository(model),
    anAvatarConfig(),
    clock,
    new Telemetry(),
  );
  return new FleetService(
    new FleetRepository(model),
    new UsedSecondsService(sessions, clock),
    clock,
  );
}

describe('all sessions at a glance', () => {
  it('are counted by vendor and state, but for what is over for good', async () => {
    const states = SESSION_STATES.flatMap((state, index) =>
      Array.from({ length: index + 1 }, () => ({ state })),
    );
    await stand([...states, { vendor: 'heygen', state: 'active' }]);
    const { counts, readAt } = await fleet().look();
    expect(readAt).toEqual(NOW);
    const shown = counts.map(({ vendor, state, sessions }) => `${sessions} ${state} ${vendor}`);
    expect(shown.toSorted()).toEqual([
      '1 active heygen',
      '1 creating liveavatar',
      '10 parked liveavatar',
      '2 created liveavatar',
      '3 starting liveavatar',
      '4 active liveavatar',
      '5 stopping liveavatar',
      '6 stopped liveavatar',
      '7 final liveavatar',
    ]);
  });

  it('are none, and nothing is behind, where there are none', async () => {
    expect(await fleet().look()).toEqual({
      readAt: NOW,
      counts: [],
      lagSeconds: { end: 0, life: 0, outbox: 0 },
      oldestWaitingSeconds: 0,
      used: [
        { vendor: 'liveavatar', today: 0, month: 0 },
        { vendor: 'heygen', today: 0, month: 0 },
      ],
    });
  });

  it('say since when the earliest is due that nobody works on, lane by lane', async () => {
    const held = (lane: Session['lease']['lane'], until: Date) => ({
      lease: { owner: 'worker', lane, epoch: 1, until },
    });
    await stand([
      { dueAt: at(940), endDueAt: at(970), outboxDueAt: at(999.5) },
      { dueAt: at(960), endDueAt: at(980), outboxDueAt: at(1_000) },
      // Somebody is at work.
      { dueAt: at(1), endDueAt: at(1), outboxDueAt: at(1), ...held('outbox', at(1_001)) },
      // It is no longer held.
      { dueAt: at(930), ...held('life', at(1_000)) },
      // To come.
      { dueAt: at(1_001), endDueAt: at(1_001), outboxDueAt: at(1_001) },
    ]);
    expect((await fleet().look()).lagSeconds).toEqual({ end: 30, life: 70, outbox: 0.5 });
  });

  it('are late in ending where the vendor has not ended one, however often it is asked', async () => {
    const asked = { at: at(900), attempts: 9, reason: 'visitor_ended', by: 'visitor' } as const;
    const next = { endDueAt: at(1_003), stop: asked };
    await stand([
      { state: 'stopping', enteredAt: { active: at(1), stopping: at(990) } },
      { state: 'stopping', enteredAt: { active: at(1), stopping: at(920) }, ...next },
      { state: 'stopped', enteredAt: { stopping: at(5), stopped: at(6) } },
    ]);
    // Since somebody wanted it, not since a worker came to it.
    expect((await fleet().look()).lagSeconds).toEqual({ end: 100, life: 0, outbox: 0 });
    await records().updateOne({ _id: 's1' }, { $set: { stop: null } });
    expect((await fleet().look()).lagSeconds.end).toBe(80);
  });

  it('leave out what is being erased and waits for nobody, but not what still runs', async () => {
    const erased = { erasedAt: at(900) };
    const closed = { endedAt: at(10), enteredAt: { final: at(20) } };
    await stand([
      { state: 'active', ...erased },
      { state: 'active' },
      { state: 'stopping', ...erased, enteredAt: { stopping: at(990) } },
      { state: 'stopped', ...erased },
      { state: 'final', ...closed, ...erased },
      { state: 'final', ...closed, enteredAt: { final: at(700) } },
      { state: 'parked', ...closed, ...erased },
    ]);
    const { counts, oldestWaitingSeconds } = await fleet().look();
    const found = counts.map(({ state, sessions }) => `${sessions} ${state}`);
    expect(found.toSorted()).toEqual(['1 final', '1 stopping', '2 active']);
    expect(oldestWaitingSeconds).toBe(300);
  });

  it('say for how long the oldest closed transcript waits for Petya', async () => {
    const ended = { endedAt: at(10) };
    await stand([
      { state: 'stopped', ...ended, enteredAt: { stopped: at(20) } },
      { state: 'parked', ...ended, enteredAt: { final: at(30), parked: at(40) } },
      { state: 'delivered', ...ended, enteredAt: { final: at(30), delivered: at(40) } },
      { state: 'final', ...ended, enteredAt: { final: at(700) } },
      { state: 'final', ...ended, enteredAt: { final: at(600) } },
    ]);
    expect((await fleet().look()).oldestWaitingSeconds).toBe(400);
    // A record of an earlier release says only when it was over.
    await records().updateOne({ _id: 's3' }, { $unset: { enteredAt: 1 } });
    expect((await fleet().look()).oldestWaitingSeconds).toBe(990);
  });

  it('have used what is billed, or has passed, of the day and the month in which each began', async () => {
    const bill = (seconds: number) => ({
      billed: { seconds, credits: null, source: 'vendor' as const },
    });
    const midnight = at(-12 * 3_600);
    const before = new Date(midnight.getTime() - 1);
    const monthAgo = at(-DAY);
    await stand([
      { state: 'active', startedAt: at(900) },
      { state: 'active', startedAt: at(990), vendor: 'heygen' },
      { state: 'delivered', startedAt: midnight, endedAt: START, ...bill(7) },
      // START is the first of a month: that is another day and another month.
      { state: 'delivered', startedAt: before, endedAt: START, ...bill(9) },
      { state: 'erased', startedAt: monthAgo, endedAt: START, ...bill(90) },
      { state: 'failed', startedAt: null },
    ]);
    expect((await fleet().look()).used).toEqual([
      { vendor: 'liveavatar', today: 107, month: 107 },
      { vendor: 'heygen', today: 10, month: 10 },
    ]);
    const tomorrow = at(1_000 + DAY);
    await records().updateMany({ endedAt: null, startedAt: { $ne: null } }, [
      { $set: { endedAt: NOW } },
    ]);
    expect((await fleet(tomorrow).look()).used).toEqual([
      { vendor: 'liveavatar', today: 0, month: 107 },
      { vendor: 'heygen', today: 0, month: 10 },
    ]);
  });

  it('are read once, however many look', async () => {
    const replica = fleet();
    await stand([{ state: 'active' }]);
    const looks = await Promise.all([replica.look(), replica.look()]);
    await stand([{ id: 'more', vendorSessionId: 'more', state: 'active' }]);
    looks.push(await replica.look());
    for (const { counts } of looks) expect(counts).toMatchObject([{ sessions: 1 }]);
  });
});
