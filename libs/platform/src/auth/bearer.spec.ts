import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bearerToken, isSameSecret } from './bearer.js';

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

describe('two secrets', () => {
  it('are the same only when every character is', () => {
    expect(isSameSecret('token-1', 'token-1')).toBe(true);
    for (const other of ['', 'token-', 'token-11', 'Token-1', 'token-1 ', 'tokеn-1']) {
      expect(isSameSecret(other, 'token-1')).toBe(false);
    }
  });

  it('are compared as === does, of any length', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(isSameSecret(one, one)).toBe(true);
        expect(isSameSecret(one, other)).toBe(one === other);
      }),
    );
  });
});
