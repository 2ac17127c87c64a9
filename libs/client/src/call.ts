import { toJson } from './plain-json.js';
import { isObject, refusalOf } from './refusal.js';
import { requirePrintable } from './requirements.js';

/** What whoever builds a page may watch: which call, how it went, how long it took. */
export interface CallReport {
  readonly method: string;
  readonly url: string;
  /** Null when nobody answered. */
  readonly status: number | null;
  readonly ms: number;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of JSON. */
  readonly text?: string;
  /** A key or a token; printable characters without spaces. */
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Told the headers of a success. */
  readonly answered?: (headers: Headers) => void;
  /** Gives the call up; what was asked for may happen all the same. */
  readonly signal?: AbortSignal;
  /** Goes on while its page is left. */
  readonly keepalive?: boolean;
}

/**
 * One call as JSON.
 * @throws Refusal when the status is not 2xx or the answer is not the service's
 * @throws CallTimeout when there is no whole answer in time
 * @throws TypeError, as `fetch` does, when nobody answers
 * @throws what the signal was aborted with, or an `AbortError`
 */
export type CallJson = <T>(url: string, call: Call) => Promise<T>;

export interface CallerOptions {
  readonly report?: (call: CallReport) => void;
  /** Longest that a whole answer is waited for; 25 s if nothing is said. */
  readonly timeoutMs?: number;
  /** In place of the global one. */
  readonly fetch?: typeof fetch;
  /**
   * The `traceparent` of each call (W3C Trace Context), by whose trace the service's operator finds it.
   * Asked at each one; not of what is sent while a page is left, which has no time for a preflight.
   */
  readonly traceparent?: () => string;
}

/** There was no whole answer in time; what was asked for may have happened all the same. */
export class CallTimeout extends Error {
  override readonly name: string = 'TimeoutError';

  constructor() {
    super('The service has not answered in time.');
  }
}

const DEADLINE_MS = 25_000;

export function callerWith(options: CallerOptions = {}): CallJson {
  const { report, timeoutMs = DEADLINE_MS } = options;
  return async <T>(url: string, call: Call): Promise<T> => {
    const hasBody = call.body !== undefined || call.text !== undefined;
    const method = call.method ?? (hasBody ? 'POST' : 'GET');
    const began = performance.now();
    const tell = (status: number | null): void =>
      report?.({ method, url, status, ms: Math.round(performance.now() - began) });
    const patience = new Patience(timeoutMs, call.signal);
    try {
      const answer = await send(options, url, method, call, patience).catch((error: unknown) => {
        tell(null);
        throw error;
      });
      tell(answer.status);
      const parsed: unknown = await answer.json().catch(() => null);
      patience.refuseOver();
      if (!answer.ok || !isObject(parsed)) throw refusalOf(parsed, answer);
      call.answered?.(answer.headers);
      return parsed as T;
    } catch (error) {
      patience.refuseOver();
      throw error;
    } finally {
      patience.end();
    }
  };
}

function send(
  { fetch: own, traceparent }: CallerOptions,
  url: string,
  method: string,
  { body, text, bearer, headers, keepalive }: Call,
  { signal }: Patience,
): Promise<Response> {
  // Looked up at each call: a page's tools may have wrapped it meanwhile.
  return (own ?? fetch)(url, {
    method,
    headers: {
      ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(traceparent && text === undefined ? { traceparent: header(traceparent()) } : {}),
      ...headers,
    },
    body: body === undefined ? text : toJson(body),
    keepalive,
    signal,
  });
}

function header(traceparent: string): string {
  return requirePrintable('traceparent', traceparent);
}

/** How long a call is waited for: until its time is over, or nobody wants it any more. */
class Patience {
  private readonly ending = new AbortController();
  private readonly late: AbortSignal;
  private readonly giveUp = (): void => this.ending.abort();

  constructor(
    timeoutMs: number,
    private readonly wanted: AbortSignal | undefined,
  ) {
    this.late = afterTime(timeoutMs);
    for (const signal of [this.late, wanted]) signal?.addEventListener('abort', this.giveUp);
    if (wanted?.aborted) this.giveUp();
  }

  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** @throws what has ended it, if something has */
  refuseOver(): void {
    if (this.wanted?.aborted) throw (this.wanted.reason as unknown) ?? abortError();
    if (this.late.aborted) throw new CallTimeout();
  }

  end(): void {
    for (const signal of [this.late, this.wanted]) {
      signal?.removeEventListener('abort', this.giveUp);
    }
  }
}

/**
 * A signal that aborts after so many milliseconds. Safari before 16 and Firefox before 100 have no
 * `AbortSignal.timeout`. Where it is there it is taken: a page's tools may make something else of
 * `setTimeout`.
 */
export function afterTime(timeoutMs: number): AbortSignal {
  if (typeof AbortSignal.timeout === 'function') return AbortSignal.timeout(timeoutMs);
  const ending = new AbortController();
  setTimeout(() => ending.abort(), timeoutMs);
  return ending.signal;
}

/** Browsers that give an abort no reason. */
function abortError(): Error {
  return Object.assign(new Error('The call was given up.'), { name: 'AbortError' });
}
