import type { PlannedFaults } from './check-answers.js';
import type { ClientLedger } from './client-ledger.js';
import type { Evidence } from './evidence.js';
import type { Violation } from './violations.js';
import type { World } from './world.js';

/** What a scenario did, to be judged when everything in its world has settled. */
export interface Outcome {
  readonly what: string;
  readonly runs: number;
  readonly ledger: ClientLedger;
  readonly planned: PlannedFaults;
  /** The argument of `--only` that runs it again. */
  readonly only: string;
  /** What was seen to be wrong already. */
  readonly violations?: readonly Violation[];
  /** Further judgement of its own. */
  readonly judge?: (evidence: Evidence) => Violation[];
  /** What else is worth reading, for example a measured time. */
  readonly note?: (evidence: Evidence) => string;
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly runs: number;
  readonly violations: readonly Violation[];
  readonly only: string;
  readonly note?: string;
}

export interface RunSettings {
  readonly seed: number;
  /** The bigger counts. */
  readonly isFull: boolean;
  /** It was asked for by its name. */
  readonly isNamed: boolean;
  /** A part of the scenario, for example one kill point. */
  readonly part: string | null;
  readonly say: (line: string) => void;
}

/** Disturbs a world that others use before and after it, and leaves it healed. */
export interface Scenario {
  readonly name: string;
  run(world: World, settings: RunSettings): Promise<Outcome[]>;
}

/** Starts worlds of its own and judges them itself. */
export interface ApartScenario {
  readonly name: string;
  /** Runs only with `--full` or when it is named. */
  readonly isOnlyFull: boolean;
  runApart(settings: RunSettings): Promise<Row[]>;
}
