import { setTimeout as delay } from 'node:timers/promises';
import { isFaultyRun } from './faulty-run.js';
import { hearAnswer } from './overheard.js';

/** What a server answered. `body` is undefined where the answer was no JSON. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: T;
}

export interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, for bodies that are not JSON or not quite. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
}

/** Attempts of a caller that is told to come again, in a run whose database has faults. */
let attempts = isFaultyRun ? 5 : 1;
const AGAIN_MS = 200;

/** For files that take the database away themselves: they look at the first answer, whatever it is. */
export function seeFirstAnswers(): void {
  attempts = 1;
}

/**
 * Sends one request over a real socket and reads the whole answer. In a run whose database has faults
 * it is sent again while the answer is that the database is away.
 */
export async function send<T = Record<string, unknown>>(
  method: string,
  url: string,
  call: Call = {},
): Promise<Answer<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await sendOnce<T>(method, url, call);
    if (attempt === attempts || !saysAway(answer)) return answer;
    await delay(AGAIN_MS);
  }
}

/** The second one says it of a database that is silent for too long. */
const AWAY: readonly unknown[] = ['urn:problem:unavailable', 'urn:problem:busy'];

function saysAway({ status, headers, body }: Answer<unknown>): boolean {
  const { type } = (body ?? {}) as { type?: unknown };
  return status === 503 && headers.has('retry-after') && AWAY.includes(type);
}

async function sendOnce<T>(method: string, url: string, call: Call): Promise<Answer<T>> {
  const body = call.raw ?? (call.json === undefined ? undefined : JSON.stringify(call.json));
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...call.headers,
  };
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  hearAnswer(new URL(url).pathname, call.json, response.status, text);
  return { status: response.status, headers: response.headers, text, body: parse(text) as T };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
