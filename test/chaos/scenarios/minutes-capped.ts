import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedFaults } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import type { Evidence } from '../evidence.js';
import { holdsWithin } from '../holds-within.js';
import { judge, settle } from '../judgement.js';
import { compareBills } from '../minutes/bills.js';
import { noonZone } from '../../support/noon-zone.js';
import type { ApartScenario, Outcome, Row, RunSettings } from '../scenario.js';
import type { SimulatedPlugin } from '../simulated-plugin.js';
import { Swarm } from '../swarm.js';
import type { Violation } from '../violations.js';
import { type Account, chaosPath, World } from '../world.js';

const ONLY = 'minutes';

/** Requests that come at once, half of them to each replica. */
const AT_ONCE = 100;

/** A session needs 30 s to be left, and has them promised to it: so many may begin at such caps. */
const ROOMS = [
  { room: 1, cap: 45 },
  { room: 3, cap: 95 },
] as const;

/** Each that runs may be ended so much later, or earlier, than the minutes are used up. */
const OFF_SECONDS = 2;

/** What a session has whose replicas die: more than those before, so that it still runs then. */
const OUTLIVING_CAP = 52;

/** By the vendor alone. */
const ALONE_OFF_SECONDS = 1;

/** On a busy machine nobody is given up between its token and its start: the next would have its place. */
const PATIENT = { NO_SHOW_SECONDS: '60' };

const WELL: PlannedFaults = { losesAnswers: false, statuses: [] };

/** An account with a cap, and the sessions that it has got. */
interface Capped {
  readonly account: Account;
  readonly cap: number;
  readonly plugins: readonly SimulatedPlugin[];
}

/** Accounts whose minutes end: as many begin as there is room for, and all end with the minutes. */
export const minutesCapped: ApartScenario = {
  name: 'minutes',
  isOnlyFull: false,
  async runApart(settings) {
    if (settings.part !== null && settings.part !== 'capped') return [];
    const world = await World.start({
      logFolder: chaosPath('logs', 'minutes-capped'),
      avatarEnv: PATIENT,
    });
    try {
      const caps = new Caps(world, settings);
      const outcomes = await caps.run();
      const rows = await judge(world, outcomes);
      await settle(world);
      const { violations, note, sessions } = await compareBills(world);
      const bills: Row = {
        what: 'three bills of caps',
        runs: sessions,
        violations,
        only: ONLY,
        note,
      };
      return [...rows, bills];
    } finally {
      await world.stop();
    }
  },
};

class Caps {
  private readonly zone = noonZone(new Date());

  constructor(
    private readonly world: World,
    private readonly settings: RunSettings,
  ) {}

  async run(): Promise<Outcome[]> {
    const { isFull, seed, say } = this.settings;
    const [openings, alone] = [new ClientLedger(), new ClientLedger()];
    const options = { seed, stopBudgetMs: null };
    const opening = new Swarm(this.world, openings, { ...options, name: 'at-once' });
    const violations: Violation[] = [];
    const capped: Capped[] = [];
    const rounds = isFull ? 10 : 1;
    for (let round = 0; round < rounds; round += 1) {
      for (const { room, cap } of ROOMS) {
        capped.push(await this.openAtOnce(opening, room, cap, violations));
      }
    }
    say('all are open');
    const outliving = new Swarm(this.world, alone, { ...options, name: 'outliving' });
    const live = await this.openAlone(outliving, isFull ? 50 : 5);
    await this.untilEnded(capped, OUTLIVING_CAP * 1000);
    await this.endAlone(live);
    const what = `openings at once where there is room for ${ROOMS.map(({ room }) => room).join(' or ')}`;
    return [
      {
        what,
        runs: capped.length * AT_ONCE,
        ledger: openings,
        planned: WELL,
        violations,
        only: ONLY,
        judge: (evidence) => capped.flatMap((each) => judgeCap(each, evidence, OFF_SECONDS)),
        note: (evidence) => `over the cap: ${overCaps(capped, evidence)} s`,
      },
      {
        what: 'every replica dead until the vendor ends it',
        runs: live.length,
        ledger: alone,
        planned: WELL,
        only: ONLY,
        judge: (evidence) =>
          live.flatMap((each) => [
            ...judgeCap(each, evidence, ALONE_OFF_SECONDS),
            ...judgeEnder(each, evidence),
          ]),
        note: (evidence) => `over the cap: ${overCaps(live, evidence)} s`,
      },
    ];
  }

  private async openAtOnce(
    swarm: Swarm,
    room: number,
    cap: number,
    violations: Violation[],
  ): Promise<Capped> {
    const account = await this.account({ maxSecondsPerMonth: cap });
    const asking = Array.from({ length: AT_ONCE }, () => swarm.plugin({ account }));
    const given = await Promise.all(asking.map((plugin) => this.openOnce(plugin, violations)));
    const plugins = asking.filter((_plugin, index) => given[index]);
    if (plugins.length !== room) {
      violations.push(state(`${plugins.length} were let in where there is room for ${room}`));
    }
    await Promise.all(plugins.map((plugin) => plugin.post('user')));
    return { account, cap, plugins };
  }

  /** Whoever gets a token starts at once. */
  private async openOnce(plugin: SimulatedPlugin, violations: Violation[]): Promise<boolean> {
    const answer = await plugin.tryToken(randomUUID());
    if (answer.status !== 200) {
      if (answer.status !== 429 || answer.problem !== 'minutes_used_up') {
        violations.push(state(`an opening was answered ${answer.status} ${answer.problem}`));
      }
      return false;
    }
    plugin.remember(answer);
    const { status, problem } = await plugin.tryStart();
    if (status !== 201) violations.push(state(`a start was answered ${status} ${problem}`));
    return true;
  }

  /** Each in an account of its own. */
  private openAlone(swarm: Swarm, count: number): Promise<Capped[]> {
    return Promise.all(
      Array.from({ length: count }, async () => {
        const account = await this.account({ maxSecondsPerDay: OUTLIVING_CAP });
        const plugin = swarm.plugin({ account });
        if (!(await plugin.open())) throw new Error('A session could not be opened.');
        await plugin.post('user');
        return { account, cap: OUTLIVING_CAP, plugins: [plugin] };
      }),
    );
  }

  /** Nobody is there but the vendor, which was told how long each may last. */
  private async endAlone(live: readonly Capped[]): Promise<void> {
    const processes = this.world.replicas.map(({ process }) => process);
    await Promise.all(processes.map((process) => process.kill()));
    this.world.note('every replica killed');
    const running = await this.running(live);
    if (running < live.length) throw new Error(`${running} of ${live.length} outlived the others.`);
    await this.untilEnded(live, 2 * OUTLIVING_CAP * 1000);
    await Promise.all(processes.map((process) => process.start()));
  }

  private async untilEnded(capped: readonly Capped[], withinMs: number): Promise<void> {
    await holdsWithin(async () => {
      await sleep(100);
      return (await this.running(capped)) === 0;
    }, withinMs);
  }

  private async running(capped: readonly Capped[]): Promise<number> {
    const { activeSessionIds } = await this.world.control.summary();
    return idsOf(capped).filter((id) => activeSessionIds.includes(id)).length;
  }

  /** Its day is not over while this runs. */
  private account(limits: object): Promise<Account> {
    return this.world.addAccount(`Capped ${randomUUID()}`, { ...limits, timeZone: this.zone });
  }
}

/** All that an account has used is its cap, and its sessions tell why they ended. */
function judgeCap(capped: Capped, evidence: Evidence, offSeconds: number): Violation[] {
  const { cap, plugins } = capped;
  const over = overCap(capped, evidence);
  const most = offSeconds * Math.max(1, plugins.length);
  const violations: Violation[] = [];
  if (Math.abs(over) > most) {
    violations.push(state(`${cap + over} s were billed where there are ${cap} (± ${most})`));
  }
  for (const id of idsOf([capped])) {
    const told = evidence.conversations
      .flatMap(({ sessions }) => sessions)
      .find(({ sessionId }) => sessionId === id);
    if (told?.endReason !== 'minutes_used_up') {
      violations.push(state(`${id} ended ${told?.endReason} by what Petya was told`));
    }
  }
  return violations;
}

function judgeEnder(capped: Capped, evidence: Evidence): Violation[] {
  return idsOf([capped]).flatMap((id) => {
    const reason = evidence.vendor.get(id)?.endReason;
    return reason === 'MAX_DURATION_REACHED' ? [] : [state(`${id} ended ${reason} at the vendor`)];
  });
}

function overCap(capped: Capped, evidence: Evidence): number {
  const seconds = idsOf([capped]).map((id) => evidence.vendor.get(id)?.billedSeconds ?? 0);
  return seconds.reduce((sum, each) => sum + each, 0) - capped.cap;
}

function overCaps(all: readonly Capped[], evidence: Evidence): string {
  const over = all.map((each) => overCap(each, evidence));
  return `${Math.min(...over)} to ${Math.max(...over)}`;
}

function idsOf(all: readonly Capped[]): string[] {
  return all.flatMap(({ plugins }) => plugins.map(({ session }) => session?.sessionId ?? ''));
}

function state(evidence: string): Violation {
  return { kind: 'state', tag: null, evidence };
}
