import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedFaults } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import { judge } from '../judgement.js';
import { Random } from '../random.js';
import { Readiness } from '../readiness.js';
import type { ApartScenario, Outcome, RunSettings } from '../scenario.js';
import { Swarm } from '../swarm.js';
import type { Violation } from '../violations.js';
import { chaosPath, World } from '../world.js';
import { streamsInElection } from './election-streams.js';

/** From the failure of a primary to the next one, as a replica set takes by its defaults. */
const ELECTION_MS = 12_000;

const SESSIONS = 18;

/** Machines that hardly keep their time differ by less. */
const CLOCKS_APART_MS = 500;

/** Of commands that meet each of the faults: three times as many as a bad day has. */
const FAULT_SHARE = 0.01;

/** A drain takes no longer, with or without a database. */
const EXIT_MS = 25_000;

/** Callers are told "later", and nothing else goes wrong. */
const WEATHER: PlannedFaults = { losesAnswers: false, statuses: [503] };

type Part = (world: World, settings: RunSettings) => Promise<Outcome>;

const PARTS: Readonly<Record<string, Part>> = {
  talk: talkThrough,
  faults: talkUnderFaults,
  streams: (world, settings) => streamsInElection(world, settings, ELECTION_MS),
  shutdown: shutDownIn,
  start: startAround,
};

/** The database is a replica set that holds elections: in conversations, at starts, at the end. */
export const elections: ApartScenario = {
  name: 'elections',
  isOnlyFull: false,
  async runApart(settings) {
    const logFolder = chaosPath('logs', 'elections');
    const world = await World.start({ logFolder, hasReplicaSet: true, heygen: true });
    try {
      const outcomes: Outcome[] = [];
      for (const [name, part] of Object.entries(PARTS)) {
        if (settings.part !== null && settings.part !== name) continue;
        settings.say(`elections: ${name}`);
        outcomes.push(await part(world, settings));
        await world.heal();
      }
      return await judge(world, outcomes);
    } finally {
      await world.stop();
    }
  },
};

async function talkThrough(world: World, { seed, isFull }: RunSettings): Promise<Outcome> {
  const runs = isFull ? 25 : 1;
  const random = new Random(seed + 5_000);
  const { ledger, swarm } = speakers(world, 'elect', seed);
  const over = new AbortController();
  const talking = swarm.keepTalking(SESSIONS, over.signal);
  const readiness = new Readiness(world);
  for (let run = 0; run < runs; run += 1) {
    await sleep(2_000);
    world.note('election');
    const aheadMs = random.between(-CLOCKS_APART_MS, CLOCKS_APART_MS);
    await world.replicaSet.elect(ELECTION_MS, aheadMs);
    await readiness.measure(allOf(world));
    await sleep(2_000);
  }
  over.abort();
  await talking;
  const what = `elections, ${SESSIONS} sessions talk`;
  const violations = [...readiness.violations, ...unfelt(ledger)];
  const note = (): string => readiness.note;
  return { what, runs, ledger, planned: WEATHER, violations, only: 'elections:talk', note };
}

/** Each command meets each fault now and then; some refusals do not say that they may be repeated. */
async function talkUnderFaults(world: World, { seed, isFull }: RunSettings): Promise<Outcome> {
  const { ledger, swarm } = speakers(world, 'faults', seed);
  const { faults } = world.replicaSet;
  faults.strike(FAULT_SHARE, seed, 0.5);
  const over = AbortSignal.timeout(isFull ? 300_000 : 10_000);
  await swarm.keepTalking(SESSIONS, over);
  faults.clear();
  const struck = Object.values(faults.struck()).reduce((sum, times) => sum + times, 0);
  const what = `${FAULT_SHARE * 100} % of each fault, ${SESSIONS} sessions talk`;
  const note = (): string => `${struck} commands struck`;
  return { what, runs: 1, ledger, planned: WEATHER, only: 'elections:faults', note };
}

/** A replica is told to end while there is no primary, or ends when it is lost. */
async function shutDownIn(world: World, { seed, isFull }: RunSettings): Promise<Outcome> {
  const runs = isFull ? 10 : 1;
  const { ledger, swarm } = speakers(world, 'shut', seed);
  const over = new AbortController();
  const talking = swarm.keepTalking(6, over.signal);
  const readiness = new Readiness(world);
  const violations: Violation[] = [];
  for (let run = 0; run < runs; run += 1) {
    await sleep(1_500);
    const { process } = world.replica(run % 2);
    const began = Date.now();
    const isFirst = run % 4 < 2;
    if (isFirst) await loseFor(world, 1_000);
    world.note(`${process.name} is told to end`);
    const ended = process.stop(EXIT_MS + 5_000);
    if (!isFirst) await loseFor(world, 0);
    const exit = await ended;
    const tookMs = Date.now() - began;
    if (exit?.code !== 0 || tookMs > EXIT_MS) {
      const evidence = `${process.name} ended after ${tookMs} ms: ${JSON.stringify(exit)}`;
      violations.push({ kind: 'budget', tag: null, evidence });
    }
    await process.launch();
    await sleep(Math.max(0, began + ELECTION_MS - Date.now()));
    world.replicaSet.stepUp();
    await readiness.measure(allOf(world));
  }
  over.abort();
  await talking;
  violations.push(...readiness.violations);
  // Whoever calls a replica that has ended is not answered.
  const planned = { ...WEATHER, losesAnswers: true };
  const note = (): string => readiness.note;
  const what = 'a replica ends in an election';
  return { what, runs, ledger, planned, violations, only: 'elections:shutdown', note };
}

async function loseFor(world: World, ms: number): Promise<void> {
  world.note('election');
  world.replicaSet.stepDown();
  await sleep(ms);
}

const STARTS = ['before an election', 'in an election', 'after an election', 'before the database'];

/** One replica and Petya start while the database has no primary yet. */
async function startAround(world: World, { seed, isFull, say }: RunSettings): Promise<Outcome> {
  const rounds = isFull ? 8 : 1;
  const random = new Random(seed + 6_000);
  const noPrimaryMs = isFull ? ELECTION_MS : 5_000;
  const lateMs = isFull ? 60_000 : 9_000;
  const readiness = new Readiness(world);
  for (let round = 0; round < rounds; round += 1) {
    for (const when of random.shuffled(STARTS)) {
      say(`start ${when}`);
      world.note(`start ${when}`);
      const processes = [world.petya, world.replica(round % 2).process];
      await Promise.all(processes.map((process) => process.kill()));
      const launch = (): Promise<unknown> =>
        Promise.all(processes.map((process) => process.launch()));
      const { replicaSet } = world;
      if (when === 'before the database') replicaSet.disappear();
      else if (when !== 'before an election') replicaSet.stepDown();
      if (when !== 'after an election') await launch();
      if (when === 'before an election') {
        // It is about to connect, has just done so, or is making its indexes.
        await sleep(random.between(300, 3_000));
        replicaSet.stepDown();
      }
      await sleep(when === 'before the database' ? lateMs : noPrimaryMs);
      replicaSet.heal();
      if (when === 'after an election') await launch();
      await readiness.measure(processes);
    }
  }
  const ledger = new ClientLedger();
  const what = 'processes start around an election';
  const runs = rounds * STARTS.length;
  const note = (): string => readiness.note;
  const { violations } = readiness;
  return { what, runs, ledger, planned: WEATHER, violations, only: 'elections:start', note };
}

function speakers(world: World, name: string, seed: number) {
  const ledger = new ClientLedger();
  const options = { name, seed, stopBudgetMs: null, patienceMs: 60_000, pauseMs: 400 };
  return { ledger, swarm: new Swarm(world, ledger, options) };
}

function allOf(world: World) {
  return [world.petya, ...world.replicas.map(({ process }) => process)];
}

function unfelt(ledger: ClientLedger): Violation[] {
  if (ledger.requests.some(({ status }) => status === 503)) return [];
  return [{ kind: 'state', tag: null, evidence: 'nobody was told 503: no election was felt' }];
}
