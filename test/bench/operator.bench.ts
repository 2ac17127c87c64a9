import { setTimeout as delay } from 'node:timers/promises';
import { LifeService } from '../../apps/ilianaai-avatar/src/admin/life.service.js';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { toDocument } from '../../apps/ilianaai-avatar/src/sessions/store/session.mapper.js';
import { databaseUri } from '../stack/database-uri.js';
import { callApi } from '../stack/json-api.js';
import { say } from '../stack/say.js';
import { openBenchDatabase } from './bench-database.js';
import { isFull, isQuick, measuredOn, median, report } from './figures.js';
import { makeCertificate, startApp } from './rest/apps.js';
import { Forked } from './rest/forked.js';
import { percentile } from './rest/load.js';
import { pin } from './rest/process-cpu.js';
import type { Target } from './rest/target.js';
import { runningSession } from './running-session.js';

/*
 * What the operator waits for: a session's life by each kind of id among very many records, as its service
 * reads it, with the indexes that it reads by and no others, which would take hours to fill here; and the
 * overview over HTTP with few and with many sessions that are live. `--full` has a million records.
 */
const RECORDS = isFull ? 1_000_000 : isQuick ? 5_000 : 50_000;
const LIVES = isQuick ? 30 : 200;
const LIFE_P95_MS = 200;

const FEW = 10;
const MANY = isQuick ? 1_000 : 10_000;
const ROUNDS = isQuick ? 2 : 9;
const LOOKS = 40;
/** Longer than the pause between two readings, so that each round has some. */
const ROUND_MS = 6_000;
const OVERVIEW_AT_MOST = 1.5;

const ADMIN_TOKEN = 'the-operators-token-of-this-bench';
const PIECE = 1_000;
const PART = 100_000;

/** The indexes by which a life is found. */
const READ_BY = ['vendorSession', 'ofConversation', 'ofTrace'];

/** A conversation and a trace that more sessions share than are shown. */
const BUSY = 'busy-conversation';
const BUSY_TRACE = 'f'.repeat(32);
const BUSY_SESSIONS = 100;

/** What is asked for lies so far apart; a multiple of it shares its names with others, at most. */
const STEP = 50;

const MONTH_MS = 30 * 86_400_000;
const BILL = { seconds: 60, credits: 2, source: 'vendor' } as const;

type Stubs = Forked<{ vendor: number; petya: number }, never, never>;

const stubs: Stubs = await Forked.start('stubs.process.js', [await makeCertificate()]);
const first = await openBenchDatabase();
measuredOn(first.server.description);
pin(stubs.pid, 'other');
pin(first.server.pid, 'other');
pin(process.pid, 'other');

await reportLives();
await reportOverviews();
stubs.stop();
await first.stop();
process.exit();

type BenchDatabase = Awaited<ReturnType<typeof openBenchDatabase>>;

async function start({ connection, server }: BenchDatabase, name: string): Promise<Target> {
  const { vendor: vendorPort, petya: petyaPort } = stubs.hello;
  const around = { mongodbUri: server.uri, petyaPort, vendorPort };
  const env = {
    MONGODB_URI: databaseUri(server.uri, connection.name),
    ADMIN_TOKEN,
    LOG_LEVEL: 'error',
    RECONCILE_SECONDS: '0',
    ERASURE_POLL_SECONDS: '600',
  };
  const app = await startApp(around, { name, env });
  pin(app.pid ?? undefined, 'measured');
  return app;
}

function ask({ port }: Target, path: string): Promise<unknown> {
  const url = `http://127.0.0.1:${port}/api/v1/admin/${path}`;
  return callApi(url, { bearer: ADMIN_TOKEN });
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** A session of the last month that is over and delivered, as nearly all are. */
function delivered(index: number): Session {
  const startedAt = new Date(Date.now() - (index / RECORDS) * MONTH_MS);
  const isBusy = index % (RECORDS / BUSY_SESSIONS) === 0;
  return runningSession(index, {
    state: 'delivered',
    conversationId: isBusy ? BUSY : `conversation-${index}`,
    traceId: isBusy ? BUSY_TRACE : traceOf(index),
    slot: null,
    media: null,
    createdAt: startedAt,
    startedAt,
    endedAt: new Date(startedAt.getTime() + BILL.seconds * 1_000),
    endReason: 'visitor_ended',
    billed: BILL,
    nextPollAt: null,
    endDueAt: null,
  });
}

function traceOf(index: number): string {
  return (index + 1).toString(16).padStart(32, '0');
}

async function fill({ connection }: BenchDatabase, size: number, make: (index: number) => Session) {
  const collection = connection.collection<{ _id: string }>('sessions');
  for (let from = 0; from < size; from += PIECE) {
    const count = Math.min(PIECE, size - from);
    const records = Array.from({ length: count }, (_, at) => toDocument(make(from + at)));
    await collection.insertMany(records, { ordered: false });
    if ((from + PIECE) % PART === 0) say(`  ${from + PIECE} records`);
  }
}

async function reportLives(): Promise<void> {
  const records = await openBenchDatabase(first.server, READ_BY);
  await fill(records, RECORDS, delivered);
  const lives = new LifeService(records.sessions, records.clock, records.config);
  const kinds: readonly (readonly [kind: string, idOf: (index: number) => string])[] = [
    ['its own id', (index) => `session-${index}`],
    ["the vendor's id", (index) => `vendor-${index}`],
    ['its conversation', (index) => `conversation-${index}`],
    ['its trace', traceOf],
    ['a whole traceparent', (index) => `00-${traceOf(index)}-b7ad6b7169203331-01`],
    [`a conversation of ${BUSY_SESSIONS} sessions`, () => BUSY],
    [`a trace of ${BUSY_SESSIONS} sessions`, () => BUSY_TRACE],
  ];
  const ms = new Map(kinds.map(([kind]) => [kind, [] as number[]]));
  // The first ones warm up.
  for (let time = -10; time < LIVES; time += 1) {
    for (const [kind, idOf] of time % 2 === 0 ? kinds : kinds.toReversed()) {
      // From all over, and none of those that share their names.
      const index = 1 + STEP * Math.floor(Math.random() * (RECORDS / STEP));
      const took = await msOf(() => lives.find(idOf(index)));
      if (time >= 0) ms.get(kind)?.push(took);
    }
  }
  for (const [kind, all] of ms) {
    const sorted = all.toSorted((one, other) => one - other);
    for (const [name, share] of [
      ['p50', 0.5],
      ['p95', 0.95],
    ] as const) {
      report({
        question: 'operator',
        figure: `${name} of a life among ${RECORDS} records, by ${kind}`,
        value: percentile(sorted, share),
        unit: 'ms',
        ...(name === 'p95' ? { atMost: LIFE_P95_MS, raw: { ms: all } } : {}),
      });
    }
  }
  await records.stop();
}

async function reportOverviews(): Promise<void> {
  const sizes = [FEW, MANY] as const;
  const databases = [];
  const apps: Target[] = [];
  for (const size of sizes) {
    const database = await openBenchDatabase(first.server);
    await fill(database, size, (index) => runningSession(index));
    databases.push(database);
    apps.push(await start(database, `overview-${size}`));
  }
  const ms = sizes.map(() => [] as number[]);
  const slowest = sizes.map(() => [] as number[]);
  // The first round warms up, and reads first.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const looks = sizes.map(() => [] as number[]);
    for (let look = 0; look < LOOKS; look += 1) {
      const order = [...apps.entries()];
      for (const [at, app] of (round + look) % 2 === 0 ? order : order.toReversed()) {
        looks[at]?.push(await msOf(() => ask(app, 'overview')));
      }
      await delay(ROUND_MS / LOOKS);
    }
    for (const [at, took] of looks.entries()) {
      if (round === 0) continue;
      ms[at]?.push(median(took));
      slowest[at]?.push(Math.max(...took));
    }
  }
  const [few = [], many = []] = ms;
  const rounds = many.map((each, round) => each / (few[round] ?? Number.NaN));
  report({
    question: 'operator',
    figure: `an overview, ${FEW} → ${MANY} live sessions`,
    value: median(rounds),
    unit: '×',
    rounds,
    atMost: OVERVIEW_AT_MOST,
    raw: { ms: Object.fromEntries(sizes.map((size, at) => [size, ms[at]])) },
  });
  for (const [at, size] of sizes.entries()) {
    for (const [what, all] of [
      ['an overview', ms[at] ?? []],
      ['the slowest overview of a round', slowest[at] ?? []],
    ] as const) {
      const figure = `${what} with ${size} live sessions`;
      report({ question: 'operator', figure, value: median(all), unit: 'ms', rounds: all });
    }
  }
  for (const app of apps) await app.stop();
  for (const database of databases) await database.stop();
}
