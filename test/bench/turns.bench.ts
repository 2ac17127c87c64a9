import { randomUUID } from 'node:crypto';
import { DatabaseClock } from '../../apps/ilianaai-avatar/src/clock/database-clock.js';
import type { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import { toDocument } from '../../apps/ilianaai-avatar/src/sessions/store/session.mapper.js';
import { TurnRepository } from '../../apps/ilianaai-avatar/src/turns/turn.repository.js';
import {
  TURN_MODEL,
  turnSchema,
  type TurnDocument,
} from '../../apps/ilianaai-avatar/src/turns/turn.schema.js';
import { TurnWriter } from '../../apps/ilianaai-avatar/src/turns/turn-writer.js';
import { openBenchDatabase } from './bench-database.js';
import { isQuick, measuredOn, median, report } from './figures.js';
import { runningSession } from './running-session.js';

/*
 * Acknowledged durable turns a second: by group commit, as the app writes them, beside the raw
 * driver's one insert a turn. Same server, same durability, same number of writers, in turns. Each
 * writer speaks in a session of its own and waits for its answer before its next turn.
 */
const ROUNDS = isQuick ? 3 : 7;
const TURNS_A_ROUND = isQuick ? 192 : 640;
const WRITERS: readonly { writers: number; atLeast?: number }[] = [
  { writers: 1, atLeast: 0.9 },
  { writers: 16 },
  { writers: 50, atLeast: 3 },
  ...(isQuick ? [] : [{ writers: 64 }]),
  { writers: 256 },
];

const database = await openBenchDatabase();
const { connection, sessions } = database;
measuredOn(database.server.description);
const model = connection.model<TurnDocument>(TURN_MODEL, turnSchema);
await model.createIndexes();
const raw = connection.collection<TurnDocument>('raw_turns');
await raw.createIndex({ accountId: 1, sessionId: 1, source: 1, key: 1 }, { unique: true });
/** As every call has just read its session, which is measured elsewhere. */
const justRead: SessionStore = Object.assign(Object.create(sessions), {
  readAtMs: () => performance.now(),
});
const writer = new TurnWriter(
  new TurnRepository(model),
  justRead,
  new DatabaseClock(connection),
  database.config,
);
await connection
  .collection<{ _id: string }>('sessions')
  .insertMany(Array.from({ length: 256 }, (_, index) => toDocument(runningSession(index))));

for (const { writers, atLeast } of WRITERS) {
  const turnsEach = Math.max(
    2,
    Math.round((writers === 1 ? TURNS_A_ROUND / 8 : TURNS_A_ROUND) / writers),
  );
  const ours: number[] = [];
  const driver: number[] = [];
  // The first round warms both up; every second one is in the reverse order.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ways = [
      async () => ours.push(await rate(writers, turnsEach, writeOurs)),
      async () => driver.push(await rate(writers, turnsEach, insert)),
    ];
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) await way();
    if (round === 0) ours.length = driver.length = 0;
  }
  const rounds = ours.map((each, index) => each / (driver[index] ?? Number.NaN));
  const who = writers === 1 ? 'one session' : `${writers} sessions`;
  report({
    question: 'turns',
    figure: `${who}: group commit ÷ the driver's single inserts`,
    value: median(rounds),
    unit: '×',
    rounds,
    ...(atLeast === undefined ? {} : { atLeast }),
    raw: { turnsPerSecond: { ours, driver } },
  });
  report({
    question: 'turns',
    figure: `${who}: durable turns acknowledged`,
    value: median(ours),
    unit: '/s',
    rounds: ours,
  });
}
await writer.onApplicationShutdown();
await database.stop();
process.exit();

async function rate(
  writers: number,
  turnsEach: number,
  write: (session: number) => Promise<unknown>,
): Promise<number> {
  const began = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async (_, session) => {
      for (let turn = 0; turn < turnsEach; turn += 1) await write(session);
    }),
  );
  return (writers * turnsEach * 1000) / (performance.now() - began);
}

function line() {
  const text = 'What does the ash chair cost, and do you deliver to the islands?';
  return { source: 'client', key: randomUUID(), role: 'user', text } as const;
}

function writeOurs(session: number): Promise<void> {
  return writer.write(runningSession(session), { ...line(), atMs: Date.now(), position: 1 });
}

function insert(session: number): Promise<unknown> {
  const { id: sessionId, accountId } = runningSession(session);
  return raw.insertOne(
    { ...line(), sessionId, accountId, at: new Date(), position: 1 },
    { writeConcern: { w: 'majority', journal: true } },
  );
}
