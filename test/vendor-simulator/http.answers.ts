import type { IncomingMessage, ServerResponse } from 'node:http';

/** An answer before it is written: the body becomes JSON. */
export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** A request's body is kept up to this size; longer ones are answered 413. */
export const MAX_BODY_BYTES = 1_048_576;

/** Reads a body as text; null when it is longer than MAX_BODY_BYTES. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8');
}

/** Deeper bodies count as unreadable: writing them back into a ledger would overflow the stack. */
const MAX_JSON_DEPTH = 200;

function nestsDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((member) => nestsDeeperThan(member, levels - 1));
}

/** Parses JSON; `ok: false` when the text is none, or nests over 200 deep. */
export function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    const value = JSON.parse(text) as unknown;
    return nestsDeeperThan(value, MAX_JSON_DEPTH) ? { ok: false } : { ok: true, value };
  } catch {
    return { ok: false };
  }
}

/**
 * The browser SDK calls the vendor with `credentials: "include"`, so the origin has to be echoed
 * (reference 2.1).
 */
export function corsHeaders(request: IncomingMessage): Record<string, string> {
  const origin = request.headers.origin;
  if (origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'authorization, content-type, x-api-key',
    'access-control-allow-methods': 'GET, POST, PATCH, DELETE, OPTIONS',
    'access-control-expose-headers': 'retry-after',
    vary: 'origin',
  };
}

/** Writes an answer as JSON with its length. */
export function sendJson(response: ServerResponse, answer: Answer): void {
  const text = JSON.stringify(answer.body ?? null);
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...answer.headers,
  });
  response.end(text);
}
