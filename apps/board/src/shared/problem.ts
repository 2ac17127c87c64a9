/** What is wrong with one member of what was sent. */
export interface MemberProblem {
  /** A JSON Pointer: `/limits/maxSecondsPerDay`. */
  readonly pointer: string;
  readonly message: string;
}

/** A call that was refused or failed, in the service's own words. */
export class Problem extends Error {
  constructor(
    message: string,
    /** 0 where there was no answer. */
    readonly status: number,
    /** Its code, as `not_found`; empty where the answer was not the service's own. */
    readonly code: string,
    readonly retryAfterSeconds = 0,
    /** By which its line in the log is found. */
    readonly requestId: string | null = null,
    /** Of refused input. */
    readonly members: readonly MemberProblem[] = [],
  ) {
    super(message);
  }

  /** Whether it is about what was asked for: the same, asked again, would be refused again. */
  get isAboutAsked(): boolean {
    const { status } = this;
    return status >= 400 && status < 500 && status !== 401 && status !== 429;
  }

  /** Whether nobody of ours has answered. */
  get isUnreached(): boolean {
    return this.status === 0 || (this.code === '' && this.status >= 500);
  }
}

/** What to do next, by code. */
const STEPS: Readonly<Record<string, string>> = {
  count_differs: 'Look at the sessions that are live now, and confirm their number.',
  not_found: 'It may have gone meanwhile: look at the list again.',
  not_delivered: 'Petya does not have it yet: look at it again.',
  turns_gone: 'Petya has it as it is: there is nothing to do.',
  not_parked: 'It is not parked any more: look at it again.',
  invalid_input: 'Change what you have entered, and try again.',
  token_invalid: 'Look it up again where you keep it: it is one of ADMIN_TOKEN.',
  key_missing: 'Sign in.',
  unknown_outcome: 'Look at the list before you try it again.',
};

/** What whoever looks at a refusal does next. */
export function nextStep({ status, code, retryAfterSeconds }: Problem): string {
  const known = STEPS[code];
  if (known !== undefined) return known;
  if (retryAfterSeconds > 0) return `Try again in ${retryAfterSeconds} s.`;
  // A stop, a release and all else here may be repeated.
  if (status === 0) return 'Whether it was done is not known. Try again: twice does no harm.';
  return status >= 500 || status === 429 ? 'Try again in a moment.' : 'Nothing was changed.';
}

/** A refusal as it is shown: what was said, what to do, and where the log has it. */
export function sentencesOf(error: unknown): string {
  if (!(error instanceof Problem)) return 'The board itself has failed here. Load it anew.';
  const { message, requestId } = error;
  const where = requestId === null || error.status < 500 ? '' : ` Its request is ${requestId}.`;
  return `${message} ${nextStep(error)}${where}`;
}
