import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { errorBodySchema } from '../openapi/error-body.schema.js';
import { AppError } from './app-error.js';
import { errorBody } from './error-body.js';
import { type ErrorTable, platformErrors } from './error-table.js';

const REQUEST_ID = '0190f6d4-7c1e-7a33-9b1f-0123456789ab';
const validate = new Ajv({ allErrors: true }).compile(errorBodySchema);
const rows = Object.entries<ErrorTable[string]>(platformErrors);

describe('the error table', () => {
  it.each(rows)('has a sound body for %s', (code, { status, sequence }) => {
    const body = errorBody(new AppError(code), platformErrors, REQUEST_ID);
    expect(validate(body)).toBe(true);
    expect(body.code).toBe(900_000 + status * 100 + sequence);
    expect(body).toMatchObject({
      data: null,
      status,
      type: `urn:problem:${code}`,
      instance: `urn:request:${REQUEST_ID}`,
    });
  });

  it('gives no two problems the same code', () => {
    const codes = rows.map(([, { status, sequence }]) => `${status}/${sequence}`);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it("leaves the sequences from 50 up to the apps' own problems", () => {
    for (const [, { sequence }] of rows) expect(sequence).toBeLessThan(50);
  });

  it('calls retryable what another attempt may cure: time-outs, limits, our own faults', () => {
    const retryable = rows.filter(([, row]) => row.retryable).map(([code]) => code);
    expect(retryable.sort()).toEqual([
      'busy',
      'draining',
      'internal',
      'overloaded',
      'rate_limited',
      'request_timeout',
      'unavailable',
    ]);
  });
});

describe('an error body', () => {
  const body = (error: AppError) => errorBody(error, platformErrors, REQUEST_ID);

  it('names the status in words', () => {
    expect(body(new AppError('key_invalid'))).toEqual({
      code: 940_101,
      message: 'This API key is not known.',
      data: null,
      type: 'urn:problem:key_invalid',
      title: 'Unauthorized',
      status: 401,
      instance: `urn:request:${REQUEST_ID}`,
      retryable: false,
    });
  });

  it('says "internal" for a code that the table does not have', () => {
    expect(body(new AppError('no_such_code'))).toMatchObject({ status: 500, code: 950_001 });
  });

  it('names the refused members', () => {
    const errors = [{ pointer: '/text', message: 'must be at most 32768 bytes' }];
    const refused = body(new AppError('invalid_input', { errors }));
    expect(refused.errors).toEqual(errors);
    expect(validate(refused)).toBe(true);
  });

  it('fills the places of its message from parsed values, and only those', () => {
    const params = { origin: 'https://a.test', unused: 'x' };
    expect(body(new AppError('origin_not_allowed', { params })).message).toMatch(
      /^The origin https:\/\/a\.test is not on/,
    );
    expect(body(new AppError('origin_not_allowed')).message).toMatch(/^The origin {2}is not/);
  });

  it('takes the status of a vendor that refused, with its number and never its text', () => {
    const cause = new Error('vendor said: secret');
    const refused = body(new AppError('not_found', { status: 409, vendorCode: 4_711, cause }));
    expect(refused).toMatchObject({ status: 409, title: 'Conflict', vendor_code: 4_711 });
    expect(JSON.stringify(refused)).not.toContain('secret');
    expect(validate(refused)).toBe(true);
  });

  it('cannot be made from a table without a row for what is unknown', () => {
    expect(() => errorBody(new AppError('x'), {}, REQUEST_ID)).toThrow(/internal/);
  });
});
