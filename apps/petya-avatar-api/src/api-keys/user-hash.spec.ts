import { describe, expect, it } from '@jest/globals';
import { isUserHash, userHash } from './user-hash.js';

const KEY = 'SK_0123456789abcdefghijklmnopqrstuv';

describe('the hash of a person who is logged in', () => {
  it('is HMAC-SHA-256 keyed with the secret key, in hex (RFC 4231, test case 2)', () => {
    expect(userHash('what do ya want for nothing?', 'Jefe')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('is taken of any of the keys, for its own person only', () => {
    const hash = userHash('ada', KEY);
    expect(isUserHash(hash, 'ada', [KEY])).toBe(true);
    expect(isUserHash(hash, 'ada', ['SK_another-key', KEY])).toBe(true);
    expect(isUserHash(hash, 'eve', [KEY])).toBe(false);
    expect(isUserHash(hash, 'ada', ['SK_another-key'])).toBe(false);
    expect(isUserHash(hash, 'ada', [])).toBe(false);
    for (const other of ['', 'zz', hash.slice(2), `${hash}00`]) {
      expect(isUserHash(other, 'ada', [KEY])).toBe(false);
    }
  });
});
