import { describe, expect, it } from '@jest/globals';
import { sessionOfToken, signToken } from './token.js';

const claims = { session_id: 'the session', exp: 1000 };

describe('sessionOfToken', () => {
  it('reads back the session of a token of ours until it expires', () => {
    const token = signToken(claims, 'secret');
    expect(sessionOfToken(token, 'secret', 999_999)).toBe('the session');
    expect(sessionOfToken(token, 'secret', 1_000_000)).toBeNull();
  });

  it('reads nothing out of foreign, changed or mangled tokens', () => {
    const token = signToken(claims, 'secret');
    const [head, , signature] = token.split('.');
    const payload = Buffer.from('{"session_id":"other","exp":9999}').toString('base64url');
    const mangled = [
      signToken(claims, 'other secret'),
      `${head}.${payload}.${signature}`,
      `${token}.x`,
      `${token}x`,
      token.slice(0, -4),
      '..',
      '',
    ];
    for (const text of mangled) expect(sessionOfToken(text, 'secret', 0)).toBeNull();
  });
});
