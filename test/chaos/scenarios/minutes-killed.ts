import { setTimeout as sleep } from 'node:timers/promises';
import type { LimitSettingsDto } from '#contracts';
import { START_LEASE_MS } from '../budgets.js';
import { KILLED } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import { holdsWithin } from '../holds-within.js';
import { judge, settle } from '../judgement.js';
import { compareBills } from '../minutes/bills.js';
import { MOST, Racer, standBy } from '../minutes/starters.js';
import { Random } from '../random.js';
import type { ApartScenario, Outcome, Row, RunSettings } from '../scenario.js';
import type { SimulatedPlugin } from '../simulated-plugin.js';
import { Swarm } from '../swarm.js';
import { type Account, chaosPath, World } from '../world.js';

/** Caps that nobody comes near to, in which each session is counted all the same. */
const FAR_AWAY: readonly LimitSettingsDto[] = [
  { maxSecondsPerDay: 80_000 },
  { maxSecondsPerMonth: 1_000_000, timeZone: 'Pacific/Kiritimati' },
  { maxSecondsPerDay: 80_000, maxSecondsPerMonth: 1_000_000, timeZone: 'America/St_Johns' },
];

const ONLY = 'minutes';

/** Conversations at a time: most wait for a replica that is there. */
const TALKING = 8;

/** Longest that a page of which nobody takes the promise goes on with it. */
const PROMISE_MS = 20_000;

/**
 * Replicas and Petya die at moments that nobody chose, under sessions that are counted, and under some
 * who start as fast as they can: at the end three bills are the same, and nobody had more than allowed.
 */
export const minutesKilled: ApartScenario = {
  name: 'minutes',
  isOnlyFull: false,
  async runApart(settings) {
    if (settings.part !== null && settings.part !== 'killed') return [];
    // Callers have the addresses that they say they have.
    const avatarEnv = { TRUSTED_PROXIES: '127.0.0.1' };
    const world = await World.start({ logFolder: chaosPath('logs', 'minutes-killed'), avatarEnv });
    try {
      return await runIn(world, settings);
    } finally {
      await world.stop();
    }
  },
};

async function runIn(world: World, settings: RunSettings): Promise<Row[]> {
  const accounts = [...world.accounts];
  for (const [index, limits] of FAR_AWAY.entries()) {
    accounts.push(await world.addAccount(`Capped ${index}`, limits));
  }
  const perVisitor = await world.addAccount('Visitors', { maxSessionsPerVisitorPerHour: MOST });
  const perAddress = await world.addAccount('Addresses', { maxSessionsPerAddressPerHour: MOST });
  const starting = new ClientLedger();
  const racers = [
    new Racer(world, starting, 'visitor', perVisitor),
    new Racer(world, starting, 'address', perAddress),
  ];
  const over = new AbortController();
  const beside = standBy(world, starting, [perVisitor, perAddress, ...accounts], over.signal);
  for (const racer of racers) racer.start();
  const killed = await talkAndKill(world, accounts, settings);
  settings.say('all have died');
  await Promise.all(
    [world.petya, ...world.replicas.map(({ process }) => process)].map((each) =>
      each.waitUntilHealthy(),
    ),
  );
  const violations = (await Promise.all(racers.map((racer) => racer.finish()))).flat();
  over.abort();
  violations.push(...(await beside));
  await Promise.all(racers.map((racer) => racer.passHour()));
  for (const racer of racers) racer.start();
  violations.push(...(await Promise.all(racers.map((racer) => racer.finish()))).flat());
  const raced: Outcome = {
    what: `one visitor and one address, ${MOST} starts an hour`,
    runs: racers.length,
    ledger: starting,
    planned: KILLED,
    violations,
    only: ONLY,
    note: () => `${racers.map(({ refusals }) => refusals).join(', ')} refusals`,
  };
  settings.say('all have raced');
  const rows = await judge(world, [killed, raced]);
  await settle(world);
  const { violations: off, note, sessions } = await compareBills(world);
  return [...rows, { what: 'three bills', runs: sessions, violations: off, only: ONLY, note }];
}

/** As in a night: sessions begin, talk, are stopped, left or dropped, and everything dies now and then. */
async function talkAndKill(
  world: World,
  accounts: readonly Account[],
  { seed, isFull, say }: RunSettings,
): Promise<Outcome> {
  const deaths = isFull ? 500 : 50;
  const random = new Random(seed + 6000);
  const ledger = new ClientLedger();
  const patienceMs = START_LEASE_MS + 10_000;
  const swarm = new Swarm(world, ledger, {
    name: 'minutes',
    seed,
    stopBudgetMs: null,
    patienceMs,
    accounts,
  });
  const over = new AbortController();
  const talking = [swarm.keepTalking(TALKING, over.signal), keepDropping(swarm, over.signal)];
  for (let death = 0; death < deaths; death += 1) {
    await sleep(random.between(50, 1000));
    const [first, second] = [world.replica(0), world.replica(1)];
    const victim = random.pick([first.process, second.process, world.petya]);
    say(`kill ${victim.name}`);
    world.note(`${victim.name} killed`);
    await victim.kill();
    if (random.chance(0.3)) await sleep(random.between(50, 1200));
    await victim.launch();
  }
  over.abort();
  await Promise.all(talking);
  const what = 'SIGKILL while minutes are counted';
  return { what, runs: deaths, ledger, planned: KILLED, only: ONLY };
}

/** Pages that vanish without a word: what they promised is missed twice. */
async function keepDropping(swarm: Swarm, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const plugin = swarm.plugin();
    if (await plugin.open()) {
      await plugin.post('user');
      if (await hasPromised(plugin)) plugin.end('silent');
      else await plugin.stop();
    }
    await sleep(1_000);
  }
}

async function hasPromised(plugin: SimulatedPlugin): Promise<boolean> {
  return holdsWithin(async () => {
    await sleep(100);
    return (await plugin.keepAlive(5)).status === 200;
  }, PROMISE_MS);
}
