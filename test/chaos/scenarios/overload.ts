import { setTimeout as sleep } from 'node:timers/promises';
import { budgets, describeTimes, unscaled } from '../budgets.js';
import type { PlannedFaults } from '../check-answers.js';
import { stopTookMs } from '../checker.js';
import { ClientLedger } from '../client-ledger.js';
import type { Evidence } from '../evidence.js';
import { judge } from '../judgement.js';
import { Generator } from '../load/generator.js';
import { isAnswered, type LoadReport, type LoadRoute, type LoadRow } from '../load/load.js';
import { MachineWatch } from '../load/machine-watch.js';
import { OwnDelay } from '../load/own-delay.js';
import type { ApartScenario, Outcome, Row, RunSettings } from '../scenario.js';
import type { SimulatedPlugin } from '../simulated-plugin.js';
import { Swarm } from '../swarm.js';
import type { Violation } from '../violations.js';
import { chaosPath, World } from '../world.js';

/** How much more comes than one replica holds. */
const TIMES = [3, 6];

/** From its arrival a call is answered by then, or refused. */
const DEADLINES_MS = { token: 5_000, message: 3_000 };

/** Of the answer to a stop. */
const STOP_MS = 2_000;

/** Whoever takes the times adds no more to any of them, however late it is itself. */
const OWN_DELAY_MS = 1_000;

/** By then everything is as before. */
const CALM_AGAIN_MS = 5_000;

/** Of each kind that are ended during one load. */
const ENDED = 20;

/** How many calls are under way where it is measured how many are answered. */
const PARALLEL = 16;

/** Sessions that are opened at the same time. */
const AT_ONCE = 8;

/** `talks` are the conversations that the messages are of: so many that none gets to its longest. */
const SHORT = { runs: 1, loadMs: 10_000, measureMs: 3_000, talks: 40 };
const FULL = { runs: 5, loadMs: 60_000, measureMs: 5_000, talks: 200 };

/** The vendor ends no conversation for lasting long, or for the silence of a microphone that nobody has. */
const LASTING = { planMaxSessionSeconds: 7_200, idleSeconds: 7_200 };

/** Callers are told "later", and nothing else goes wrong. */
const REFUSED: PlannedFaults = { losesAnswers: false, statuses: [503] };

/**
 * As in production, except that what nobody starts is given up while the row still looks on, and that
 * the conversations last as long as it.
 */
const USUAL = {
  LEASE_SECONDS: '15',
  UPKEEP_POLL_SECONDS: '1',
  VENDOR_POLL_SECONDS: '30',
  NO_SHOW_SECONDS: '30',
  MAX_SESSION_SECONDS: '7200',
};

/**
 * More comes than one replica can answer with this database: what is answered is answered in time,
 * whatever ends a session comes before, nothing acknowledged is lost, and then all is as before.
 */
export const overload: ApartScenario = {
  name: 'overload',
  isOnlyFull: false,
  async runApart(settings) {
    const logFolder = chaosPath('logs', 'overload');
    const world = await World.start({ logFolder, replicas: 1, avatarEnv: USUAL });
    try {
      return await runIn(world, settings);
    } finally {
      await world.stop();
    }
  },
};

async function runIn(world: World, settings: RunSettings): Promise<Row[]> {
  const { runs, loadMs, measureMs, talks } = settings.isFull ? FULL : SHORT;
  await world.control.set(LASTING);
  const talking = swarm(world, settings, 'load', new ClientLedger());
  const plugins = await openAll(talking.swarm, talks);
  const { process } = world.replica(0);
  const machine = new MachineWatch();
  const generator = Generator.start({
    url: new URL(process.spec.healthUrl).origin,
    origin: world.origin,
    apiKeys: world.accounts.map(({ apiKey }) => apiKey),
    talks: plugins.map(({ session }) => ({
      sessionId: session?.sessionId ?? '',
      token: session?.token ?? '',
    })),
  });
  try {
    const outcomes: Outcome[] = [];
    const loads = Array.from({ length: runs }, () => TIMES).flat();
    for (const [index, times] of loads.entries()) {
      // Before each load: others may use the machine by now, or no longer.
      const measure = { kind: 'measure', parallel: PARALLEL, ms: measureMs } as const;
      const { rows: calm } = await generator.make(`measure${index}`, measure);
      note(talking.ledger, plugins, calm);
      const held = calm.filter(isAnswered).length / (measureMs / 1000);
      const plan = { index, times, held, loadMs };
      const load = new Overload(world, settings, generator, machine, plan);
      note(talking.ledger, plugins, await load.run(calm));
      outcomes.push(load.outcome());
    }
    await Promise.all(plugins.map((plugin) => plugin.stop()));
    const what = `what was said meanwhile`;
    outcomes.push({ what, runs, ledger: talking.ledger, planned: REFUSED, only: 'overload' });
    return await judge(world, outcomes);
  } finally {
    machine.stop();
    generator.stop();
  }
}

interface Plan {
  readonly index: number;
  readonly times: number;
  readonly held: number;
  readonly loadMs: number;
}

/** One load, what is ended meanwhile, and the calm behind it. */
class Overload {
  private readonly ledger = new ClientLedger();
  private readonly violations: Violation[] = [];
  private readonly notes: string[] = [];

  constructor(
    private readonly world: World,
    private readonly settings: RunSettings,
    private readonly generator: Generator,
    private readonly machine: MachineWatch,
    private readonly plan: Plan,
  ) {}

  async run(calm: readonly LoadRow[]): Promise<LoadRow[]> {
    const { world, settings, plan, ledger } = this;
    const { index, times, held, loadMs } = plan;
    const name = `load${index}`;
    const stopping = await openAll(swarm(world, settings, `${name}s`, ledger).swarm, ENDED);
    const leaving = await openAll(swarm(world, settings, `${name}l`, ledger).swarm, ENDED);
    const callsPerSecond = held * times;
    this.notes.push(`held ${held.toFixed(0)} calls a second`);
    const loading = this.generator.make(name, { kind: 'flood', callsPerSecond, ms: loadMs });
    const delay = new OwnDelay();
    const beganMs = Date.now();
    const [report] = await Promise.all([
      loading,
      evenly(loadMs, stopping, (plugin) => plugin.stop()),
      evenly(loadMs, leaving, (plugin) => plugin.leave()),
      sleep(loadMs),
    ]);
    this.judgeAnswers(report);
    this.judgeStops(delay.stop());
    const ours = this.ourMs({ atMs: beganMs, tookMs: loadMs }) / loadMs;
    this.notes.push(`others had ${Math.round(100 * (1 - ours))} % of the machine`);
    await this.judgeCalm(calm);
    settings.say([`${times} ×`, ...this.notes, ...this.violations.map(toEvidence)].join('; '));
    return report.rows;
  }

  outcome(): Outcome {
    const { ledger, violations, notes, plan } = this;
    return {
      what: `${plan.times} × what one replica holds`,
      runs: 1,
      ledger,
      planned: REFUSED,
      only: 'overload',
      violations,
      judge: (evidence) => this.judgeEnds(evidence),
      note: (evidence) => {
        const left = ledger.sessions.filter(({ ending }) => ending?.how === 'left');
        const tookMs = left.flatMap((each) => stopTookMs(each, evidence) ?? []);
        return [...notes, `left: ${describeTimes(tookMs, unscaled.T2)}`].join('; ');
      },
    };
  }

  /** What others have of the machine counts for no time. */
  private ourMs({ atMs, tookMs }: { readonly atMs: number; readonly tookMs: number }): number {
    return this.machine.ourMs(atMs, tookMs);
  }

  private judgeAnswers({ rows, ownDelayMs }: LoadReport): void {
    for (const route of ['token', 'message'] as const) {
      const all = rows.filter((row) => row.route === route);
      const answered = all.filter(isAnswered);
      const limitMs = DEADLINES_MS[route] + Math.min(OWN_DELAY_MS, ownDelayMs);
      const late = all.filter((row) => this.ourMs(row) > limitMs);
      if (late.length > 0) {
        const worst = at(timesOf(late, route), 1);
        this.miss(
          `${late.length} of ${all.length} ${route}s later than ${limitMs} ms, ${worst} ms`,
        );
      }
      if (answered.length === 0) this.miss(`no ${route} was answered`);
      const took = timesOf(answered, route);
      const refused = timesOf(
        all.filter((row) => !isAnswered(row)),
        route,
      );
      this.notes.push(
        `${route}s: ${answered.length} of ${all.length} answered, p50 ${at(took, 0.5)}, p99 ` +
          `${at(took, 0.99)}, worst ${at(took, 1)} ms, refused p50 ${at(refused, 0.5)}, ` +
          `worst ${at(refused, 1)}`,
      );
    }
    const healthMs = at(timesOf(rows, 'health'), 1);
    this.notes.push(`health worst ${healthMs} ms, of it up to ${ownDelayMs} the generator's`);
  }

  private judgeStops(ownDelayMs: number): void {
    const stops = this.ledger.requests.filter(({ route }) => route === 'sessions/stop');
    const took = stops.map(({ tookMs }) => tookMs).toSorted((one, other) => one - other);
    const ours = stops.map((stop) => this.ourMs(stop)).toSorted((one, other) => one - other);
    const p99 = at(ours, 0.99);
    const limitMs = STOP_MS + Math.min(OWN_DELAY_MS, ownDelayMs);
    if (p99 > limitMs) this.miss(`stops were answered after ${p99} ms (p99, ${limitMs} allowed)`);
    const refused = stops.filter(({ status }) => status !== 200).length;
    if (refused > 0) this.miss(`${refused} of ${stops.length} stops were refused`);
    this.notes.push(`stops p50 ${at(took, 0.5)}, worst ${at(took, 1)} ms`);
  }

  /** A token and a message are answered, as quickly as before or nearly so. */
  private async judgeCalm(calm: readonly LoadRow[]): Promise<void> {
    const fromMs = Date.now();
    const { world, settings, plan } = this;
    const { swarm: calling } = swarm(world, settings, `calm${plan.index}`, this.ledger);
    const usualMs = 3 * at(timesOf(calm, 'token'), 0.9) + 3 * at(timesOf(calm, 'message'), 0.9);
    for (;;) {
      const plugin = calling.plugin({ patienceMs: 0 });
      const askedMs = Date.now();
      const isOpen = await plugin.open();
      const isSaid = isOpen && (await plugin.post('user'));
      const tookMs = this.ourMs({ atMs: askedMs, tookMs: Date.now() - askedMs });
      const sinceMs = this.ourMs({ atMs: fromMs, tookMs: Date.now() - fromMs });
      void plugin.stop();
      if (isSaid && tookMs < usualMs + 500) {
        this.notes.push(`as before after ${Date.now() - fromMs} ms`);
        if (sinceMs > CALM_AGAIN_MS) this.miss(`it was not as before in ${CALM_AGAIN_MS} ms`);
        return;
      }
      if (sinceMs > 30_000) return this.miss('it was not as before within 30 s');
      await sleep(100);
    }
  }

  /** What was stopped or left is at its end in its time. */
  private judgeEnds(evidence: Evidence): Violation[] {
    return this.ledger.sessions.flatMap((session): Violation[] => {
      const { ending, tag, sessionId } = session;
      const tookMs = stopTookMs(session, evidence);
      if (ending === null || tookMs === null) return [];
      const { scaledMs, title } = ending.how === 'left' ? unscaled.T2 : budgets.T1;
      if (this.ourMs({ atMs: ending.atMs, tookMs }) <= scaledMs) return [];
      const text = `${sessionId}, ${title}, was at its end ${tookMs} ms later`;
      return [{ kind: 'budget', tag, evidence: `${text} (budget ${scaledMs} ms)` }];
    });
  }

  private miss(evidence: string): void {
    this.violations.push({ kind: 'budget', tag: null, evidence });
  }
}

/** What the generator said stands in the books of the plugins whose sessions it talked in. */
function note(
  ledger: ClientLedger,
  plugins: readonly SimulatedPlugin[],
  rows: readonly LoadRow[],
): void {
  for (const { route, atMs, tookMs, status, problem, hasRetryAfter, talk, key, text } of rows) {
    const tag = `load ${talk ?? ''}`;
    ledger.requests.push({ tag, route, atMs, tookMs, status, problem, hasRetryAfter });
    if (talk === undefined || key === undefined || text === undefined) continue;
    const ackedAtMs = status === 200 ? atMs + tookMs : null;
    plugins[talk]?.session?.turns.push({ key, role: 'user', text, sentAtMs: atMs, ackedAtMs });
  }
}

function swarm(world: World, { seed }: RunSettings, name: string, ledger: ClientLedger) {
  const options = { name, seed, stopBudgetMs: null, patienceMs: 60_000 };
  return { ledger, swarm: new Swarm(world, ledger, options) };
}

async function openAll(calling: Swarm, count: number): Promise<SimulatedPlugin[]> {
  const plugins: SimulatedPlugin[] = [];
  while (plugins.length < count) {
    const next = Math.min(AT_ONCE, count - plugins.length);
    const group = Array.from({ length: next }, () => calling.plugin());
    const areOpen = await Promise.all(group.map((plugin) => plugin.open()));
    if (areOpen.includes(false)) throw new Error('A session could not be opened.');
    plugins.push(...group);
  }
  return plugins;
}

/** Does something for each, at even times. */
async function evenly<T>(ms: number, all: readonly T[], act: (each: T) => Promise<unknown>) {
  await Promise.all(
    all.map(async (each, index) => {
      await sleep(((index + 0.5) * ms) / all.length);
      await act(each);
    }),
  );
}

function toEvidence({ evidence }: Violation): string {
  return evidence;
}

function timesOf(rows: readonly LoadRow[], route: LoadRoute): number[] {
  return rows
    .filter((row) => row.route === route)
    .map(({ tookMs }) => tookMs)
    .toSorted((one, other) => one - other);
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
