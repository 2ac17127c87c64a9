import { setTimeout as sleep } from 'node:timers/promises';
import { FAIL_POINTS, type FailPoint } from '#platform';
import type { ManagedProcess } from '../../stack/managed-process.js';
import { KILLED } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import { budgetBegunAnew, budgets, START_LEASE_MS } from '../budgets.js';
import { Random } from '../random.js';
import type { Scenario } from '../scenario.js';
import { Swarm } from '../swarm.js';
import { holdsWithin } from '../holds-within.js';
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

/** Every named place of the engine, each hit by SIGKILL under conversations, then restarted. */
export const killPoints: Scenario = {
  name: 'kill-points',
  async run(world, { part, seed, isFull, say }) {
    const places = PLACES.filter((place) => part === null || place === part);
    const rounds = isFull ? 25 : 2;
    const random = new Random(seed);
    const ledger = new ClientLedger();
    const swarm = new Swarm(world, ledger, {
      name: 'kill',
      seed,
      // Replicas die all the time here: whoever takes over from the dead may be dead next.
      stopBudgetMs: budgets.T4.scaledMs + budgets.T5.scaledMs + START_LEASE_MS,
      patienceMs: START_LEASE_MS + 10_000,
    });
    const over = new AbortController();
    const talking = swarm.keepTalking(3, over.signal);
    const violations: Violation[] = [];
    const sweepsDiedAtMs: number[] = [];
    const note = (place: Place, wasReached: boolean): void => {
      say(`killed at ${place}`);
      if (place.startsWith('sweep.')) sweepsDiedAtMs.push(Date.now());
      if (!wasReached) violations.push(unreached(place));
    };
    for (let round = 0; round < rounds; round += 1) {
      const order = random.shuffled(places);
      await Promise.all(
        victims(world, order, round).map(async ({ process, points }) => {
          for (const point of points) note(point, await killAt(world, process, point, random));
        }),
      );
      await world.heal();
      for (const place of order.filter(isAsked)) {
        note(place, await killWhileAsked(world, ASKED[place], random));
      }
    }
    over.abort();
    await talking;
    for (const session of ledger.sessions) {
      const { ending, stopBudgetMs } = session;
      if (ending === null || stopBudgetMs === null) continue;
      session.stopBudgetMs = budgetBegunAnew(stopBudgetMs, ending.atMs, sweepsDiedAtMs);
    }
    const what = part === null ? 'kill points' : `kill at ${part}`;
    const runs = places.length * rounds;
    const only = part === null ? 'kill-points' : `kill-points:${part}`;
    return [{ what, runs, ledger, violations, only, planned: KILLED }];
  },
};

/**
 * Who dies where, each on its own and hence at the same time as others; a point of the replicas
 * changes its replica from round to round.
 */
function victims(world: World, places: readonly Place[], round: number) {
  const points = places.filter((place): place is FailPoint => !isAsked(place));
  const ofPetya = points.filter((point) => point.startsWith('petya.'));
  const ofReplicas = points.filter((point) => !ofPetya.includes(point));
  return [
    { process: world.petya, points: ofPetya },
    ...world.replicas.map(({ process }, index) => ({
      process,
      points: ofReplicas.filter(
        (point) => (FAIL_POINTS.indexOf(point) + round) % world.replicas.length === index,
      ),
    })),
  ];
}

function isAsked(place: Place): place is keyof typeof ASKED {
  return place in ASKED;
}

function unreached(place: Place): Violation {
  return { kind: 'state', tag: null, evidence: `no process came to ${place}` };
}

/**
 * Arms one process and waits for its death. Petya is started again; a replica leaves what it held
 * to the other one and comes back armed for its next death.
 */
async function killAt(
  world: World,
  process: ManagedProcess,
  point: FailPoint,
  random: Random,
): Promise<boolean> {
  const isPetya = process === world.petya;
  await process.kill();
  await process.launch({ FAILPOINT: `${point}:kill:${isPetya ? 1 : random.between(1, 2)}` });
  world.note(`${process.name} armed with ${point}`);
  const dies = process.exited();
  if (point.startsWith('shutdown.')) {
    await process.waitUntilHealthy();
    process.signal('SIGTERM');
  }
  const wasReached = await holdsWithin(async () => {
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
  const wasReached = await holdsWithin(
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
