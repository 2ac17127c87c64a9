import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultProxy } from '../fault-proxy.js';
import { START_LEASE_MS } from '../budgets.js';
import { ClientLedger } from '../client-ledger.js';
import type { Evidence } from '../evidence.js';
import { Random } from '../random.js';
import type { Scenario } from '../scenario.js';
import { Swarm } from '../swarm.js';
import { holdsWithin } from '../holds-within.js';
import type { Violation } from '../violations.js';
import type { World } from '../world.js';

/** Every call that goes out to the vendor, by the simulator's name of its route. */
const VENDOR_ROUTES = [
  'token',
  'start',
  'stop',
  'keep-alive',
  'session',
  'sessions',
  'transcript',
] as const;

/** What goes out to Petya, and what plugins send to us, by the first bytes of the request. */
const PETYA_CALLS = [/^POST \S+\/status /, /^GET \S+\/config /];
const PLUGIN_CALLS = ['token', 'start', 'stop', 'keep-alive', 'leave', 'avatar_message'];

/** A call that hangs is given up after 10 s, a start after 20 s. */
const HANG_MS = 25_000;

/** Who acted answers nobody: the answer is reset or never comes, on every call there is. */
export const lostAnswers: Scenario = {
  name: 'lost-answers',
  async run(world, { seed, isFull }) {
    const rounds = isFull ? 13 : 1;
    const random = new Random(seed + 2000);
    const ledger = new ClientLedger();
    const stopBudgetMs = START_LEASE_MS + HANG_MS;
    const options = { name: 'unheard', seed, stopBudgetMs, patienceMs: 60_000 };
    const swarm = new Swarm(world, ledger, options);
    const over = new AbortController();
    const talking = swarm.keepTalking(4, over.signal);
    // Several, since each may hang in one of the other faults for a while.
    const aged = Array.from({ length: 3 }, () => keepAlivesThatAreDue(world, swarm, over.signal));
    const violations: Violation[] = [];
    let runs = 0;
    for (let round = 0; round < rounds; round += 1) {
      const both = [...strikes(world, 'reset'), ...strikes(world, 'hang')];
      for (const strike of random.shuffled(both)) {
        await strike();
        runs += 1;
        await sleep(random.between(50, 250));
      }
      violations.push(...(await untilStruck(world)));
    }
    over.abort();
    await Promise.all([talking, ...aged]);
    const what = 'acted, answer lost';
    const planned = { losesAnswers: true, statuses: [502, 503, 504] };
    return [{ what, runs, ledger, violations, only: 'lost-answers', planned, judge: oneStart }];
  },
};

/**
 * A keep-alive is passed on to the vendor every two minutes; these sessions' records say that two
 * minutes have passed.
 */
async function keepAlivesThatAreDue(
  world: World,
  swarm: Swarm,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const plugin = swarm.plugin();
    if (!(await plugin.open())) continue;
    const vendorSessionId = plugin.session?.sessionId;
    for (let times = 0; times < 3; times += 1) {
      await world
        .db('avatar')
        .collection('sessions')
        .updateOne({ vendorSessionId }, { $set: { keptAliveAt: null }, $inc: { rev: 1 } });
      await plugin.keepAlive();
      await sleep(100);
    }
    await plugin.stop();
  }
}

/** Each returned function arms one lost answer. */
function strikes(world: World, kind: 'reset' | 'hang'): (() => Promise<unknown>)[] {
  const losing = (proxy: FaultProxy, request: RegExp) => async () =>
    proxy.loseAnswer(request, kind);
  return [
    ...VENDOR_ROUTES.map(
      (route) => () => world.control.fault({ route, kind: `effect-then-${kind}`, times: 1 }),
    ),
    ...PETYA_CALLS.map((request) => losing(world.petyaProxy, request)),
    // A plugin that waits for an answer that never comes is the plugin's own business.
    ...(kind === 'hang' ? [] : PLUGIN_CALLS).map((call, index) => {
      const replica = world.replica(index % world.replicas.length);
      return losing(replica.proxy, new RegExp(`^POST /v1/\\S*${call}`));
    }),
  ];
}

/** Every fault has to strike, or the scenario has shown nothing. */
async function untilStruck(world: World): Promise<Violation[]> {
  let waiting: string[] = [];
  await holdsWithin(async () => {
    const { faults } = await world.control.waitingFaults();
    const proxies = [world.petyaProxy, ...world.replicas.map(({ proxy }) => proxy)];
    waiting = [
      ...faults.map(({ route }) => `the vendor’s ${route}`),
      ...proxies.flatMap((proxy) => proxy.waiting),
    ];
    return waiting.length === 0;
  }, 3 * HANG_MS);
  return waiting.map((what) => ({
    kind: 'state',
    tag: null,
    evidence: `nothing struck ${what}`,
  }));
}

/** However often a start was sent, the vendor ran one session for it. */
function oneStart(evidence: Evidence): Violation[] {
  const ran = evidence.sessions.filter(({ vendorSessionId }) => {
    const vendor = vendorSessionId === null ? undefined : evidence.vendor.get(vendorSessionId);
    return vendor?.startedAt !== null && vendor !== undefined;
  });
  return ran
    .filter(({ state }) => state === 'failed')
    .map(({ _id }) => ({ kind: 'state', tag: null, evidence: `${_id} ran and is called failed` }));
}
