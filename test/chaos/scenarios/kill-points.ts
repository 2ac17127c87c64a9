import { setTimeout as sleep } from 'node:timers/promises';
import { FAIL_POINTS, type FailPoint } from '#platform';
import { budgets, START_LEASE_MS } from '../budgets.js';
import { Random } from '../random.js';
import { Run, type Scenario, until } from '../scenario.js';
import { Swarm } from '../swarm.js';
import type { Violation } from '../violations.js';
import type { World } from '../world.js';

/** A point must be reached by a few seconds of conversations. */
const REACHED_MS = 20_000;

/** Every place of sessions.md section 9, each hit by SIGKILL under conversations, then restarted. */
export const killPoints: Scenario = {
  name: 'kill-points',
  async run(start, settings) {
    const world = await start();
    const points = FAIL_POINTS.filter((point) => settings.part === null || point === settings.part);
    const rounds = settings.isFull ? 25 : 2;
    const random = new Random(settings.seed);
    const run = new Run(world);
    const options = { name: 'kill', seed: settings.seed, patienceMs: START_LEASE_MS + 10_000 };
    const stopBudgetMs = budgets.T4.scaledMs + START_LEASE_MS;
    const swarm = new Swarm(world, run.ledger, { ...options, stopBudgetMs });
    const over = new AbortController();
    const talking = swarm.keepTalking(8, over.signal);
    const missed: Violation[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const point of random.shuffled(points)) {
        settings.say(`kill ${point}`);
        const wasReached = await killAt(world, point, round % 2, random);
        if (!wasReached) missed.push(unreached(point));
      }
    }
    over.abort();
    await talking;
    const judged = await run.judge({ losesAnswers: true, statuses: [502, 503] });
    return [
      {
        what: settings.part === null ? 'kill points' : `kill at ${settings.part}`,
        runs: points.length * rounds,
        violations: [...missed, ...judged],
        note: `${run.ledger.sessions.length} sessions, ${run.ledger.acknowledgedTurns()} turns`,
        only: 'kill-points',
      },
    ];
  },
};

function unreached(point: FailPoint): Violation {
  return { kind: 'state', tag: null, evidence: `no process came to ${point}` };
}

/** Arms one process, waits for its death and starts it again. */
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
  if (random.chance(0.5)) await sleep(random.between(100, 1500));
  await process.start();
  return wasReached;
}

/** The vendor says that it has stopped a session and lets it run. */
async function leaveLeftover(world: World): Promise<void> {
  const body = { code: 1000, data: null, message: 'ok' };
  await world.control.fault({ route: 'stop', kind: 'status', status: 200, body, times: 1 });
  await sleep(500);
}
