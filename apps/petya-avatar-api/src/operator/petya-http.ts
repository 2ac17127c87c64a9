import { Failure, type Problem, UNREACHABLE } from './failure.js';

export interface PetyaCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Behind `/api/v1`. */
  readonly path: string;
  readonly credential: string;
  readonly body?: unknown;
}

const TIMEOUT_MS = 30_000;

/**
 * One call to a Petya.
 * @param petya its address without a path
 * @returns the answer's body
 * @throws Failure with Petya's problem, or where nobody answers who is one
 */
export async function callPetya<T>(petya: string, call: PetyaCall): Promise<T> {
  const answer = await ask(petya, call);
  const body = parse(await answer.text().catch((cause: unknown) => throwAway(petya, cause)));
  if (answer.ok && body !== undefined) return body as T;
  if (!isProblem(body)) throw new Failure(stranger(petya, answer.status));
  throw new Failure(body, { retryAfterMs: retryAfterMs(answer.headers) });
}

function retryAfterMs(headers: Headers): number | undefined {
  const seconds = headers.get('retry-after') ?? '';
  return /^\d{1,4}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

async function ask(petya: string, { method, path, credential, body }: PetyaCall) {
  const headers = {
    Authorization: `Bearer ${credential}`,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  // Whoever is named as Petya gets the token, and nobody to whom that one sends us on.
  const init = { method, headers, body: sent, signal, redirect: 'manual' } as const;
  return fetch(`${petya}/api/v1${path}`, init).catch((cause: unknown) => throwAway(petya, cause));
}

function throwAway(petya: string, cause: unknown): never {
  const message = `Nobody answers at ${petya}${reasonOf(cause)}: start Petya there, or name its address with --petya or PETYA_BASE_URL.`;
  throw new Failure({ type: UNREACHABLE, message }, { cause });
}

/** The system's code, such as ECONNREFUSED, or that it took too long. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  if (cause.name === 'TimeoutError') return ` within ${TIMEOUT_MS / 1000} s`;
  const { code } = (cause.cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? ` (${code})` : '';
}

function stranger(petya: string, status: number): Problem {
  const message = `What answers at ${petya} (${status}) is no petya-avatar-api: name Petya's address with --petya or PETYA_BASE_URL.`;
  return { type: UNREACHABLE, message };
}

function isProblem(body: unknown): body is Problem {
  const { type, message, status } = (body ?? {}) as Partial<Problem>;
  return typeof type === 'string' && typeof message === 'string' && typeof status === 'number';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
