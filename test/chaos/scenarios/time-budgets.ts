import { setTimeout as sleep } from 'node:timers/promises';
import { budgets, describeTimes, type TimeBudget } from '../budgets.js';
import { KILLED, type PlannedFaults } from '../check-answers.js';
import { stopTookMs } from '../checker.js';
import { ClientLedger } from '../client-ledger.js';
import type { Evidence } from '../evidence.js';
import type { Outcome, Scenario } from '../scenario.js';
import type { SimulatedPlugin } from '../simulated-plugin.js';
import { Swarm } from '../swarm.js';
import { holdsWithin } from '../holds-within.js';
import type { Violation } from '../violations.js';
import type { World } from '../world.js';

const WELL: PlannedFaults = { losesAnswers: false, statuses: [] };

/** Sessions that are measured at the same time; more would measure the machine. */
const AT_ONCE = 5;
const WAVE_MS = 500;

/** The budgets T1 to T5, each from its signal to the vendor's own record. */
export const timeBudgets: Scenario = {
  name: 'time-budgets',
  async run(world, { seed, isFull, part }) {
    const runs = isFull ? 200 : 10;
    const measure = new Measurement(world, seed, runs);
    const wants = (name: string): boolean => part === null || part === name;
    const calm = Promise.all([
      wants('T2s') && measure.silent(),
      wants('T3') && measure.neverStarted(),
    ]);
    if (wants('T1')) await measure.stopped();
    if (wants('T2')) await measure.left();
    await calm;
    if (wants('T4')) await measure.replicaKilled();
    if (wants('T5')) await measure.onlyReplicaRestarted();
    return measure.outcomes;
  },
};

class Measurement {
  readonly outcomes: Outcome[] = [];

  constructor(
    private readonly world: World,
    private readonly seed: number,
    private readonly runs: number,
  ) {}

  async stopped(): Promise<void> {
    const swarm = this.measured('T1', budgets.T1);
    await this.inGroups(swarm, (plugins) => Promise.all(plugins.map((plugin) => plugin.stop())));
  }

  async left(): Promise<void> {
    const swarm = this.measured('T2', budgets.T2);
    await this.inGroups(swarm, (plugins) => Promise.all(plugins.map((plugin) => plugin.leave())));
  }

  /** The page vanishes without a word: what it promised is missed twice. */
  async silent(): Promise<void> {
    const swarm = this.measured('T2s', budgets.T2silent);
    const plugins: SimulatedPlugin[] = [];
    await this.inWaves(async (count) => {
      for (const plugin of await openAll(swarm, count)) {
        await plugin.keepAlive(5);
        plugin.end('silent');
        plugins.push(plugin);
      }
    });
    await untilEnded(this.world, plugins, budgets.T2silent);
  }

  async neverStarted(): Promise<void> {
    const ledger = new ClientLedger();
    const options = { name: 'T3', seed: this.seed, stopBudgetMs: null };
    const swarm = new Swarm(this.world, ledger, options);
    await this.inWaves(async (count) => {
      for (let run = 0; run < count; run += 1) await swarm.plugin().askToken();
    });
    const judge = (evidence: Evidence): Violation[] =>
      slotTimes(ledger, evidence)
        .filter((ms) => ms > budgets.T3.scaledMs)
        .map((ms) => missed(`the slot was free after ${ms} ms`, budgets.T3));
    const note = (evidence: Evidence): string =>
      describeTimes(slotTimes(ledger, evidence), budgets.T3);
    const what = budgets.T3.title;
    const only = 'time-budgets';
    this.outcomes.push({ what, runs: this.runs, ledger, planned: WELL, only, judge, note });
  }

  /** One replica dies at the moment at which sessions are due, with some of them in its hands. */
  async replicaKilled(): Promise<void> {
    const swarm = this.measured('T4', budgets.T4, KILLED);
    await this.inGroups(swarm, async (plugins) => {
      await Promise.all(plugins.map((plugin) => plugin.leave()));
      await sleep(1_950);
      const { process } = this.world.replica(0);
      await process.kill();
      for (const plugin of plugins) setEnd(plugin, Date.now());
      await untilEnded(this.world, plugins, budgets.T4);
      await process.start();
    });
  }

  async onlyReplicaRestarted(): Promise<void> {
    const swarm = this.measured('T5', budgets.T5, KILLED);
    await this.inGroups(swarm, async (plugins) => {
      await Promise.all(plugins.map((plugin) => plugin.leave()));
      await sleep(1_950);
      const processes = this.world.replicas.map(({ process }) => process);
      await Promise.all(processes.map((process) => process.kill()));
      const [only, ...others] = processes;
      await only?.start();
      for (const plugin of plugins) setEnd(plugin, Date.now());
      await untilEnded(this.world, plugins, budgets.T5);
      for (const process of others) await process.start();
    });
  }

  private measured(name: string, budget: TimeBudget, planned = WELL): Swarm {
    const ledger = new ClientLedger();
    const note = (evidence: Evidence): string =>
      describeTimes(
        ledger.sessions.flatMap((session) => stopTookMs(session, evidence) ?? []),
        budget,
      );
    const what = budget.title;
    const runs = this.runs;
    this.outcomes.push({ what, runs, ledger, planned, only: 'time-budgets', note });
    const options = { name, seed: this.seed, stopBudgetMs: budget.scaledMs };
    return new Swarm(this.world, ledger, options);
  }

  /** What is waited out together is not opened together: all due at one instant measures the machine. */
  private async inWaves(open: (count: number) => Promise<unknown>): Promise<void> {
    for (let done = 0; done < this.runs; done += AT_ONCE) {
      await open(Math.min(AT_ONCE, this.runs - done));
      await sleep(WAVE_MS);
    }
  }

  private async inGroups(
    swarm: Swarm,
    end: (plugins: SimulatedPlugin[]) => Promise<unknown>,
  ): Promise<void> {
    for (let done = 0; done < this.runs; done += AT_ONCE) {
      await end(await openAll(swarm, Math.min(AT_ONCE, this.runs - done)));
    }
  }
}

async function openAll(swarm: Swarm, count: number): Promise<SimulatedPlugin[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const plugin = swarm.plugin();
      if (!(await plugin.open())) throw new Error('A session could not be opened.');
      await plugin.post('user');
      return plugin;
    }),
  );
}

/** What has not ended in time is found by the checker. */
export async function untilEnded(
  world: World,
  plugins: readonly SimulatedPlugin[],
  { scaledMs }: TimeBudget,
): Promise<void> {
  const ids = plugins.map(({ session }) => session?.sessionId ?? '');
  await holdsWithin(async () => {
    await sleep(100);
    const { activeSessionIds } = await world.control.summary();
    return !ids.some((id) => activeSessionIds.includes(id));
  }, scaledMs);
}

function setEnd(plugin: SimulatedPlugin, atMs: number): void {
  if (plugin.session) plugin.session.ending = { how: 'left', atMs };
}

/** From the token to the freed slot, by our own record. */
function slotTimes(ledger: ClientLedger, evidence: Evidence): number[] {
  const ids = new Set(ledger.sessions.map(({ sessionId }) => sessionId));
  return evidence.sessions
    .filter(({ vendorSessionId }) => vendorSessionId !== null && ids.has(vendorSessionId))
    .map(({ createdAt, endedAt }) => (endedAt?.getTime() ?? Infinity) - createdAt.getTime());
}

function missed(what: string, { title, scaledMs }: TimeBudget): Violation {
  return { kind: 'budget', tag: null, evidence: `${title}: ${what} (budget ${scaledMs} ms)` };
}
