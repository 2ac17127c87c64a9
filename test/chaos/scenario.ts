import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedFaults } from './check-answers.js';
import { check, isDone } from './checker.js';
import { ClientLedger } from './client-ledger.js';
import { type Evidence, gatherEvidence, readSessions } from './evidence.js';
import type { Violation } from './violations.js';
import type { World } from './world.js';

/** What one line of the table says. */
export interface Row {
  readonly what: string;
  readonly runs: number;
  readonly violations: readonly Violation[];
  /** What else is worth reading, for example a measured time. */
  readonly note?: string;
  /** The argument of `--only` that runs this line again. */
  readonly only: string;
}

export interface RunSettings {
  readonly seed: number;
  /** The bigger counts. */
  readonly isFull: boolean;
  /** A part of the scenario, for example one kill point. */
  readonly part: string | null;
  readonly say: (line: string) => void;
}

export interface Scenario {
  readonly name: string;
  /** Runs only with `--full` or when it is named. */
  readonly isOnlyFull?: boolean;
  /** Starts a world of its own instead of sharing one. */
  readonly isApart?: boolean;
  run(world: () => Promise<World>, settings: RunSettings): Promise<Row[]>;
}

/** Longest that anything may need to settle: the lease of a start, a lease, readings, retries. */
const SETTLE_MS = 60_000;

/** One run: a ledger of its own, and the judgement at its end. */
export class Run {
  readonly ledger = new ClientLedger();
  private evidence: Evidence | null = null;

  constructor(private readonly world: World) {}

  /** Waits until nothing is left to do for any session. */
  async settle(withinMs = SETTLE_MS): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const sessions = await readSessions(this.world).catch(() => null);
      const { activeSessionIds } = await this.world.control.summary();
      const isSettled = sessions?.every(isDone) === true && activeSessionIds.length === 0;
      if (isSettled || Date.now() > deadline) return;
      await sleep(100);
    }
  }

  /** Heals the world, waits until it has settled and holds the three ledgers against each other. */
  async judge(planned: PlannedFaults): Promise<Violation[]> {
    await this.world.heal();
    await this.settle();
    return check(this.world, this.ledger, await this.gathered(), planned);
  }

  async gathered(): Promise<Evidence> {
    this.evidence ??= await gatherEvidence(this.world);
    return this.evidence;
  }
}

/** Polls until something holds. False when it does not within the time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
