import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formsOf, makeScrubber, passwordOf } from './scrubber.js';

const SECRET = 'p0/vendor+key=of this~run';
const scrub = makeScrubber([SECRET]);

describe('the scrubber', () => {
  it.each([
    ['as it is', SECRET],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['every byte percent-encoded', Buffer.from(SECRET).toString('hex').replace(/../g, '%$&')],
    ['hex', Buffer.from(SECRET).toString('hex')],
    ['upper-case hex', Buffer.from(SECRET).toString('hex').toUpperCase()],
  ])('replaces a configured secret: %s', (_form, written) => {
    expect(scrub(`before ${written} after`)).toBe('before [redacted] after');
  });

  it.each(['', 'a', 'ab', 'user:', 'x-api-key: '])(
    'leaves no more of a secret in base64 behind "%s" than its edges',
    (prefix) => {
      for (const encoding of ['base64', 'base64url'] as const) {
        const line = scrub(Buffer.from(`${prefix}${SECRET} and more`).toString(encoding));
        expect(line).toContain('[redacted]');
        const left = Buffer.from(line.replaceAll('[redacted]', ''), 'base64').toString('latin1');
        expect(left).not.toContain(SECRET.slice(4, 16));
      }
    },
  );

  it.each([
    ['a customer key', 'key SE_5799564546777614 used', 'key [redacted] used'],
    ['a secret key', 'key SK_5799564546777614 used', 'key [redacted] used'],
    ['a signed token', 'got eyJhbGciOi.eyJzdWIi.c2lnbmF0 now', 'got [redacted] now'],
    ['an unsigned token', 'got eyJhbGciOi.eyJzdWIi. now', 'got [redacted] now'],
    ['a bearer value', 'authorization: Bearer abc-def.123', 'authorization: Bearer [redacted]'],
    ['a password in a URI', 'mongodb://app:hunter2hunter@db/x', 'mongodb://app:[redacted]@db/x'],
  ])('replaces %s wherever it stands', (_what, line, clean) => {
    expect(scrub(line)).toBe(clean);
  });

  it('leaves ordinary lines alone', () => {
    const line = '{"route":"/v1/sessions/token","status":200,"ms":12,"requestId":"0190f6d4-1111"}';
    expect(scrub(line)).toBe(line);
  });

  it('never leaves a secret of eight characters or more, whatever stands around it', () => {
    const secret = fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        return !makeScrubber([value])(`${before}${value}${after}`).includes(value);
      }),
    );
  });

  it('ignores values too short to be secrets', () => {
    expect(formsOf('info')).toEqual([]);
  });
});

describe('the password in a connection string', () => {
  it.each([
    ['mongodb://db:27017/petya', []],
    ['mongodb://app:s%2Fecret-1@db/petya', ['s%2Fecret-1', 's/ecret-1']],
    ['mongodb+srv://app:plain@db/petya', ['plain', 'plain']],
    ['mongodb://app:bad%zz@db/petya', ['bad%zz']],
  ])('of %s', (uri, found) => {
    expect(passwordOf(uri)).toEqual(found);
  });
});
