import { setTimeout as sleep } from 'node:timers/promises';
import type { ManagedProcess } from '../../stack/managed-process.js';
import { budgets, START_LEASE_MS } from '../budgets.js';
import { KILLED } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import { Random } from '../random.js';
import type { Scenario } from '../scenario.js';
import { Swarm } from '../swarm.js';
import type { World } from '../world.js';

/** SIGKILL of the replicas and of Petya at moments that nobody chose, under mixed conversations. */
export const randomKills: Scenario = {
  name: 'random-kills',
  async run(world, { seed, isFull, say }) {
    const kills = isFull ? 500 : 20;
    const random = new Random(seed + 1000);
    const ledger = new ClientLedger();
    const swarm = new Swarm(world, ledger, {
      name: 'random',
      seed,
      stopBudgetMs: budgets.T4.scaledMs + START_LEASE_MS,
      patienceMs: START_LEASE_MS + 10_000,
    });
    const over = new AbortController();
    const talking = swarm.keepTalking(4, over.signal);
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(random.between(50, 1200));
      const victim = pickVictim(world, random);
      say(`kill ${victim.name}`);
      world.note(`${victim.name} killed`);
      await victim.kill();
      if (random.chance(0.3)) await sleep(random.between(50, 1500));
      await victim.launch();
    }
    over.abort();
    await talking;
    const what = 'SIGKILL at random moments';
    return [{ what, runs: kills, ledger, only: 'random-kills', planned: KILLED }];
  },
};

function pickVictim(world: World, random: Random): ManagedProcess {
  const [first, second] = [world.replica(0), world.replica(1)];
  return random.pick([first.process, second.process, world.petya]);
}
