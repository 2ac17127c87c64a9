import { describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { AppError, type AppErrorDetails } from './app-error.js';
import { type ErrorTable, platformErrors } from './error-table.js';
import { mediaType, writeError } from './write-error.js';

const target = {
  requestId: '0190f6d4-7c1e-7a33-9b1f-0123456789ab',
  vendorShaped: false,
  accept: undefined,
};

/** Writes the error of a code into a response that remembers what it was told. */
function written(code: string, details: AppErrorDetails = {}, table: ErrorTable = platformErrors) {
  const headers: Record<string, string> = {};
  const answer = { status: 0, body: '', headers };
  const response = {
    setHeader: (name: string, value: string) => (headers[name] = value),
    status: (status: number) => (answer.status = status),
    end: (body: string) => (answer.body = body),
  };
  const body = writeError(
    response as unknown as Response,
    new AppError(code, details),
    table,
    target,
  );
  expect(JSON.parse(answer.body)).toEqual(body);
  return answer;
}

describe('an error that is written', () => {
  it('has its status and asks for no credential where none would help', () => {
    const { status, headers } = written('not_found');
    expect(status).toBe(404);
    expect(headers).toEqual({ 'Content-Type': 'application/problem+json' });
  });

  it.each(['key_missing', 'key_invalid', 'token_invalid'])('asks for a credential: %s', (code) => {
    expect(written(code)).toMatchObject({
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer realm="avatar"' },
    });
  });

  it.each([
    ['rate_limited', undefined, '1'],
    ['draining', undefined, '1'],
    ['unavailable', 2, '2'],
    ['rate_limited', 4.2, '5'],
    ['rate_limited', 0, '1'],
    ['rate_limited', -3, '1'],
    ['not_found', 7, '7'],
  ])('says when %s is worth another try: %p → %s', (code, retryAfterSeconds, expected) => {
    expect(written(code, { retryAfterSeconds }).headers['Retry-After']).toBe(expected);
  });

  it.each(['rate_limited', 'unavailable', 'draining', 'overloaded'] as const)(
    'names a time for another try exactly where one may help: %s',
    (code) => {
      expect(written(code).headers['Retry-After']).toBe('1');
      const hopeless = { [code]: { ...platformErrors[code], retryable: false } } as ErrorTable;
      expect(written(code, {}, hopeless).headers).not.toHaveProperty('Retry-After');
    },
  );

  it('says nothing of another try where that would be the same', () => {
    expect(written('invalid_input').headers).not.toHaveProperty('Retry-After');
    expect(written('internal').headers).not.toHaveProperty('Retry-After');
  });

  it.each([
    ['draining', 'The service is restarting. Try again shortly. Ask for a new token.'],
    ['not_found', 'There is nothing here. Ask for a new token.'],
  ])('says of %s what to do in place of the same request', (code, message) => {
    const { body } = written(code, { instead: 'Ask for a new token.' });
    expect(JSON.parse(body)).toMatchObject({ message, retryable: false });
  });

  it('does not say it twice', () => {
    const { body } = written('draining', { instead: 'Try again shortly.' });
    expect(JSON.parse(body)).toMatchObject({
      message: 'The service is restarting. Try again shortly.',
    });
  });

  it('names the methods that a path takes', () => {
    expect(written('method_not_allowed', { allow: ['GET', 'HEAD'] }).headers['Allow']).toBe(
      'GET, HEAD',
    );
  });
});

describe('the media type of an error', () => {
  it.each([
    [true, undefined, 'application/json'],
    [true, '*/*', 'application/json'],
    [true, 'application/json', 'application/json'],
    [true, 'application/problem+json', 'application/problem+json'],
    [true, 'text/html, application/problem+json;q=0.9', 'application/problem+json'],
    [false, undefined, 'application/problem+json'],
    [false, 'application/json', 'application/problem+json'],
  ])('on a vendor-shaped route (%p) with Accept %p is %s', (vendorShaped, accept, expected) => {
    expect(mediaType({ vendorShaped, accept })).toBe(expected);
  });
});
