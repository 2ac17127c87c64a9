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

/** Sends one request over a real socket and reads the whole answer. */
export async function send<T = Record<string, unknown>>(
  method: string,
  url: string,
  call: Call = {},
): Promise<Answer<T>> {
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
