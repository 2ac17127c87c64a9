/** One refused member of the input: a JSON pointer and what it must be. Never its value. */
export interface InputProblem {
  readonly pointer: string;
  readonly message: string;
}

export interface AppErrorDetails {
  /** What really happened; for the log, never for the answer. */
  readonly cause?: unknown;
  readonly errors?: readonly InputProblem[];
  readonly retryAfterSeconds?: number;
  /** Values for the `{name}` places of the message. Only values that were parsed, never raw input. */
  readonly params?: Readonly<Record<string, string>>;
  /** The vendor's own numeric code, where the vendor refused the request. */
  readonly vendorCode?: number;
  /** Status that stands in place of the table's, for a vendor's refusal passed on. */
  readonly status?: number;
  /** What to do in place of the same request, which would not succeed any more. */
  readonly instead?: string;
  /** Methods a known path takes, for `method_not_allowed`. */
  readonly allow?: readonly string[];
  /** The protocol that a path speaks, for a refusal of whoever did not ask for it. */
  readonly upgrade?: string;
}

/**
 * The one error that services, repositories and clients throw. The code comes from the app's
 * closed union; status and text are the error table's business.
 *
 * It has a stack only where it has a cause. A refusal is told by its code, and capturing its stack
 * was a tenth of what it costs to refuse a stranger.
 */
export class AppError<Code extends string = string> extends Error {
  constructor(
    readonly code: Code,
    readonly details: AppErrorDetails = {},
  ) {
    const frames = Error.stackTraceLimit;
    if (details.cause === undefined) Error.stackTraceLimit = 0;
    super(code, { cause: details.cause });
    Error.stackTraceLimit = frames;
    this.name = 'AppError';
  }
}
