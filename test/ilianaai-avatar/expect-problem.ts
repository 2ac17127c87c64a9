import { expect } from '@jest/globals';
import { errorBodySchema } from '#platform';
import { Ajv } from 'ajv';
import type { Answer } from '../support/json-client.js';

const isErrorBody = new Ajv({ strict: false }).compile(errorBodySchema);

export interface Expected {
  /** `application/json` on vendor-shaped routes (contract section 3), which is most of them. */
  readonly mediaType?: string;
  /** Pieces of the request that the answer must not repeat. */
  readonly notEchoed?: readonly string[];
}

/** Holds a refusal against contract section 3: status, problem, body, headers, nothing echoed. */
export function expectProblem(
  answer: Answer<unknown>,
  status: number,
  problem: string,
  { mediaType = 'application/json', notEchoed = [] }: Expected = {},
): void {
  const body = answer.body as Record<string, unknown> | undefined;
  expect({ status: answer.status, type: body?.['type'] }).toEqual({
    status,
    type: `urn:problem:${problem}`,
  });
  expectErrorBody(body);
  expect(String(body?.['code'])).toMatch(new RegExp(`^9${status}\\d\\d$`));
  expect(answer.headers.get('content-type')).toBe(mediaType);
  expect(body?.['instance']).toBe(`urn:request:${answer.headers.get('x-request-id')}`);
  expectSafeHeaders(answer);
  if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  if (status === 405) expect(answer.headers.get('allow')).not.toBeNull();
  if (status === 429 || status === 503) expect(answer.headers.get('retry-after')).not.toBeNull();
  if (problem === 'invalid_input') expect(body?.['errors']).not.toHaveLength(0);
  for (const piece of notEchoed) expect(answer.text).not.toContain(piece);
}

/** Headers of every answer, refusal or not. */
export function expectSafeHeaders(answer: Answer<unknown>): void {
  const { headers } = answer;
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-fA-F-]{36}$/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
}

/** Holds a body against the one error schema. */
export function expectErrorBody(body: unknown): void {
  isErrorBody(body);
  expect(isErrorBody.errors ?? []).toEqual([]);
}

/** The JSON pointers a refusal names. */
export function pointers(answer: Answer<unknown>): string[] {
  const body = answer.body as { errors?: { pointer: string }[] };
  return (body.errors ?? []).map(({ pointer }) => pointer);
}
