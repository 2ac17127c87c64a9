import { setTimeout as sleep } from 'node:timers/promises';
import { FAIL_POINTS, type FailPoint } from '#platform';
import { KILLED } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import { budgets, START_LEASE_MS } from '../budgets.js';
import { Random } from '../random.js';
import type { Scenario } from '../scenario.js';
import { Swarm } from '../swarm.js';
import { until } from '../until.js';
import type { Violation } from '../violations.js';
import type { World } from '../world.js';

/** A point must be reached by a few seconds of conversations. */
const REACHED_MS = 40_000;

/**
 * Places between a question to the vendor and its answer: the vendor holds the call back, having
 * acted or not, until whoever asked is dead.
 */
const ASKED = {
  'token.vendorAsked': 'token',
  'start.vendorAsked': 'start',
  'stop.vendorAsked': 'stop',
} as const;
const PLACES = [...FAIL_POINTS, ...(Object.keys(ASKED) as (keyof typeof ASKED)[])];
type Place = (typeof PLACES)[number];

/** Every place of sessions.md section 9, each hit by SIGKILL under conversations, then restarted. */
export const killPoints: Scenario = {
  name: 'kill-points',
  async run(world, { part, seed, isFull, say }) {
    const points = PLACES.filter((point) => part === null || point === part);
    const rounds = isFull ? 25 : 2;
    const random = new Random(seed);
    const ledger = new ClientLedger();
    const swarm = new Swarm(world, ledger, {
      name: 'kill',
      seed,
      stopBudgetMs: budgets.T4.scaledMs + START_LEASE_MS,
      patienceMs: START_LEASE_MS + 10_000,
    });
    const over = new AbortController();
    const talking = swarm.keepTalking(3, over.signal);
    const violations: Violation[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const point of random.shuffled(points)) {
        say(`kill ${point}`);
        const wasReached = isAsked(point)
          ? await killWhileAsked(world, ASKED[point], random)
          : await killAt(world, point, round % 2, random);
        if (!wasReached) violations.push(unreached(point));
      }
      await world.replica(round % 2).process.start();
    }
    over.abort();
    await talking;
    const what = part === null ? 'kill points' : `kill at ${part}`;
    const runs = points.length * rounds;
    const only = part === null ? 'kill-points' : `kill-points:${part}`;
    return [{ what, runs, ledger, violations, only, planned: KILLED }];
  },
};

function isAsked(point: Place): point is keyof typeof ASKED {
  return point in ASKED;
}

function unreached(point: Place): Violation {
  return { kind: 'state', tag: null, evidence: `no process came to ${point}` };
}

/**
 * Arms one process and waits for its death. Petya is started again; a replica leaves what it held
 * to the other one and comes back armed for its next death.
 */
async function killAt(
  world: World,
  point: FailPoint,
  index: number,
  random: Random,
): Promise<boolean> {
  const isPetya = point.startsWith('petya.');
  const process = isPetya ? world.petya : world.replica(index).process;
  await process.kill();
  await process.launch({ FAILPOINT: `${point}:kill:${isPetya ? 1 : random.between(1, 2)}` });
  world.note(`${process.name} armed with ${point}`);
  const dies = process.exited();
  if (point.startsWith('shutdown.')) {
    await process.waitUntilHealthy();
    process.signal('SIGTERM');
  }
  const wasReached = await until(async () => {
    if (point.startsWith('sweep.')) await leaveLeftover(world);
    return !process.isRunning;
  }, REACHED_MS);
  if (wasReached) await dies;
  else await process.kill();
  world.note(`${process.name} dead at ${point}`);
  if (isPetya) await process.start();
  return wasReached;
}

/** Both replicas die, since either may have asked. */
async function killWhileAsked(world: World, route: string, random: Random): Promise<boolean> {
  const replicas = world.replicas.map(({ process }) => process);
  await Promise.all(replicas.filter((each) => !each.isRunning).map((each) => each.start()));
  const kind = random.pick(['hang', 'effect-then-hang'] as const);
  await world.control.fault({ route, kind, times: 1 });
  const wasReached = await until(
    async () => !(await world.control.waitingFaults()).faults.some((fault) => fault.kind === kind),
    REACHED_MS,
  );
  await Promise.all(replicas.map((each) => each.kill()));
  world.note(`both replicas dead while the vendor holds a ${route}`);
  await Promise.all(replicas.map((each) => each.start()));
  return wasReached;
}

/** The vendor says that it has stopped a session and lets it run. */
async function leaveLeftover(world: World): Promise<void> {
  const body = { code: 1000, data: null, message: 'ok' };
  await world.control.fault({ route: 'stop', kind: 'status', status: 200, body, times: 1 });
  await sleep(500);
}
