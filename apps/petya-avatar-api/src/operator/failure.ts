/** A refusal of Petya's, or one of this command in the same shape, without a status. */
export interface Problem {
  readonly type: string;
  readonly message: string;
  readonly status?: number;
  readonly errors?: readonly InputProblem[];
}

export interface InputProblem {
  /** A JSON pointer into the body that was sent. */
  readonly pointer: string;
  readonly message: string;
}

/** Nothing was asked of Petya, because the command line does not say what. */
export const USAGE = 'urn:problem:usage';

/** Nobody who could answer was reached, and nobody will be for the next call either. */
export const UNREACHABLE = 'urn:problem:unreachable';

export interface FailureDetails {
  readonly cause?: unknown;
  /** After which time the same call may be answered otherwise. */
  readonly retryAfterMs?: number;
}

/** Why a command did not do what it was told to. */
export class Failure extends Error {
  readonly retryAfterMs: number | null;

  constructor(
    readonly problem: Problem,
    { cause, retryAfterMs }: FailureDetails = {},
  ) {
    super(problem.message, { cause });
    this.retryAfterMs = retryAfterMs ?? null;
  }
}

/** A command line that cannot be meant. */
export function misuse(message: string): Failure {
  return new Failure({ type: USAGE, message });
}
