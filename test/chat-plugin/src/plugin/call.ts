import { toJson } from './plain-json.js';

/** A refusal, with the sentence the service gives for it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    /** The problem's name, for example `account_full`. */
    readonly problem: string,
    /** The members that were wrong, as JSON pointers, where the service names them. */
    readonly pointers: readonly string[],
    message: string,
    /**
     * Not the service's own words, which are JSON: a proxy answers while the service behind it is
     * restarted, a firewall stops a call, or a host has a page for every address. It says nothing of
     * what is known there.
     */
    readonly isForeign: boolean = false,
  ) {
    super(message);
  }
}

/** Whether only the site's owner can mend it: a key, a list of origins, an address. */
export function isForOwner(error: unknown): error is Refusal {
  if (!(error instanceof Refusal)) return false;
  return [401, 403, 404].includes(error.status) || error.status < 300;
}

/** What the page's developer may watch: which call, how it went, how long it took. */
export interface CallReport {
  readonly method: string;
  readonly url: string;
  /** Null when nobody answered. */
  readonly status: number | null;
  readonly ms: number;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly body?: unknown;
  readonly bearer: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Told the headers of a success. */
  readonly answered?: (headers: Headers) => void;
}

export type CallJson = <T>(url: string, call: Call) => Promise<T>;

const DEADLINE_MS = 25_000;

/**
 * Calls as JSON; each throws Refusal when the status is not 2xx or the answer is not the service's,
 * TypeError when nobody answers.
 */
export function callerWith(report: (call: CallReport) => void): CallJson {
  return async <T>(url: string, call: Call): Promise<T> => {
    const method = call.method ?? (call.body === undefined ? 'GET' : 'POST');
    const began = performance.now();
    const tell = (status: number | null): void =>
      report({ method, url, status, ms: Math.round(performance.now() - began) });
    const answer = await send(url, method, call).catch((error: unknown) => {
      tell(null);
      throw error;
    });
    tell(answer.status);
    const parsed: unknown = await answer.json().catch(() => null);
    const isAnswer = typeof parsed === 'object' && parsed !== null;
    if (!answer.ok || !isAnswer) throw refusalOf(parsed, answer.status);
    call.answered?.(answer.headers);
    return parsed as T;
  };
}

function send(url: string, method: string, { body, bearer, headers }: Call): Promise<Response> {
  return fetch(url, {
    method,
    headers: {
      Authorization: `Bearer ${bearer}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : toJson(body),
    signal: afterDeadline(),
  });
}

/** Safari before 16 and Firefox before 100 have no `AbortSignal.timeout`. */
function afterDeadline(): AbortSignal {
  if (typeof AbortSignal.timeout === 'function') return AbortSignal.timeout(DEADLINE_MS);
  const ending = new AbortController();
  setTimeout(() => ending.abort(), DEADLINE_MS);
  return ending.signal;
}

function refusalOf(body: unknown, status: number): Refusal {
  const isForeign = typeof body !== 'object' || body === null;
  const { message, type, errors } = (body ?? {}) as Readonly<Record<string, unknown>>;
  const problem = typeof type === 'string' ? type.replace('urn:problem:', '') : '';
  const usual = isForeign ? FOREIGN : 'The service cannot help right now.';
  const said = typeof message === 'string' ? message : usual;
  return new Refusal(status, problem, pointersOf(errors), said, isForeign);
}

const FOREIGN = 'That is no answer of this service. Is it its address?';

function pointersOf(errors: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((error: { pointer?: unknown } | null) =>
    typeof error?.pointer === 'string' ? [error.pointer] : [],
  );
}

/** Tries again once when the service did not answer; the request carries its own idempotency. */
export async function onceMore<T>(work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    if (error instanceof Refusal && !error.isForeign) throw error;
    return work();
  });
}
