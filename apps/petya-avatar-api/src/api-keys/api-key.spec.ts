import { describe, expect, it } from '@jest/globals';
import { API_KEY_PATTERN, apiKeyKind, IMPORTED_KEY_PATTERN } from '#contracts';
import { apiKeyDigest, apiKeyHint, newApiKey } from './api-key.js';

describe('keys', () => {
  it('are made so that they may be used and imported', () => {
    const keys = Array.from({ length: 50 }, () => newApiKey('customer'));
    expect(new Set(keys).size).toBe(50);
    for (const key of keys) {
      expect(key).toMatch(API_KEY_PATTERN);
      expect(key).toMatch(IMPORTED_KEY_PATTERN);
    }
  });

  it('of a server are told by their prefix, and cannot be imported', () => {
    const key = newApiKey('secret');
    expect(key).toMatch(/^SK_[A-Za-z0-9]{32}$/);
    expect(apiKeyKind(key)).toBe('secret');
    expect(key).toMatch(API_KEY_PATTERN);
    expect(key).not.toMatch(IMPORTED_KEY_PATTERN);
  });

  it('are kept as HMAC-SHA-256 under the pepper (RFC 4231, test case 2)', () => {
    expect(apiKeyDigest('what do ya want for nothing?', 'Jefe')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('are shown by their first four and last four characters', () => {
    expect(apiKeyHint('SE_5799564546777614')).toEqual({ prefix: 'SE_5', lastFour: '7614' });
  });
});
