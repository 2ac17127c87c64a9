import { describe, expect, it } from '@jest/globals';
import { AvatarError } from '../errors.js';
import { readCredentials } from './credentials.js';

const KEY = 'SE_5799564546777614';
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiIxIn0.c2lnbmF0dXJl';

function read(key?: string | string[], authorization?: string) {
  try {
    return readCredentials({ 'x-api-key': key, authorization });
  } catch (error) {
    if (!(error instanceof AvatarError)) throw error;
    return error.code;
  }
}

describe('the credentials of a request', () => {
  it.each([
    ['none', undefined, undefined, { token: null, keys: [] }],
    ['an empty header', '', undefined, { token: null, keys: [] }],
    ['spaces only', '   ', 'Bearer  ', { token: null, keys: [] }],
    ['a key in its header', KEY, undefined, { token: null, keys: [KEY] }],
    ['a key between spaces', ` ${KEY} `, undefined, { token: null, keys: [KEY] }],
    ['a key as bearer', undefined, `Bearer ${KEY}`, { token: null, keys: [KEY] }],
    ['the same key in both', KEY, `Bearer ${KEY}`, { token: null, keys: [KEY] }],
    [
      'two keys',
      KEY,
      'Bearer SE_0000000000000000',
      { token: null, keys: [KEY, 'SE_0000000000000000'] },
    ],
    ['a token', undefined, `Bearer ${TOKEN}`, { token: TOKEN, keys: [] }],
    ['a token beside a key', KEY, `bearer ${TOKEN}`, { token: TOKEN, keys: [KEY] }],
    ['another scheme', undefined, 'Basic YTpi', { token: null, keys: [] }],
  ])('are read: %s', (_what, key, authorization, expected) => {
    expect(read(key, authorization)).toEqual(expected);
  });

  it.each([
    'short',
    `SE_${'x'.repeat(126)}`,
    `SE_${'x'.repeat(10_000)}`,
    'SE_5799564546 777614',
    'SE_57995645\u000046777614',
    'SE_ключ57995645',
    '{"$ne":null}',
    '"SE_5799564546777614"',
    'se_5799564546777614',
    'XX_5799564546777614',
    '../../etc/passwd/..;',
  ])('hold no key that needs to be looked up: %j', (key) => {
    expect(read(key)).toBe('key_invalid');
  });

  it('are refused when only one of two keys can be one', () => {
    for (const bearer of ['no', 'undefined', 'null', '[object', '{{token}}']) {
      expect(read(KEY, `Bearer ${bearer}`)).toBe('key_ambiguous');
    }
    expect(read('undefined', `Bearer ${KEY}`)).toBe('key_ambiguous');
    expect(read('no', 'Bearer no')).toBe('key_invalid');
    expect(read('no', `Bearer ${TOKEN}`)).toBe('key_invalid');
  });

  it('are none when the header came as a list, which framing has refused before', () => {
    expect(read([KEY, KEY])).toEqual({ token: null, keys: [] });
  });
});
