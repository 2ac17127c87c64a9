import { expect } from '@jest/globals';
import { errorShapeProblems } from './error-shape.js';
import type { Answer } from './json-client.js';

export interface Expected {
  readonly mediaType?: string;
  /** Pieces of the request that the answer must not repeat. */
  readonly notEchoed?: readonly string[];
}

/**
 * Holds a refusal against what every one must have: status, problem, body, headers, nothing echoed. The
 * media type is `application/problem+json` unless the route is vendor-shaped.
 */
export function expectProblem(
  answer: Answer<unknown>,
  status: number,
  problem: string,
  { mediaType = 'application/problem+json', notEchoed = [] }: Expected = {},
): void {
  const body = answer.body as Record<string, unknown> | undefined;
  const type = `urn:problem:${problem}`;
  expect({ status: answer.status, type: body?.['type'] }).toEqual({ status, type });
  expect(errorShapeProblems(body)).toEqual([]);
  expect(String(body?.['code'])).toMatch(new RegExp(`^9${status}\\d\\d$`));
  expect(answer.headers.get('content-type')).toBe(mediaType);
  expect(body?.['instance']).toBe(`urn:request:${answer.headers.get('x-request-id')}`);
  expectSafeHeaders(answer);
  if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  if (status === 405) expect(answer.headers.get('allow')).not.toBeNull();
  const isBusy = status === 429 || status === 503;
  if (isBusy && body?.['retryable'] === true) {
    expect(answer.headers.get('retry-after')).not.toBeNull();
  }
  if (problem === 'vendor_auth') expect(answer.headers.get('retry-after')).toBeNull();
  if (problem === 'invalid_input') expect(body?.['errors']).not.toHaveLength(0);
  for (const piece of notEchoed) expect(answer.text).not.toContain(piece);
}

/** Headers of every answer, refusal or not. */
export function expectSafeHeaders({ headers }: Answer<unknown>): void {
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-fA-F-]{36}$/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
}

/** The JSON pointers a refusal names. */
export function pointers(answer: Answer<unknown>): string[] {
  const body = answer.body as { errors?: { pointer: string }[] };
  return (body.errors ?? []).map(({ pointer }) => pointer);
}
