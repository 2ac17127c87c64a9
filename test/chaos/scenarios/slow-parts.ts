import { setTimeout as sleep } from 'node:timers/promises';
import { budgets, describeTimes, type TimeBudget, unscaled } from '../budgets.js';
import { stopTookMs } from '../checker.js';
import { ClientLedger } from '../client-ledger.js';
import type { Outcome, Scenario } from '../scenario.js';
import type { SimulatedPlugin } from '../simulated-plugin.js';
import { Swarm } from '../swarm.js';
import { holdsWithin } from '../holds-within.js';
import { untilEnded } from './time-budgets.js';
import type { World } from '../world.js';

/** Sessions that are opened at the same time; more would measure the machine. */
const AT_ONCE = 15;

/** Of each, while the vendor's reads are slow, and of each kind in a pause. */
const ENDED = 20;
const PASSING = 5;

/** Longer than a look at a running session may take; its places are all taken then. */
const PLACES_FOR_LOOKS = 16;

/** A page that closes waits no longer. */
const PASSING_MS = 1_000;

/** `live` sessions run all the while and want to be looked at. */
const SHORT = { live: 100, reads: [10_000], pauses: [2_000, 10_000], runs: 1 };
const FULL = { live: 150, reads: [3_000, 10_000], pauses: [2_000, 10_000, 40_000], runs: 5 };

/** One pause alone, for looking at what it shows. */
function onlyPause(pauseMs: string): typeof SHORT {
  return { live: 60, reads: [], pauses: [Number(pauseMs)], runs: 1 };
}

/**
 * The vendor answers slowly what it is asked, and the database stands still under load: what ends a
 * session that costs money waits for no look at another one, and is the first thing done afterwards.
 */
export const slowParts: Scenario = {
  name: 'slow-parts',
  async run(world, { seed, isFull, part, say }) {
    const { live, reads, pauses, runs } = part ? onlyPause(part) : isFull ? FULL : SHORT;
    const slow = new Slow(world, seed);
    for (let run = 0; run < runs; run += 1) {
      await slow.open(live - 2 * ENDED);
      for (const delayMs of reads) {
        say(`the vendor’s reads take ${delayMs} ms`);
        await slow.reads(delayMs);
      }
      for (const pauseMs of pauses) {
        say(`the database stands still for ${pauseMs} ms`);
        await slow.pause(pauseMs);
      }
      await slow.end();
    }
    return slow.outcomes(runs);
  },
};

class Slow {
  private readonly ledgers = {
    live: new ClientLedger(),
    stopped: new ClientLedger(),
    left: new ClientLedger(),
    paused: new ClientLedger(),
  };
  private live: SimulatedPlugin[] = [];

  constructor(
    private readonly world: World,
    private readonly seed: number,
  ) {}

  async open(count: number): Promise<void> {
    this.live = await openAll(this.swarm('live'), count);
  }

  /** Stops and leaves while every place for looks waits for the vendor. */
  async reads(delayMs: number): Promise<void> {
    const { world } = this;
    const stopping = await openAll(this.swarm('stopped', budgets.T1), ENDED);
    const leaving = await openAll(this.swarm('left', unscaled.T2), ENDED);
    await world.control.clearFaults();
    for (const route of ['session', 'transcript']) {
      await world.control.fault({ route, kind: 'delay', delayMs, times: -1 });
    }
    const sessions = world.db('avatar').collection('sessions');
    const isLook = { 'lease.lane': 'life', 'lease.until': { $gt: new Date() } };
    const areTaken = async () => (await sessions.countDocuments(isLook)) >= PLACES_FOR_LOOKS;
    if (!(await holdsWithin(areTaken, 20_000)))
      throw new Error('Nobody looks at the sessions that run.');
    await Promise.all([
      ...stopping.map((plugin) => plugin.stop()),
      ...leaving.map((plugin) => plugin.leave()),
    ]);
    await untilEnded(this.world, [...stopping, ...leaving], unscaled.T2);
  }

  /** Pages that close while the database stands still, beside others that go on talking. */
  async pause(pauseMs: number): Promise<void> {
    const swarm = this.swarm('paused', unscaled.paused);
    const stopping = await openAll(swarm, PASSING);
    const leaving = await openAll(swarm, PASSING);
    const starting = Array.from({ length: PASSING }, () => swarm.plugin());
    await Promise.all(starting.map((plugin) => plugin.askToken()));
    const over = new AbortController();
    const talking = this.swarm('live').keepTalking(4, over.signal);
    const resumedAtMs = await this.whileStanding(pauseMs, () =>
      Promise.all([
        ...stopping.map((plugin) => plugin.tryInPassing('stop', PASSING_MS)),
        ...leaving.map((plugin) => plugin.tryInPassing('leave', PASSING_MS)),
        ...starting.map((plugin) => plugin.tryInPassing('start', PASSING_MS)),
      ]),
    );
    for (const plugin of stopping) plugin.end('stopped', resumedAtMs);
    for (const plugin of leaving) plugin.end('left', resumedAtMs);
    for (const plugin of starting) plugin.end('abandoned', resumedAtMs);
    await untilEnded(this.world, [...stopping, ...leaving, ...starting], unscaled.paused);
    over.abort();
    await talking;
  }

  /** What still runs has been there all the while, and is ended in order. */
  async end(): Promise<void> {
    await this.world.control.clearFaults();
    await Promise.all(this.live.map((plugin) => plugin.stop()));
  }

  outcomes(runs: number): Outcome[] {
    const planned = { losesAnswers: true, statuses: [502, 503, 504] };
    const row = (what: string, ledger: ClientLedger, budget?: TimeBudget): Outcome => ({
      what,
      runs,
      ledger,
      planned,
      only: 'slow-parts',
      note: (evidence) => {
        const took = ledger.sessions.flatMap((each) => stopTookMs(each, evidence) ?? []);
        return budget === undefined ? '' : describeTimes(took, budget);
      },
    });
    const { live, stopped, left, paused } = this.ledgers;
    return [
      row('vendor slow: stop called', stopped, budgets.T1),
      row('vendor slow: left', left, unscaled.T2),
      row('database stands still', paused, unscaled.paused),
      row('what ran meanwhile', live),
    ];
  }

  private async whileStanding(pauseMs: number, act: () => Promise<unknown>): Promise<number> {
    const { pid } = this.world.database;
    if (pid === undefined) throw new Error('This database is not ours to stop.');
    this.world.note('database stands still');
    process.kill(pid, 'SIGSTOP');
    try {
      await Promise.all([act(), sleep(pauseMs)]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    this.world.note('database goes on');
    return Date.now();
  }

  private swarm(name: keyof Slow['ledgers'], budget?: TimeBudget): Swarm {
    const stopBudgetMs = budget?.scaledMs ?? null;
    // Names tell the plugins of one run from those of the next.
    const count = this.ledgers[name].sessions.length;
    const options = { name: `${name}${count}`, seed: this.seed, stopBudgetMs, patienceMs: 60_000 };
    return new Swarm(this.world, this.ledgers[name], options);
  }
}

/** Some at a time: all at one instant would measure the machine. */
async function openAll(swarm: Swarm, count: number): Promise<SimulatedPlugin[]> {
  const plugins: SimulatedPlugin[] = [];
  while (plugins.length < count) {
    const group = Array.from({ length: Math.min(AT_ONCE, count - plugins.length) }, () =>
      swarm.plugin(),
    );
    const areOpen = await Promise.all(group.map((plugin) => plugin.open()));
    if (areOpen.includes(false)) throw new Error('A session could not be opened.');
    await Promise.all(group.map((plugin) => plugin.post('user')));
    plugins.push(...group);
  }
  return plugins;
}
