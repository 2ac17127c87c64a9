import { setTimeout as sleep } from 'node:timers/promises';
import { ClientLedger } from '../client-ledger.js';
import { judge } from '../judgement.js';
import type { ApartScenario, Outcome, RunSettings } from '../scenario.js';
import { Swarm } from '../swarm.js';
import type { Violation } from '../violations.js';
import { chaosPath, freshData, World } from '../world.js';

/** Half of 5 s in each direction. */
const LATENCY_MS = 2_500;

/** The database server is killed and started again, refuses commands, then answers 5 s late. */
export const databaseFaults: ApartScenario = {
  name: 'database-faults',
  isOnlyFull: false,
  async runApart(settings) {
    const dataDir = await freshData('database-faults');
    const world = await World.start({ logFolder: chaosPath('logs', 'database'), dataDir });
    try {
      const outcomes = [
        await disturb(world, settings, ['dead', 'database killed, restarted'], killDatabase),
        await disturb(world, settings, ['refusing', 'database refuses commands'], refuseCommands),
        await disturb(world, settings, ['late', 'database 5 s late'], delayDatabase),
      ];
      return await judge(world, outcomes);
    } finally {
      await world.stop();
    }
  },
};

async function disturb(
  world: World,
  { seed, isFull }: RunSettings,
  [name, what]: readonly [name: string, what: string],
  fault: (world: World, isTold: () => boolean) => Promise<void>,
): Promise<Outcome> {
  const runs = isFull ? 10 : 1;
  const ledger = new ClientLedger();
  const options = { name, seed, stopBudgetMs: null, patienceMs: 60_000 };
  const swarm = new Swarm(world, ledger, options);
  const over = new AbortController();
  const talking = swarm.keepTalking(4, over.signal);
  const refusals = () => ledger.requests.filter(({ status }) => status === 503).length;
  for (let run = 0; run < runs; run += 1) {
    await sleep(1_500);
    world.note(what);
    const before = refusals();
    await fault(world, () => refusals() > before);
    await sleep(1_500);
  }
  over.abort();
  await talking;
  const refused = refusals();
  // One that is only slow is waited for.
  const violations: Violation[] =
    refused > 0 || name === 'late'
      ? []
      : [{ kind: 'state', tag: null, evidence: 'nobody was told 503: the fault did not show' }];
  const planned = { losesAnswers: false, statuses: [503] };
  const note = (): string => `${refused}× 503`;
  return { what, runs, ledger, planned, violations, only: 'database-faults', note };
}

async function killDatabase(world: World): Promise<void> {
  await world.database.kill();
  await sleep(4_000);
  await world.database.restart();
}

/** On a slow machine so few callers ask that routine work meets all of the first refusals. */
async function refuseCommands(world: World, isTold: () => boolean): Promise<void> {
  const failCommands = ['insert', 'update', 'find'];
  for (let time = 0; time < 5 && !isTold(); time += 1) {
    await world.failCommands({ failCommands, errorCode: 50 }, 40);
    await sleep(3_000);
  }
}

async function delayDatabase(world: World): Promise<void> {
  const proxy = world.databaseProxy;
  if (proxy === null) throw new Error('This world has no proxy before its database.');
  proxy.state.delayMs = LATENCY_MS;
  await sleep(12_000);
  proxy.state.delayMs = 0;
}
