import { randomUUID } from 'node:crypto';
import { DatabaseClock } from '../../apps/ilianaai-avatar/src/session-record/database-clock.js';
import type { Session } from '../../apps/ilianaai-avatar/src/session-record/session.js';
import { TurnRepository } from '../../apps/ilianaai-avatar/src/transcript/turn.repository.js';
import {
  TURN_MODEL,
  turnSchema,
  type TurnDocument,
} from '../../apps/ilianaai-avatar/src/transcript/turn.schema.js';
import { TurnWriter } from '../../apps/ilianaai-avatar/src/transcript/turn-writer.js';
import { say } from '../stack/say.js';
import { median, openBenchDatabase } from './bench-database.js';

/*
 * Acknowledged durable turns a second: by group commit, as the app writes them, beside the raw
 * driver's one insert a turn. Same server, same durability, same number of writers, in turns.
 */
const ROUNDS = 7;
const WRITERS = [
  { writers: 1, turnsEach: 60, atLeast: 0.9 },
  { writers: 50, turnsEach: 12, atLeast: 3 },
];
const SESSIONS = 10;

const database = await openBenchDatabase();
const { connection, sessions } = database;
say(`Database: ${database.server.description}`);
const model = connection.model<TurnDocument>(TURN_MODEL, turnSchema);
await model.createIndexes();
const raw = connection.collection<TurnDocument>('raw_turns');
await raw.createIndex({ sessionId: 1, source: 1, key: 1 }, { unique: true });
const writer = new TurnWriter(
  new TurnRepository(model),
  sessions,
  new DatabaseClock(connection),
  database.config,
);
const owners = Array.from({ length: SESSIONS }, (_, index) => `session-${index}`);
for (const [index, id] of owners.entries()) await sessions.insert(activeSession(id, index));

let failed = 0;
for (const { writers, turnsEach, atLeast } of WRITERS) {
  const ours: number[] = [];
  const driver: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const rates = [
      await rate(writers, turnsEach, writeOurs),
      await rate(writers, turnsEach, insert),
    ];
    // The first round warms both up.
    if (round === 0) continue;
    ours.push(rates[0] ?? 0);
    driver.push(rates[1] ?? 0);
  }
  const ratio = median(ours.map((each, index) => each / (driver[index] ?? Number.NaN)));
  const isEnough = ratio >= atLeast;
  if (!isEnough) failed += 1;
  say(
    `${isEnough ? '✓' : '✗'} ${writers} writers: ${Math.round(median(ours))} turns/s by group ` +
      `commit, ${Math.round(median(driver))} by the driver: ${ratio.toFixed(2)}× (aim ${atLeast}×)`,
  );
}
await database.stop();
process.exit(failed === 0 ? 0 : 1);

async function rate(
  writers: number,
  turnsEach: number,
  write: (sessionId: string) => Promise<unknown>,
): Promise<number> {
  const began = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async (_, index) => {
      for (let turn = 0; turn < turnsEach; turn += 1) await write(`session-${index % SESSIONS}`);
    }),
  );
  return (writers * turnsEach * 1000) / (performance.now() - began);
}

function line(sessionId: string) {
  const text = 'What does the ash chair cost, and do you deliver to the islands?';
  return { sessionId, source: 'client', key: randomUUID(), role: 'user', text } as const;
}

function writeOurs(sessionId: string): Promise<void> {
  const { sessionId: id, ...members } = line(sessionId);
  const atMs = Date.now();
  return writer.write({
    owner: { id, accountId: 'account' },
    line: { ...members, atMs, position: 1 },
    openAtMs: performance.now(),
  });
}

function insert(sessionId: string): Promise<unknown> {
  return raw.insertOne(
    { ...line(sessionId), accountId: 'account', at: new Date(), position: 1 },
    { writeConcern: { w: 'majority', journal: true } },
  );
}

function activeSession(id: string, slot: number): Session {
  const lease = { owner: null, lane: 'life', epoch: 0, until: new Date(0) };
  const members = { accountId: 'account', state: 'final', rev: 0, slot, lease };
  const transcript = { nextReadAt: null };
  const delivery = { version: 1, deliveredVersion: 1, nextAttemptAt: null };
  return {
    ...members,
    id,
    vendorSessionId: `vendor-${id}`,
    state: 'active',
    turns: 0,
    textBytes: 0,
    transcript,
    delivery,
  } as unknown as Session;
}
