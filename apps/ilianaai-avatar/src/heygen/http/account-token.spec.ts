import { describe, expect, it } from '@jest/globals';
import { AvatarError } from '../../errors.js';
import { type AccountClaims, signAccountToken, verifyAccountToken } from './account-token.js';
import { signSessionToken, verifySessionToken } from '../../auth/session-token.js';

const SECRET = 'b1946ac92492d2347c6235b4d2611184';
const OTHER_SECRET = '591785b794601e212b260e25925636fd';
const NOW = new Date('2026-03-01T12:00:00Z');

const claims: AccountClaims = {
  tokenId: 'token-1',
  accountId: 'acc-1',
  origin: 'https://shop.test',
  visitorId: 'visitor-1',
  byServer: false,
  expiresAt: new Date(NOW.getTime() + 60_000),
};

async function outcome<T>(verified: Promise<T>): Promise<T | string> {
  try {
    return await verified;
  } catch (error) {
    return error instanceof AvatarError ? error.code : String(error);
  }
}

describe('an account token', () => {
  it('gives back what it was signed with, under any secret of the list', async () => {
    for (const more of [{}, { origin: null }, { visitorId: null }, { byServer: true }]) {
      const given = { ...claims, ...more };
      const token = await signAccountToken(given, SECRET);
      expect(await verifyAccountToken(token, [OTHER_SECRET, SECRET], NOW)).toEqual(given);
    }
  });

  it('is no session token, and a session token is none', async () => {
    const account = await signAccountToken(claims, SECRET);
    const session = await signSessionToken(
      { ...claims, sessionId: 'session-1', vendorSessionId: 'vendor-1', grant: 'grant-1' },
      SECRET,
    );
    expect(await outcome(verifySessionToken(account, [SECRET], NOW))).toBe('token_invalid');
    expect(await outcome(verifyAccountToken(session, [SECRET], NOW))).toBe('token_invalid');
  });

  it('is refused with another secret, after its time, or with anything after it', async () => {
    const token = await signAccountToken(claims, SECRET);
    const late = new Date(claims.expiresAt.getTime());
    expect(await outcome(verifyAccountToken(token, [OTHER_SECRET], NOW))).toBe('token_invalid');
    expect(await outcome(verifyAccountToken(token, [SECRET], late))).toBe('token_invalid');
    for (const wrong of [
      `${token}!`,
      `${token}\n`,
      token.slice(0, -2),
      '',
      'SE_5799564546777614',
    ]) {
      expect(await outcome(verifyAccountToken(wrong, [SECRET], NOW))).toBe('token_invalid');
    }
  });
});
