import { setTimeout as sleep } from 'node:timers/promises';
import { budgets, describeTimes, percentileOf, type TimeBudget } from '../budgets.js';
import { KILLED } from '../check-answers.js';
import { stopTookMs } from '../checker.js';
import { ClientLedger, type ClientSession } from '../client-ledger.js';
import type { Evidence } from '../evidence.js';
import { holdsWithin } from '../holds-within.js';
import { OperatorClient } from '../operator-client.js';
import { Random } from '../random.js';
import { judge } from '../judgement.js';
import type { ApartScenario, Outcome, RunSettings } from '../scenario.js';
import type { SimulatedPlugin } from '../simulated-plugin.js';
import { Swarm } from '../swarm.js';
import type { Violation } from '../violations.js';
import { chaosPath, OPERATOR_NAME, World } from '../world.js';

const ONLY = 'operator-stops';

/** Sessions that are stopped at the same time. */
const AT_ONCE = 5;

/** Every fourth group meets the death of the replica that works on it. */
const DIES_EACH = 4;

/** The vendor is asked within it, or nobody works on what is to be killed. */
const ASKED_MS = 10_000;

/** What an operator is promised from the click on, for 99 of 100. */
const PROMISED_MS = 3_000;

/** As in production: how soon others follow whoever has died is what is measured. */
const USUAL = { LEASE_SECONDS: '15', UPKEEP_POLL_SECONDS: '1', VENDOR_POLL_SECONDS: '30' };

/** An operator clicks on stop, one by one and for all at once, and replicas die over it. */
export const operatorStops: ApartScenario = {
  name: ONLY,
  isOnlyFull: false,
  async runApart(settings) {
    const world = await World.start({ logFolder: chaosPath('logs', ONLY), avatarEnv: USUAL });
    try {
      const clicks = new Clicks(world, settings);
      await clicks.run();
      return await judge(world, [clicks.outcome(), await stopAllTwice(world, settings)]);
    } finally {
      await world.stop();
    }
  },
};

class Clicks {
  private readonly ledger = new ClientLedger();
  private readonly violations: Violation[] = [];
  private readonly operator: OperatorClient;
  private readonly random: Random;
  private readonly runs: number;
  /** By the vendor's id. */
  private readonly killed = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly settings: RunSettings,
  ) {
    this.operator = new OperatorClient(world);
    this.random = new Random(settings.seed + 9000);
    this.runs = settings.isFull ? 200 : 20;
  }

  async run(): Promise<void> {
    const { seed, say } = this.settings;
    const calm = this.swarm('click', seed, budgets.T1);
    const deadly = this.swarm('kill', seed, budgets.T1killed);
    for (let done = 0, group = 1; done < this.runs; done += AT_ONCE, group += 1) {
      const isDeadly = group % DIES_EACH === 0;
      say(`group ${group} is stopped${isDeadly ? ', and its replica is killed' : ''}`);
      const plugins = await openSome(isDeadly ? deadly : calm, AT_ONCE);
      // Either is killed in its turn, in the middle of asking and at any moment.
      const death = group / DIES_EACH;
      if (!isDeadly) await this.clickAll(plugins, group);
      else if (death % 2 === 1) await this.killWhileAsking(plugins, death);
      else await this.killSoon(plugins, death);
    }
  }

  outcome(): Outcome {
    const { ledger, violations, runs } = this;
    return {
      what: 'an operator’s stops',
      runs,
      ledger,
      violations,
      planned: KILLED,
      only: ONLY,
      judge: (evidence) => this.wrong(evidence),
      note: (evidence) => this.times(evidence),
    };
  }

  private swarm(name: string, seed: number, { scaledMs }: TimeBudget): Swarm {
    const options = { name: `operator-${name}`, seed, stopBudgetMs: scaledMs };
    return new Swarm(this.world, this.ledger, options);
  }

  private async clickAll(plugins: readonly SimulatedPlugin[], first: number): Promise<void> {
    await Promise.all(
      plugins.map(async (plugin, index) => {
        const isAnswered = await this.click(plugin, (id) =>
          this.operator.stop((first + index) % this.world.replicas.length, id),
        );
        if (!isAnswered) this.violations.push(wrong('a click was not answered'));
      }),
    );
  }

  /**
   * The vendor holds the call back, having acted or not, in turn; the wish is recorded, and nobody clicks
   * again.
   */
  private async killWhileAsking(plugins: readonly SimulatedPlugin[], death: number): Promise<void> {
    const victim = this.note(plugins, death);
    const kind = death % 4 === 1 ? 'hang' : 'effect-then-hang';
    await this.world.control.fault({ route: 'stop', kind, times: plugins.length });
    const clicks = plugins.map((plugin) =>
      this.click(plugin, (id) => this.operator.stop(victim.index, id)),
    );
    const isAsked = await holdsWithin(async () => {
      const { faults } = await this.world.control.waitingFaults();
      return !faults.some(({ route }) => route === 'stop');
    }, ASKED_MS);
    if (!isAsked) this.violations.push(wrong('the vendor was not asked'));
    await victim.process.kill();
    await this.world.control.clearFaults();
    await Promise.all(clicks);
    await this.untilEnded(plugins);
    await victim.process.start();
  }

  /** Somewhere between the click and the end; an operator that is not answered clicks again. */
  private async killSoon(plugins: readonly SimulatedPlugin[], death: number): Promise<void> {
    const victim = this.note(plugins, death);
    const clicks = plugins.map((plugin) =>
      this.click(plugin, (id) => this.operator.insistOnStop(victim.index, id)),
    );
    await sleep(this.random.between(0, 60));
    await victim.process.kill();
    const answers = await Promise.all(clicks);
    if (answers.includes(false)) this.violations.push(wrong('nobody answered a click'));
    await this.untilEnded(plugins);
    await victim.process.start();
  }

  /** @returns the replica that dies, whose sessions are known from now on */
  private note(plugins: readonly SimulatedPlugin[], death: number) {
    for (const plugin of plugins) this.killed.add(sessionOf(plugin).sessionId);
    const index = death % this.world.replicas.length;
    return { index, process: this.world.replica(index).process };
  }

  private async click(
    plugin: SimulatedPlugin,
    stop: (id: string) => Promise<boolean>,
  ): Promise<boolean> {
    const id = await this.operator.idOf(sessionOf(plugin).sessionId);
    plugin.end('stopped');
    return stop(id);
  }

  /** What has not ended in time is found by the checker. */
  private async untilEnded(plugins: readonly SimulatedPlugin[]): Promise<void> {
    const ids = plugins.map((plugin) => sessionOf(plugin).sessionId);
    await holdsWithin(async () => {
      const { activeSessionIds } = await this.world.control.summary();
      return !ids.some((id) => activeSessionIds.includes(id));
    }, budgets.T1killed.scaledMs);
  }

  private wrong(evidence: Evidence): Violation[] {
    return this.ledger.sessions.flatMap((session) => wrongEnd(session, evidence));
  }

  private times(evidence: Evidence): string {
    const took = (isKilled: boolean): number[] =>
      this.ledger.sessions
        .filter(({ sessionId }) => this.killed.has(sessionId) === isKilled)
        .flatMap((session) => stopTookMs(session, evidence) ?? []);
    const all = [...took(false), ...took(true)];
    const p99 = `p99 of all ${percentileOf(all, 0.99)} ms (${PROMISED_MS} promised)`;
    const killed = `its replica killed: ${describeTimes(took(true), budgets.T1killed)}`;
    const calm = describeTimes(took(false), budgets.T1);
    return `${p99}; ${calm}; ${killed}; ${askedAgain(this.ledger, evidence)}`;
  }
}

/** Both replicas are told at once to stop everything that is live; some is not started yet. */
async function stopAllTwice(world: World, { seed, isFull, say }: RunSettings): Promise<Outcome> {
  const count = isFull ? 60 : 12;
  const ledger = new ClientLedger();
  const operator = new OperatorClient(world);
  // How fast many end is the database's business, and the vendor's.
  const options = { name: 'operator-all', seed, stopBudgetMs: null };
  const swarm = new Swarm(world, ledger, options);
  const started = await openSome(swarm, count);
  const unstarted = Array.from({ length: AT_ONCE }, () => swarm.plugin());
  await Promise.all(unstarted.map((plugin) => plugin.askToken()));
  say(`all ${count + AT_ONCE} are stopped by both replicas`);
  for (const plugin of [...started, ...unstarted]) plugin.end('stopped');
  await Promise.all(world.replicas.map((_, replica) => operator.stopAll(replica, count + AT_ONCE)));
  const wrongEnds = (evidence: Evidence): Violation[] =>
    ledger.sessions.flatMap((session) => wrongEnd(session, evidence));
  const note = (evidence: Evidence): string => {
    const took = ledger.sessions.flatMap((session) => stopTookMs(session, evidence) ?? []);
    const times = `median ${percentileOf(took, 0.5)}, worst ${percentileOf(took, 1)} ms`;
    return `${times}; ${askedAgain(ledger, evidence)}`;
  };
  const what = 'all stopped, by both replicas';
  const runs = count + AT_ONCE;
  return { what, runs, ledger, planned: KILLED, only: ONLY, judge: wrongEnds, note };
}

async function openSome(swarm: Swarm, count: number): Promise<SimulatedPlugin[]> {
  const plugins: SimulatedPlugin[] = [];
  for (let open = 0; open < count; open += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - open) }, () => swarm.plugin());
    await Promise.all(
      some.map(async (plugin) => {
        if (!(await plugin.open())) throw new Error('A session could not be opened.');
        await plugin.post('user');
      }),
    );
    plugins.push(...some);
  }
  return plugins;
}

function sessionOf({ session }: SimulatedPlugin): ClientSession {
  if (session === null) throw new Error('This plugin has no session.');
  return session;
}

/** What is wrong with how one ended: once at the vendor, by the operator, whose name stands there. */
function wrongEnd({ sessionId, tag }: ClientSession, evidence: Evidence): Violation[] {
  const record = evidence.sessions.find((each) => each.vendorSessionId === sessionId);
  const vendor = evidence.vendor.get(sessionId);
  const is = (problem: string): Violation => wrong(`${sessionId} ${problem}`, tag);
  const { reason, by, byName } = record?.stop ?? {};
  const isNamed = reason === 'operator' && by === 'operator' && byName === OPERATOR_NAME;
  const hasRun = vendor !== undefined && vendor.startedAt !== null;
  // On a busy machine one that nobody starts is given up before it is its turn.
  if (!hasRun && record?.endReason === 'no_show') return [];
  return [
    ...(record?.endReason === 'operator' ? [] : [is(`ended ${record?.endReason}`)]),
    ...(isNamed ? [] : [is(`was stopped by ${by} ${byName} for ${reason}`)]),
    ...(hasRun && vendor.endedAt === null ? [is('has no end at the vendor')] : []),
    ...(hasRun && (vendor.starts !== 1 || vendor.stops === 0) ? [is('ended by itself')] : []),
  ];
}

/** Whoever takes over from somebody slow or dead asks the vendor once more, which changes nothing. */
function askedAgain({ sessions }: ClientLedger, evidence: Evidence): string {
  const stops = sessions.map(({ sessionId }) => evidence.vendor.get(sessionId)?.stops ?? 0);
  return `asked again for ${stops.filter((times) => times > 1).length}`;
}

function wrong(evidence: string, tag: string | null = null): Violation {
  return { kind: 'state', tag, evidence };
}
