import { newId } from '#platform';
import { mongo } from 'mongoose';
import { RetentionService } from '../../apps/petya-avatar-api/src/erasure/retention/retention.service.js';
import { makeTenant } from '../petya-avatar-api/tenant.js';
import { type Database, startDatabase } from '../stack/database.js';
import { databaseUri } from '../stack/database-uri.js';
import { say } from '../stack/say.js';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { isQuick, measuredOn, report } from './figures.js';

/*
 * Retention beside an account with very many old visitors: when the other accounts are done, and what
 * it holds in memory meanwhile. The same is asked with few of them, on a Petya of its own.
 */
const SIZES = [1_000, isQuick ? 20_000 : 100_000] as const;
const OTHERS = 3;
const VISITORS = 50;
const CONVERSATIONS = 120;
const BATCH = 20_000;
const MIB = 1024 * 1024;
/** After the others are done the flooded account goes on for so long, for what it takes of memory. */
const WATCH_MS = isQuick ? 3_000 : 30_000;
const DAY_MS = 86_400_000;
const old = new Date(Date.now() - 40 * DAY_MS);

const server = await startDatabase();
measuredOn(server.description);
const asked = [];
for (const size of SIZES) asked.push(await ask(server, size));
const [few, many] = asked as [Asked, Asked];
const sizes = `${SIZES[0].toLocaleString('en')} → ${SIZES[1].toLocaleString('en')} old visitors`;
report({
  question: 'retention',
  figure: `the other accounts are done, ${sizes} beside them`,
  value: many.doneMs / few.doneMs,
  unit: '×',
  atMost: 5,
  raw: asked,
});
report({
  question: 'retention',
  figure: `what it takes of memory beside ${SIZES[1].toLocaleString('en')} old visitors`,
  value: many.heapMib,
  unit: 'MiB',
  atMost: 50,
});
process.exit();

interface Asked {
  readonly doneMs: number;
  readonly heapMib: number;
  readonly removed: number;
}

async function ask(database: Database, size: number): Promise<Asked> {
  const name = `bench_retention_${size}`;
  const uri = databaseUri(database.uri, name);
  const petya = await startPetya({
    database: { uri, name, drop: () => Promise.resolve() },
    environment: { LOG_LEVEL: 'error' },
  });
  const flooded = await makeTenant(petya, { retentionDays: 30 });
  const began = performance.now();
  await flood(uri, flooded.accountId, size);
  say(`  ${size} old visitors are stored after ${seconds(began)} s`);
  const others: string[] = [];
  for (let index = 0; index < OTHERS; index += 1) {
    const other = await makeTenant(petya, { retentionDays: 30 });
    await fill(petya, other.accountId);
    others.push(other.accountId);
  }
  const measured = await sweep(petya, others);
  const left = await petya.connection.collection('visitors').estimatedDocumentCount();
  const removed = size + OTHERS * VISITORS - left;
  say(
    `  others done after ${Math.round(measured.doneMs)} ms, heap +${measured.heapMib.toFixed(1)} MiB, ${removed} removed meanwhile`,
  );
  await petya.stop();
  return { ...measured, removed };
}

async function sweep(petya: RunningPetya, others: readonly string[]) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().heapUsed)), 5);
  const stop = new AbortController();
  const began = performance.now();
  const sweeping = petya.app.get(RetentionService).sweep(new Date(), stop.signal);
  await until('the others are done', () => areDone(petya, others), 300_000);
  const doneMs = performance.now() - began;
  await Promise.race([sweeping, new Promise((resolve) => setTimeout(resolve, WATCH_MS))]);
  stop.abort();
  await sweeping;
  clearInterval(timer);
  return { doneMs, heapMib: (most - before) / MIB };
}

async function areDone({ connection }: RunningPetya, others: readonly string[]): Promise<boolean> {
  for (const name of ['conversations', 'visitors']) {
    for (const accountId of others) {
      if (await connection.collection(name).findOne({ accountId })) return false;
    }
  }
  return true;
}

/** Written without the indexes, which are made when all are there: that takes a third of the time. */
async function flood(uri: string, accountId: string, size: number): Promise<void> {
  // Making the indexes takes longer than the app waits for an answer.
  const client = await new mongo.MongoClient(uri, { socketTimeoutMS: 0 }).connect();
  const visitors = client.db().collection('visitors');
  const indexes = (await visitors.indexes()).filter(({ name }) => name !== '_id_');
  await visitors.dropIndexes();
  for (let from = 0; from < size; from += BATCH) {
    const count = Math.min(BATCH, size - from);
    const records = Array.from({ length: count }, (_unused, index) =>
      aged(accountId, from + index),
    );
    await visitors.insertMany(records, { ordered: false });
  }
  for (const { v: _version, key, ...options } of indexes) await visitors.createIndex(key, options);
  await client.close();
}

async function fill({ connection }: RunningPetya, accountId: string): Promise<void> {
  const visitors = Array.from({ length: VISITORS }, (_unused, index) => aged(accountId, index));
  await connection.collection('visitors').insertMany(visitors);
  await connection.collection('conversations').insertMany(
    Array.from({ length: CONVERSATIONS }, (_unused, index) => ({
      _id: newId() as never,
      accountId,
      layout: 1,
      sessions: [{ sessionId: `s-${accountId}-${index}` }],
      lastActivityAt: new Date(old.getTime() - index),
    })),
  );
}

function aged(accountId: string, index: number) {
  const lastSeenAt = new Date(old.getTime() - index);
  return { _id: newId() as never, accountId, createdAt: old, lastSeenAt };
}

function seconds(began: number): string {
  return ((performance.now() - began) / 1000).toFixed(0);
}
