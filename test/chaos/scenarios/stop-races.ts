import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EndReason } from '#contracts';
import { KILLED } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import type { Evidence } from '../evidence.js';
import { Random } from '../random.js';
import type { Scenario } from '../scenario.js';
import type { SimulatedPlugin } from '../simulated-plugin.js';
import { Swarm } from '../swarm.js';
import type { Violation } from '../violations.js';
import type { World } from '../world.js';

interface Race {
  readonly name: string;
  /** What stop races against. */
  readonly rival: (plugin: SimulatedPlugin, world: World) => Promise<unknown>;
  /** The endings that one of the two orders explains. */
  readonly reasons: readonly EndReason[];
  /** Brings the session to where the race begins; opened and talking when missing. */
  readonly prepare?: (plugin: SimulatedPlugin, world: World) => Promise<unknown>;
}

const open = (plugin: SimulatedPlugin): Promise<boolean> => plugin.open();

const RACES: readonly Race[] = [
  {
    name: 'start',
    prepare: (plugin) => plugin.askToken(),
    rival: (plugin) => plugin.tryStart(),
    reasons: ['visitor_ended'],
  },
  {
    name: 'two starts',
    prepare: (plugin) => plugin.askToken(),
    rival: (plugin) => Promise.all([plugin.tryStart(), plugin.tryStart()]),
    reasons: ['visitor_ended'],
  },
  {
    name: 'another token',
    prepare: (plugin) => plugin.askToken(),
    rival: (plugin) => plugin.tryToken(randomUUID()),
    // A page that asks anew, and shows nothing of its earlier session, gives that one up.
    reasons: ['visitor_ended', 'replaced'],
  },
  { name: 'message', rival: (plugin) => plugin.post('user'), reasons: ['visitor_ended'] },
  {
    name: 'many messages',
    rival: (plugin) => Promise.all([1, 2, 3, 4].map(() => plugin.post('avatar'))),
    reasons: ['visitor_ended'],
  },
  { name: 'leave', rival: (plugin) => plugin.leave(), reasons: ['visitor_ended'] },
  { name: 'keep-alive', rival: (plugin) => plugin.keepAlive(5), reasons: ['visitor_ended'] },
  {
    name: 'return',
    prepare: async (plugin) => (await open(plugin)) && plugin.leave(),
    rival: (plugin) => plugin.view(),
    reasons: ['visitor_ended'],
  },
  { name: 'stop', rival: (plugin) => plugin.stop(), reasons: ['visitor_ended'] },
  {
    name: 'end of the grace',
    prepare: async (plugin) => {
      await open(plugin);
      await plugin.leave();
      await sleep(1_980);
    },
    rival: (plugin) => plugin.view(),
    reasons: ['visitor_ended', 'visitor_left'],
  },
  {
    name: 'end by the vendor',
    rival: (plugin, world) => world.control.end(plugin.session?.sessionId ?? '', 'IDLE_TIMEOUT'),
    reasons: ['visitor_ended', 'idle', 'vendor_ended'],
  },
  { name: 'shutdown', rival: () => Promise.resolve(), reasons: ['visitor_ended'] },
];

/** Sessions that race at the same time. */
const AT_ONCE = 5;

/** Stop against everything else that can happen to a session, in many orders: one outcome each. */
export const stopRaces: Scenario = {
  name: 'stop-races',
  async run(world, { seed, isFull, part, say }) {
    const orders = isFull ? 500 : 20;
    const random = new Random(seed + 4000);
    const ledger = new ClientLedger();
    const races = RACES.filter(({ name }) => part === null || name === part);
    const reasonsOf = new Map<string, readonly EndReason[]>();
    for (const race of races) {
      say(`race of stop with ${race.name}`);
      const name = `race-${race.name.replaceAll(' ', '-')}`;
      const swarm = new Swarm(world, ledger, { name, seed, stopBudgetMs: 10_000 });
      reasonsOf.set(name, race.reasons);
      for (let done = 0; done < orders; done += AT_ONCE) {
        const plugins = Array.from({ length: AT_ONCE }, () => swarm.plugin());
        await Promise.all(plugins.map((plugin) => (race.prepare ?? open)(plugin, world)));
        const isLast = done + AT_ONCE >= orders;
        const shut = race.name === 'shutdown' && isLast ? shutDown(world) : undefined;
        await Promise.all(plugins.map((plugin) => compete(plugin, race, world, random)));
        await shut;
      }
    }
    const runs = orders * races.length;
    const what = `${races.length} races of stop × ${orders} orders`;
    const judge = (evidence: Evidence): Violation[] => wrongReasons(ledger, evidence, reasonsOf);
    return [{ what, runs, ledger, planned: KILLED, only: 'stop-races', judge }];
  },
};

async function compete(
  plugin: SimulatedPlugin,
  race: Race,
  world: World,
  random: Random,
): Promise<void> {
  const [stopsAfterMs, rivalAfterMs] = [random.between(0, 40), random.between(0, 40)];
  const rival = async (): Promise<void> => {
    await sleep(rivalAfterMs);
    // What is too late is refused, which is one of the orders.
    await race.rival(plugin, world).catch(() => undefined);
  };
  const stop = async (): Promise<void> => {
    await sleep(stopsAfterMs);
    await plugin.stop();
  };
  await Promise.all([rival(), stop()]);
}

async function shutDown(world: World): Promise<void> {
  const { process } = world.replica(0);
  await process.stop();
  await process.start();
}

function wrongReasons(
  ledger: ClientLedger,
  evidence: Evidence,
  reasonsOf: ReadonlyMap<string, readonly EndReason[]>,
): Violation[] {
  const records = new Map(evidence.sessions.map((record) => [record.vendorSessionId, record]));
  return ledger.sessions.flatMap(({ tag, sessionId }) => {
    const race = tag.replace(/-\d+-\d+$/, '');
    const reason = records.get(sessionId)?.endReason ?? 'none';
    const allowed: readonly string[] = reasonsOf.get(race) ?? [];
    if (allowed.includes(reason)) return [];
    return [{ kind: 'state' as const, tag, evidence: `${sessionId} ended ${reason}` }];
  });
}
