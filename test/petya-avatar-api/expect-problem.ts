import { expect } from '@jest/globals';
import { errorBodySchema } from '#platform';
import { Ajv } from 'ajv';
import type { Answer } from '../support/json-client.js';

const isErrorBody = new Ajv({ strict: false }).compile(errorBodySchema);

/** Holds a refusal against contract section 3: status, problem, body, headers. */
export function expectProblem(answer: Answer<object>, status: number, problem: string): void {
  const body: Record<string, unknown> = { ...answer.body };
  expect({ status: answer.status, type: body['type'] }).toEqual({
    status,
    type: `urn:problem:${problem}`,
  });
  isErrorBody(body);
  expect(isErrorBody.errors ?? []).toEqual([]);
  expect(String(body['code'])).toMatch(new RegExp(`^9${status}\\d\\d$`));
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('x-powered-by')).toBeNull();
  expect(body['instance']).toBe(`urn:request:${answer.headers.get('x-request-id')}`);
  if (status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  if (status === 429 || status === 503) expect(answer.headers.get('retry-after')).not.toBeNull();
  if (status === 422) expect(body['errors']).not.toHaveLength(0);
}

/** The JSON pointers a refusal names. */
export function pointers(answer: Answer<object>): string[] {
  const { errors = [] } = answer.body as { errors?: { pointer: string }[] };
  return errors.map(({ pointer }) => pointer);
}
