import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startDatabase } from '../stack/database.js';
import { projectRoot } from '../stack/project-root.js';
import { say } from '../stack/say.js';
import { isQuick, measuredOn, median, report, shown } from './figures.js';
import { STEPS } from './life/life-steps.js';
import type { LivesOrder, LivesResult } from './life/lives.js';
import { heldBytes } from './profile/profiler.js';
import { makeCertificate, startApp } from './rest/apps.js';
import { Forked } from './rest/forked.js';
import { percentile } from './rest/load.js';
import { installPeers, startPlain } from './rest/peers.js';
import { cpuMicrosOf, movedBy, pin } from './rest/process-cpu.js';
import type { Target } from './rest/target.js';

/*
 * What a whole conversation costs: a token, a start, ten messages, eight signs of life, the history
 * and the stop, and what comes after it until Petya has the transcript. Beside us stand two
 * services that do it the plain way: one process, everything in memory, nothing checked. A third one
 * is as plain, and keeps what it is told in the same database: what lasting alone costs.
 */
const ROUNDS = isQuick ? 2 : 5;
const LIVES = isQuick ? 60 : 200;
/** Lives that begin in a second; the database here is written in Python. */
const RATE = isQuick ? 4 : 6;
const GAP_MS = 50;
const WARM_UP = 100;
const HELD = isQuick ? [200, 600] : [1_000, 10_000];
const DELIVERED_WITHIN_MS = 120_000;

const EXPRESS = 'express + axios + ws';
const FASTIFY = 'fastify + undici';
const DURABLE = 'express + axios + ws, kept in MongoDB';
const PEERS = [EXPRESS, FASTIFY, DURABLE];
const AIMS: Readonly<Record<string, number>> = { [EXPRESS]: 1, [FASTIFY]: 1.5 };

interface Round {
  /** Microseconds of processor time a life. */
  readonly cpuMicros: number;
  readonly databaseMicros: number;
  /** Bytes that it reads and writes in a life, over sockets for nearly all. */
  readonly bytes: number;
  /** Times that it reads or writes something in a life. */
  readonly transfers: number;
  readonly times: LivesResult['times'];
}

tellRoundTrips();
await installPeers();
const stubs = await Forked.start<
  { vendor: number; petya: number },
  'count',
  { deliveries: number }
>('stubs.process.js', [await makeCertificate()]);
const generator = await Forked.start<'ready', LivesOrder, LivesResult>('../life/lives.process.js');
const database = await startDatabase();
measuredOn(database.description);
const around = {
  mongodbUri: database.uri,
  vendorPort: stubs.hello.vendor,
  petyaPort: stubs.hello.petya,
};
const targets: readonly Target[] = [
  await startApp(around, { name: 'ours', env: { UPKEEP_POLL_SECONDS: '1' } }),
  await startPlain(EXPRESS, 'plain-express.peer.mjs', around),
  await startPlain(FASTIFY, 'plain-fastify.peer.mjs', around),
  await startPlain(DURABLE, 'durable-express.peer.mjs', around),
];
for (const { pid } of targets) pin(pid ?? undefined, 'measured');
for (const pid of [stubs.pid, generator.pid, database.pid]) pin(pid, 'other');
try {
  for (const target of targets) await measure(target, 10, WARM_UP);
  await compareLives();
  await compareMemory();
} finally {
  generator.stop();
  await Promise.all(targets.map((target) => target.stop()));
  stubs.stop();
  await database.stop();
}
process.exit();

async function compareLives(): Promise<void> {
  const rounds = new Map<string, Round[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const target of round % 2 === 0 ? targets : targets.toReversed()) {
      rounds.get(target.name)?.push(await measure(target, RATE, LIVES));
    }
  }
  say(`\n${RATE} lives a second`);
  for (const [name, of] of rounds) describe(name, of);
  const ours = rounds.get('ours') ?? [];
  for (const peer of PEERS) {
    const theirs = rounds.get(peer) ?? [];
    const ratio = (figure: (round: Round) => number): number[] =>
      ours.map((round, index) => figure(round) / figure(theirs[index] ?? round));
    const cpu = ratio(({ cpuMicros }) => cpuMicros);
    report({
      question: 'life',
      figure: `processor time of a life at ${RATE}/s ÷ ${peer}`,
      value: median(cpu),
      unit: '×',
      atMost: AIMS[peer],
      rounds: cpu,
      raw: { ours: ours.map(withoutTimes), theirs: theirs.map(withoutTimes) },
    });
    for (const figure of ['bytes', 'transfers'] as const) {
      const each = ratio((round) => round[figure]);
      const what = figure === 'bytes' ? 'bytes read and written' : 'reads and writes';
      report({
        question: 'life',
        figure: `${what} in a life ÷ ${peer}`,
        value: median(each),
        unit: '×',
        rounds: each,
      });
    }
    for (const step of STEPS) {
      for (const share of [0.5, 0.99]) {
        const each = ratio(({ times }) => timeOf(times[step], share));
        report({
          question: 'life',
          figure: `p${share * 100} of ${step} at ${RATE}/s ÷ ${peer}`,
          value: median(each),
          unit: '×',
          ...(peer === EXPRESS ? { atMost: 1.3 } : {}),
          rounds: each,
        });
      }
    }
  }
  const perLife = ours.map(({ databaseMicros }) => databaseMicros / 1000);
  report({
    question: 'life',
    figure: `the database's processor time of a life at ${RATE}/s`,
    value: median(perLife),
    unit: 'ms',
    rounds: perLife,
  });
}

/** Lets lives begin at a rate, and counts until what they left behind is done as well. */
async function measure(target: Target, perSecond: number, lives: number): Promise<Round> {
  const told = (await stubs.ask('count')).deliveries;
  const before = [cpuMicrosOf(target.pid), cpuMicrosOf(database.pid ?? null)] as const;
  const moved = movedBy(target.pid);
  const order = { port: target.port, lives, pace: { perSecond, gapMs: GAP_MS } };
  const { times, wrong } = await generator.ask(order);
  if (wrong.length > 0) throw new Error(`${target.name}: ${wrong.length} wrong, as ${wrong[0]}`);
  const deadline = performance.now() + DELIVERED_WITHIN_MS;
  while ((await stubs.ask('count')).deliveries - told < lives) {
    if (performance.now() > deadline) throw new Error(`${target.name} does not deliver`);
    await delay(50);
  }
  const after = movedBy(target.pid);
  return {
    cpuMicros: (cpuMicrosOf(target.pid) - before[0]) / lives,
    databaseMicros: (cpuMicrosOf(database.pid ?? null) - before[1]) / lives,
    bytes: (after.bytes - moved.bytes) / lives,
    transfers: (after.transfers - moved.transfers) / lives,
    times,
  };
}

/** What each thousand of sessions that are open takes, once all garbage is collected. */
async function compareMemory(): Promise<void> {
  const [few = 0, many = 0] = HELD;
  const perThousand = new Map<string, number>();
  for (const target of targets.filter(({ name }) => name !== DURABLE)) {
    const held: number[] = [];
    for (const [index, size] of HELD.entries()) {
      const lives = size - (HELD[index - 1] ?? 0);
      const { wrong } = await generator.ask({ port: target.port, lives });
      if (wrong.length > 0)
        throw new Error(`${target.name}: ${wrong.length} wrong, as ${wrong[0]}`);
      held.push(await heldBytes(target.pid ?? 0));
    }
    const [first = Number.NaN, last = Number.NaN] = held;
    const each = ((last - first) / (many - few)) * 1000;
    perThousand.set(target.name, each);
    say(`  ${target.name}: ${shown(each / 1024 ** 2)} MiB for each 1,000 live sessions`);
  }
  const ours = perThousand.get('ours') ?? Number.NaN;
  for (const peer of [EXPRESS, FASTIFY]) {
    report({
      question: 'life',
      figure: `memory of ${few} → ${many} live sessions ÷ ${peer}`,
      value: ours / (perThousand.get(peer) ?? Number.NaN),
      unit: '×',
      ...(peer === EXPRESS ? { atMost: 0.5 } : {}),
      raw: Object.fromEntries(perThousand),
    });
  }
}

function describe(name: string, rounds: readonly Round[]): void {
  const cpuMs = median(rounds.map(({ cpuMicros }) => cpuMicros / 1000));
  const of = (figure: 'bytes' | 'transfers'): number =>
    median(rounds.map((round) => round[figure]));
  say(
    `  ${name}: ${shown(cpuMs)} ms of processor time a life, ` +
      `${shown(of('transfers'))} reads and writes of ${shown(of('bytes') / 1000)} kB`,
  );
  for (const step of STEPS) {
    const ms = (share: number): string =>
      shown(median(rounds.map(({ times }) => timeOf(times[step], share))));
    say(`    ${step.padEnd(12)} p50 ${ms(0.5)} ms, p99 ${ms(0.99)} ms`);
  }
}

function timeOf(times: readonly number[], share: number): number {
  return percentile(
    times.toSorted((one, other) => one - other),
    share,
  );
}

function withoutTimes({ times: _times, ...figures }: Round) {
  return figures;
}

/**
 * What one session asks of the database. Nothing is measured here: the numbers are those that
 * `test/ilianaai-avatar/round-trips.e2e-spec.ts` counts in a real session and holds to this file.
 */
function tellRoundTrips(): void {
  const path = join(projectRoot, 'test', 'ilianaai-avatar', 'round-trip-budget.json');
  const { trips, writtenBytes } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly trips: Readonly<Record<string, readonly string[]>>;
    readonly writtenBytes: number;
  };
  const aims: Readonly<Record<string, number>> = { token: 1, start: 2, stop: 2, upkeep: 6 };
  for (const [stage, lines] of Object.entries(trips)) {
    // What messages that come together take depends on how they meet.
    if (stage.includes('at once')) continue;
    report({
      question: 'life',
      figure: `round trips of ${stage}`,
      value: lines.length,
      unit: 'trips',
      atMost: aims[stage],
      raw: lines,
    });
  }
  report({
    question: 'life',
    figure: 'written in a life of ten turns, at most',
    value: writtenBytes / 1000,
    unit: 'kB',
  });
}
