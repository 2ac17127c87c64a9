import { toDocument } from '../../apps/ilianaai-avatar/src/sessions/store/session.mapper.js';
import { LIVE_STATES } from '../../apps/ilianaai-avatar/src/sessions/domain/session-states.js';
import { openBenchDatabase } from './bench-database.js';
import { isQuick, measuredOn, median, report } from './figures.js';
import { runningSession } from './running-session.js';

/*
 * What looks, calls and lists cost with few and with many sessions that are running: cost has to
 * grow with what is due or asked for, not with what exists. One collection for each size, asked in
 * turn and in turned order, so that whatever else the machine does falls on all of them.
 */
const SIZES = [10, 1_000, 10_000] as const;
const ROUNDS = isQuick ? 3 : 9;
const TIMES = isQuick ? 5 : 15;
const AT_MOST = 1.5;
const PAGE = 51;

type Database = Awaited<ReturnType<typeof openBenchDatabase>>;
type Ask = (database: Database, index: number) => Promise<unknown>;

const QUESTIONS: readonly { figure: string; atMost?: number; times?: number; ask: Ask }[] = [
  { figure: 'an upkeep tick with nothing due', atMost: AT_MOST, ask: look },
  { figure: 'the records of a token and a start', atMost: AT_MOST, ask: open },
  { figure: "an account's live sessions", atMost: AT_MOST, ask: listOfAccount },
  {
    figure: "the operator's first page of live sessions",
    atMost: AT_MOST,
    times: 1,
    ask: firstPage,
  },
  // How far a page can be from growing on this server: the driver, an index for it, no order.
  { figure: "the driver's own first page by an index", times: 1, ask: bareFirstPage },
];

const first = await openBenchDatabase();
measuredOn(first.server.description);
const databases = [first];
for (const _ of SIZES.slice(1)) databases.push(await openBenchDatabase(first.server));
for (const [at, size] of SIZES.entries()) await fill(databases[at] as Database, size);
for (const { figure, atMost, times = TIMES, ask } of QUESTIONS) {
  const ms = SIZES.map(() => [] as number[]);
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const order = [...databases.entries()];
    for (const [at, database] of round % 2 === 0 ? order : order.toReversed()) {
      const took = await typicalMs(database, times, ask);
      if (round > 0) ms[at]?.push(took);
    }
  }
  const [few = [], some = [], many = []] = ms;
  for (const [label, more] of [
    ['10 → 1,000', some],
    ['10 → 10,000', many],
  ] as const) {
    const rounds = more.map((each, round) => each / (few[round] ?? Number.NaN));
    const isLast = more === many;
    report({
      question: 'growth',
      figure: `${figure}, ${label}`,
      value: median(rounds),
      unit: '×',
      rounds,
      ...(isLast && atMost !== undefined ? { atMost } : {}),
      ...(isLast ? { raw: { ms: { 10: few, 1000: some, 10000: many } } } : {}),
    });
  }
}
for (const database of databases.toReversed()) await database.stop();
process.exit();

async function fill({ connection }: Database, size: number): Promise<void> {
  const collection = connection.collection<{ _id: string }>('sessions');
  for (let from = 0; from < size; from += 1000) {
    const count = Math.min(1000, size - from);
    const records = Array.from({ length: count }, (_, at) => runningSession(from + at));
    await collection.insertMany(records.map(toDocument));
  }
}

async function typicalMs(database: Database, wanted: number, ask: Ask): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < wanted; index += 1) {
    const began = performance.now();
    await ask(database, index);
    times.push(performance.now() - began);
  }
  return median(times);
}

/** One look of both lanes, as the worker makes it each second. */
async function look({ sessions }: Database): Promise<void> {
  const now = new Date();
  for (const lane of ['end', 'life', 'outbox'] as const) {
    const due = await sessions.listDue({ lane, now, limit: 16, notAccounts: [] });
    if (due.length > 0) throw new Error('Nothing should be due.');
  }
}

/** What a token and a start ask the database for, without vendor and HTTP; leaves nothing behind. */
async function open({ sessions, connection }: Database, index: number): Promise<void> {
  const id = `opened-${index}`;
  const accountId = `account-${index % 2}`;
  const members = { vendorSessionId: id, accountId, slot: 900, state: 'created' } as const;
  await sessions.listLive(accountId);
  await sessions.insert(runningSession(0, { id, ...members, state: 'creating' }));
  const created = await sessions.readAndChange({ id, accountId }, () => ({ state: 'created' }));
  const held = created && (await sessions.change(created, () => ({ state: 'starting' })));
  if (!held || !(await sessions.writeAndRelease(held, () => ({ state: 'active' })))) {
    throw new Error('The session should have started.');
  }
  await connection.collection<{ _id: string }>('sessions').deleteOne({ _id: id });
}

async function listOfAccount({ sessions }: Database, index: number): Promise<void> {
  await sessions.listLive(`account-${index % 2}`);
}

async function firstPage({ sessions }: Database): Promise<void> {
  await sessions.listByState(LIVE_STATES, { limit: PAGE, after: null });
}

async function bareFirstPage({ connection }: Database): Promise<void> {
  await connection.collection('sessions').find({ state: 'active' }).limit(PAGE).toArray();
}
