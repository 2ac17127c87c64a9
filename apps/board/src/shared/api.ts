import type { Clock } from './clock.js';
import { encode } from './hash.js';
import { type MemberProblem, Problem } from './problem.js';

/**
 * A path below the admin routes. What is no name of a place, as `..`, leads to none: a URL would take it
 * for a step.
 */
export function apiPath(...parts: readonly string[]): string {
  return parts.map((part) => (/^\.{0,2}$/.test(part) ? UNKNOWN : encode(part))).join('/');
}

/** U+FFFD, which no id has. */
const UNKNOWN = '%EF%BF%BD';

/** Nobody who looks at a board waits longer. */
const TIMEOUT_MS = 10_000;

/** What an `Authorization` header can carry. */
const TOKEN = /^[\x21-\x7e]+$/;

interface Refused {
  readonly message?: unknown;
  readonly type?: unknown;
  readonly errors?: unknown;
}

/** The admin routes of the page's own origin. The token is kept here and nowhere else. */
export class Api {
  #token: string | null = null;

  constructor(private readonly clock: Clock) {}

  /** @returns whether it can be a token at all */
  use(token: string): boolean {
    this.#token = TOKEN.test(token) ? token : null;
    return this.#token !== null;
  }

  forget(): void {
    this.#token = null;
  }

  /** Whether a text is the token, which belongs in no address. */
  isToken(text: string): boolean {
    return text === this.#token;
  }

  /**
   * @param query members that are undefined are left out
   * @throws Problem
   */
  get<T>(
    path: string,
    query: Readonly<Record<string, string | undefined>> = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const entries = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const search = new URLSearchParams(entries).toString();
    return this.call('GET', search === '' ? path : `${path}?${search}`, undefined, signal);
  }

  /** @throws Problem */
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> {
    return this.call(method, path, body);
  }

  private async call<T>(
    method: string,
    path: string,
    body?: object,
    signal?: AbortSignal,
  ): Promise<T> {
    const aborter = new AbortController();
    const abort = (): void => aborter.abort();
    const timer = setTimeout(abort, TIMEOUT_MS);
    signal?.addEventListener('abort', abort);
    try {
      const answer = await fetch(`/api/v1/admin/${path}`, {
        method,
        headers: {
          Accept: 'application/json',
          ...(this.#token === null ? {} : { Authorization: `Bearer ${this.#token}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal: aborter.signal,
      });
      this.clock.learn(answer.headers.get('Date'));
      if (!answer.ok) throw await problemOf(answer);
      return (await answer.json()) as T;
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw new Problem('There was no answer.', 0, '');
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  const { message, type, errors } = ((await answer.json().catch(() => null)) ?? {}) as Refused;
  const code = typeof type === 'string' ? type.replace(/^urn:problem:/, '') : '';
  const said = typeof message === 'string' ? message : `There was an answer ${answer.status}.`;
  const retryAfter = Number(answer.headers.get('Retry-After')) || 0;
  const requestId = answer.headers.get('X-Request-Id');
  return new Problem(said, answer.status, code, retryAfter, requestId, membersOf(errors));
}

/** What is wrong with which member; what has another form is left out. */
function membersOf(errors: unknown): MemberProblem[] {
  return (Array.isArray(errors) ? errors : []).filter(
    (each: Partial<MemberProblem> | null): each is MemberProblem =>
      typeof each?.pointer === 'string' && typeof each.message === 'string',
  );
}
