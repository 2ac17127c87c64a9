import { describe, expect, it } from '@jest/globals';
import { baseUrlOf, isSecret, readVariable } from './read-variable.js';

const SECRET = 'k3Yk3Yk3Yk3Yk3Yk3Y';

describe('a variable', () => {
  it.each([
    [undefined, null],
    ['', null],
    [' \r\n', null],
    ['a', 'a'],
    [' a\n', 'a'],
    ['a\r\n', 'a'],
    ['\ufeffa', 'a'],
    ['\u00a0a', 'a'],
    ['say "hi" or "ho" now', 'say "hi" or "ho" now'],
    ['"a', '"a'],
  ])('that is set to %j holds %j', (raw, value) => {
    expect(readVariable(raw)).toEqual({ value });
  });

  it.each(['"a"', "'a'", '`a`', '“a”', '‘a’', '""', ' "a"\n'])(
    'is refused in quotes: %j',
    (raw) => {
      expect(readVariable(raw)).toEqual({ problem: 'must stand without the quotes around it' });
    },
  );
});

describe('a secret', () => {
  const [rule, anyText] = [{ minBytes: 8 }, { minBytes: 8, anyText: true }];

  it.each([SECRET, 'a'.repeat(512), 'with"quote', '$2b$10$abcdefgh'])('may be %s', (text) => {
    expect([isSecret(text, rule), isSecret(text, anyText)]).toEqual([true, true]);
  });

  it.each([
    ['too short', 'short'],
    ['too long', 'a'.repeat(513)],
    ['a quote before it', `"${SECRET}`],
    ['a quote behind it', `${SECRET}'`],
    ['a line end in it', `${SECRET}\n${SECRET}`],
    ['an invisible character', `${SECRET}\u200b`],
    ['a mark of the byte order', `\ufeff${SECRET}`],
    ['a mark of direction', `${SECRET}\u202e`],
    ['half a character', `${SECRET}\ud800`],
    ['a reference of a shell', '${API_KEY_OF_SHOP}'],
    ['a reference of Kubernetes', '$(API_KEY_OF_SHOP)'],
    ['a place to fill in', '<your-key-here>'],
    ['a template', '{{ api_key_of_shop }}'],
  ])('has not %s', (_what, text) => {
    expect([isSecret(text, rule), isSecret(text, anyText)]).toEqual([false, false]);
  });

  it.each(['with a space', 'größer-als-ascii'])(
    'may be any text only where it signs: %s',
    (text) => {
      expect([isSecret(text, rule), isSecret(text, anyText)]).toEqual([false, true]);
    },
  );
});

describe('a base URL', () => {
  const PATHS = ['/api/v1', '/api/v1/avatar'];

  it.each(['', '/', '/api/v1', '/api/v1/', '/api/v1/avatar', '/api/v1/avatar/'])(
    'is the same with %j behind it',
    (tail) => {
      expect(baseUrlOf(`https://a.test${tail}`, PATHS)).toBe('https://a.test');
    },
  );

  it.each([
    'https://a.test//',
    'https://a.test/api/v1//',
    'https://a.test/api',
    'https://a.test/API/V1',
    'https://a.test/?a=1',
    'https://a.test/#a',
    'https://user@a.test',
    'ws://a.test',
    'a.test',
    '//a.test',
    '',
  ])('is not %j', (text) => {
    expect(baseUrlOf(text, PATHS)).toBeNull();
  });
});
