import { setTimeout as delay } from 'node:timers/promises';
import { toDocument } from '../../apps/ilianaai-avatar/src/sessions/store/session.mapper.js';
import { countedUri, countTrips } from '../ilianaai-avatar/database-trips.js';
import { databaseUri } from '../stack/database-uri.js';
import { callApi } from '../stack/json-api.js';
import { say } from '../stack/say.js';
import { startAvatar } from '../support/avatar-app.js';
import { openBenchDatabase } from './bench-database.js';
import { isQuick, measuredOn, median, report } from './figures.js';
import { DATABASE_NAME, makeCertificate, startApp } from './rest/apps.js';
import { Forked } from './rest/forked.js';
import { CAPPED_KEYS } from './rest/petya.stub.js';
import { pin } from './rest/process-cpu.js';
import { VENDOR_KEY } from './rest/vendor.stub.js';
import { runningSession } from './running-session.js';

/*
 * What it costs that an account's minutes are capped: tokens of accounts with caps beside those of one
 * without, of the same app and database, in turn and in turned order. One account is fresh, others have
 * used something already.
 */
const ROUNDS = isQuick ? 3 : 9;
const TIMES = isQuick ? 10 : 20;
const AT_ONCE = 20;
/** A replica that has just started knows of no account what it has used. */
const STARTS = isQuick ? 1 : 3;
const AT_LEAST = 0.9;
const MORE_TRIPS = 1;

/** Upkeep leaves them alone. */
const NOBODY_ELSES = {
  owner: 'bench',
  lane: 'end',
  epoch: 1,
  until: new Date(Date.now() + 86_400_000),
} as const;

/** By then an app has made its indexes. */
const QUIET_MS = 3_000;

const BILL = { seconds: 60, credits: 2, source: 'vendor' } as const;
/** No session of the last two minutes is taken for settled. */
const SETTLED_MS = 300_000;

interface Asker {
  readonly name: string;
  readonly key: string;
  /** Sessions that it has had, and since how many hours. */
  readonly had: number;
  readonly hours: number;
}

const OPEN: Asker = { name: 'no caps', key: 'SE_open_0', had: 0, hours: 0 };
const CAPPED: readonly Asker[] = [
  { name: 'fresh', key: `${CAPPED_KEYS}0`, had: 0, hours: 0 },
  { name: '1,000 sessions today', key: `${CAPPED_KEYS}1`, had: 1_000, hours: 10 },
  { name: '10,000 sessions this month', key: `${CAPPED_KEYS}2`, had: 10_000, hours: monthHours() },
];
const ALL = [OPEN, ...CAPPED];

type Stubs = Forked<{ vendor: number; petya: number }, never, never>;

const database = await openBenchDatabase();
measuredOn(database.server.description);
const sessions = database.connection.useDb(DATABASE_NAME).collection<{ _id: string }>('sessions');
const stubs: Stubs = await Forked.start('stubs.process.js', [await makeCertificate()]);
const { vendor: vendorPort, petya: petyaPort } = stubs.hello;
const around = { mongodbUri: database.server.uri, petyaPort, vendorPort };
pin(stubs.pid, 'other');
pin(database.server.pid, 'other');
pin(process.pid, 'other');

// The first makes the indexes.
await (await start()).stop();
for (const asker of ALL) await fill(asker);
await reportTimes();
await reportFirst();
await reportTrips();
stubs.stop();
await database.connection.useDb(DATABASE_NAME).dropDatabase();
await database.stop();
process.exit();

async function start() {
  const app = await startApp(around, { name: 'ours', env: { LOG_LEVEL: 'error' } });
  pin(app.pid ?? undefined, 'measured');
  return app;
}

/** The hours of this month by noon of today, at most. */
function monthHours(): number {
  return Math.max(10, (new Date().getUTCDate() - 1) * 24);
}

async function fill({ key, had, hours }: Asker): Promise<void> {
  const accountId = key.slice(3);
  const lastMs = Date.now() - SETTLED_MS;
  const stepMs = (hours * 3_600_000) / Math.max(1, had);
  const records = Array.from({ length: had }, (_, index) => {
    const startedAt = new Date(lastMs - index * stepMs);
    const id = `${accountId}-${index}`;
    return runningSession(index, {
      id,
      vendorSessionId: id,
      accountId,
      slot: null,
      state: 'delivered',
      media: null,
      createdAt: startedAt,
      startedAt,
      endedAt: new Date(startedAt.getTime() + BILL.seconds * 1000),
      billed: BILL,
      nextPollAt: null,
      dueAt: null,
      endDueAt: null,
      lease: NOBODY_ELSES,
    });
  });
  for (let from = 0; from < had; from += 1000) {
    await sessions.insertMany(records.slice(from, from + 1000).map(toDocument));
  }
}

async function reportTimes(): Promise<void> {
  const app = await start();
  for (const [how, atOnce] of [
    ['one after the other', 1],
    [`${AT_ONCE} at once`, AT_ONCE],
  ] as const) {
    const ms = new Map(ALL.map(({ name }) => [name, [] as number[]]));
    // The first rounds warm up.
    for (let round = -2; round < ROUNDS; round += 1) {
      for (const asker of round % 2 === 0 ? ALL : ALL.toReversed()) {
        const took = await msOfTokens(app.port, asker, atOnce);
        if (round >= 0) ms.get(asker.name)?.push(took);
      }
    }
    const without = ms.get(OPEN.name) ?? [];
    for (const { name } of CAPPED) {
      const rounds = (ms.get(name) ?? []).map((each, round) => (without[round] ?? NaN) / each);
      report({
        question: 'minutes',
        figure: `tokens a second ÷ without caps, ${how}: ${name}`,
        value: median(rounds),
        unit: '×',
        rounds,
        atLeast: AT_LEAST,
        raw: { ms: Object.fromEntries(ms) },
      });
    }
    report({
      question: 'minutes',
      figure: `a token without caps, ${how}`,
      value: median(without),
      unit: 'ms',
      rounds: without,
    });
  }
  await app.stop();
}

/** Of a replica that has just started, the second token: the first one reads code as well. */
async function reportFirst(): Promise<void> {
  const ms = new Map(ALL.map(({ name }) => [name, [] as number[]]));
  for (let time = 0; time < STARTS; time += 1) {
    const app = await start();
    await msOfTokens(app.port, { ...OPEN, key: 'SE_other_0' }, 1);
    for (const asker of time % 2 === 0 ? ALL : ALL.toReversed()) {
      const began = performance.now();
      await token(app.port, asker);
      ms.get(asker.name)?.push(performance.now() - began);
      await clear(asker);
    }
    await app.stop();
  }
  for (const [name, rounds] of ms) {
    const figure = `the first token that a replica is asked for: ${name}`;
    report({ question: 'minutes', figure, value: median(rounds), unit: 'ms', rounds });
  }
}

/** By the driver's own events, in an app of this process. */
async function reportTrips(): Promise<void> {
  const uri = countedUri(databaseUri(database.server.uri, DATABASE_NAME));
  const app = await startAvatar({
    vendorUrl: `http://127.0.0.1:${vendorPort}`,
    vendorKey: VENDOR_KEY,
    petyaUrl: `http://127.0.0.1:${petyaPort}`,
    database: { uri, name: DATABASE_NAME, drop: () => Promise.resolve() },
    environment: { LOG_LEVEL: 'error', UPKEEP_POLL_SECONDS: '30', ERASURE_POLL_SECONDS: '600' },
  });
  const trips = countTrips(app.connection);
  const counts = new Map<string, number>();
  // What it does when it starts is no token's.
  await delay(QUIET_MS);
  await token(app.port, { ...OPEN, key: 'SE_other_0' });
  for (const asker of ALL) {
    for (const how of ['first', 'later'] as const) {
      trips.reset();
      await token(app.port, asker);
      if (isQuick) say(`  ${asker.name}, ${how}: ${tally(trips.lines)}`);
      counts.set(`${asker.name}, ${how}`, trips.lines.length);
      await clear(asker);
    }
  }
  const without = counts.get(`${OPEN.name}, later`) ?? NaN;
  for (const { name } of CAPPED) {
    for (const how of ['first', 'later'] as const) {
      report({
        question: 'minutes',
        figure: `more round trips of a token than without caps (${without}): ${name}, ${how}`,
        value: (counts.get(`${name}, ${how}`) ?? NaN) - without,
        unit: '',
        // The first look of five minutes reads all that the account has had.
        ...(how === 'later' ? { atMost: MORE_TRIPS } : {}),
      });
    }
  }
  await app.stop();
}

/** Milliseconds for each token; the sessions are taken away again, outside of what is timed. */
async function msOfTokens(port: number, asker: Asker, atOnce: number): Promise<number> {
  const times = atOnce === 1 ? TIMES : Math.ceil(TIMES / 10);
  let ms = 0;
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    await Promise.all(Array.from({ length: atOnce }, () => token(port, asker)));
    ms += performance.now() - began;
    if (atOnce > 1) await clear(asker);
  }
  await clear(asker);
  return ms / times / atOnce;
}

async function token(port: number, { key }: Asker): Promise<void> {
  await callApi(`http://127.0.0.1:${port}/v1/sessions/token`, { apiKey: key, body: {} });
}

async function clear({ key }: Asker): Promise<void> {
  await sessions.deleteMany({ accountId: key.slice(3), state: 'created' });
}

function tally(lines: readonly string[]): string {
  const times = new Map<string, number>();
  for (const line of lines) times.set(line, (times.get(line) ?? 0) + 1);
  return [...times].map(([line, count]) => `${count} × ${line}`).join('; ');
}
