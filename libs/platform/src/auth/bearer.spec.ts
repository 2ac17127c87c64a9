import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../errors/app-error.js';
import { bearerToken, isOneOf, requireBearer } from './bearer.js';

describe('the token of an Authorization header', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   abc  ', 'abc'],
    ['Bearer SE_5799564546777614', 'SE_5799564546777614'],
    ['Bearer a.b-c_d~e+f/g=', 'a.b-c_d~e+f/g='],
  ])('is found in %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearerabc',
    ' Bearer abc',
    'Basic YTpi',
    'Bearer a b',
    'Bearer a, Bearer b',
    'Bearer a\u0000b',
    'Bearer ключ',
    'Bearer\tabc',
    'Bearer abc\n',
    'Digest Bearer abc',
  ])('is not in %j', (header) => {
    expect(bearerToken(header)).toBeNull();
  });

  it('takes no longer for a header of 16 KB that nearly fits', () => {
    expect(bearerToken(`Bearer ${' '.repeat(16_000)}\n`)).toBeNull();
    expect(bearerToken(`Bearer ${'a'.repeat(16_000)} `)).toHaveLength(16_000);
  });
});

describe('a secret', () => {
  it('is one of those that are valid only when every character is the same', () => {
    expect(isOneOf('token-1', ['token-1'])).toBe(true);
    expect(isOneOf('token-2', ['token-1', 'token-2'])).toBe(true);
    for (const other of ['', 'token-', 'token-11', 'Token-1', 'token-1 ', 'tokеn-1']) {
      expect(isOneOf(other, ['token-1', 'token-2'])).toBe(false);
    }
  });

  it('is never valid where none is', () => {
    expect(isOneOf('', [])).toBe(false);
  });

  it('is compared as === does, of any length', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(isOneOf(one, [other, one])).toBe(true);
        expect(isOneOf(one, [other])).toBe(one === other);
      }),
    );
  });
});

describe('a route of the service or the operator', () => {
  const refusalOf = (header: string | undefined) => {
    try {
      requireBearer(header, ['token-1', 'token-2'], 'a token');
      return null;
    } catch (error) {
      return error instanceof AppError ? error.code : error;
    }
  };

  it.each([
    ['Bearer token-1', null],
    ['bearer token-2', null],
    ['Bearer token-3', 'token_invalid'],
    ['Bearer token-1,token-2', 'token_invalid'],
    ['Bearer ', 'key_missing'],
    ['Basic token-1', 'key_missing'],
    [undefined, 'key_missing'],
  ])('answers %j with %j', (header, code) => {
    expect(refusalOf(header)).toBe(code);
  });

  it('is open to nobody where there is no token', () => {
    expect(() => requireBearer('Bearer token-1', [], 'a token')).toThrow(AppError);
  });
});
