import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../stack/project-root.js';
import { budgets, START_LEASE_MS } from '../budgets.js';
import { KILLED } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import { Random } from '../random.js';
import type { Outcome, RunSettings, Scenario } from '../scenario.js';
import { Swarm } from '../swarm.js';
import type { World } from '../world.js';

/** Twice the lease, as 30 s are twice the lease of 15 s. */
const FROZEN_MS = 4_000;

const DAY_MS = 24 * 3600 * 1000;

/** A replica stands still for longer than its leases and wakes up; two replicas differ by two days. */
export const frozenReplica: Scenario = {
  name: 'frozen-replica',
  async run(world, settings) {
    return [await freeze(world, settings), await shiftClocks(world, settings)];
  },
};

async function freeze(world: World, { seed, isFull }: RunSettings): Promise<Outcome> {
  const runs = isFull ? 25 : 2;
  const random = new Random(seed + 3000);
  const { ledger, talkUntil } = talkers(world, 'frozen', seed);
  await talkUntil(async () => {
    for (let run = 0; run < runs; run += 1) {
      await sleep(random.between(300, 1500));
      const { process } = world.replica(run % 2);
      world.note(`${process.name} frozen`);
      process.signal('SIGSTOP');
      await sleep(FROZEN_MS);
      process.signal('SIGCONT');
    }
  });
  const what = 'replica frozen (30 s as 4 s)';
  return { what, runs, ledger, planned: KILLED, only: 'frozen-replica' };
}

async function shiftClocks(world: World, { seed, isFull }: RunSettings): Promise<Outcome> {
  const runs = isFull ? 25 : 1;
  const { ledger, talkUntil } = talkers(world, 'shifted', seed);
  for (let run = 0; run < runs; run += 1) {
    for (const [index, { process, proxy }] of world.replicas.entries()) {
      // Balancers send nothing to a replica that is not ready.
      proxy.state.isCut = true;
      await process.stop();
      await process.start(wrongClock((index % 2 === 0 ? 1 : -1) * DAY_MS));
      proxy.heal();
    }
    await talkUntil(() => sleep(3_000));
  }
  for (const { process } of world.replicas) {
    await process.stop();
    await process.start();
  }
  const what = 'clocks a day ahead and behind';
  return { what, runs, ledger, planned: KILLED, only: 'frozen-replica' };
}

function wrongClock(shiftMs: number): Record<string, string> {
  const preload = pathToFileURL(join(projectRoot, 'test', 'chaos', 'shift-clock.mjs')).href;
  return { NODE_OPTIONS: `--import=${preload}`, CLOCK_SHIFT_MS: String(shiftMs) };
}

function talkers(world: World, name: string, seed: number) {
  const ledger = new ClientLedger();
  const stopBudgetMs = budgets.T4.scaledMs + FROZEN_MS + START_LEASE_MS;
  const swarm = new Swarm(world, ledger, { name, seed, stopBudgetMs, patienceMs: 40_000 });
  const talkUntil = async (done: () => Promise<unknown>): Promise<void> => {
    const over = new AbortController();
    const talking = swarm.keepTalking(4, over.signal);
    await done();
    over.abort();
    await talking;
  };
  return { ledger, talkUntil };
}
