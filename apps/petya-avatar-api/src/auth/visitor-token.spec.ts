import { describe, expect, it } from '@jest/globals';
import { SignJWT, UnsecuredJWT } from 'jose';
import { isDue, signVisitorToken, verifyVisitorToken, visitorTokenKey } from './visitor-token.js';

const DAY_MS = 86_400_000;
const now = new Date('2026-03-01T00:00:00.000Z');
const after = (days: number) => new Date(now.getTime() + days * DAY_MS);
const key = visitorTokenKey('pepper-number-one-of-two');
const older = visitorTokenKey('pepper-number-two-of-two');
const ada = { visitorId: 'ada', accountId: 'shop' };

/** A token with some claims changed. */
function forged(claims: Record<string, unknown>, header: { alg: string } = { alg: 'HS256' }) {
  const at = now.getTime() / 1000;
  const usual = { iss: 'petya-avatar-api', aud: 'visitor', sub: 'ada', acc: 'shop' };
  return new SignJWT({ ...usual, iat: at, exp: at + 60, ...claims })
    .setProtectedHeader(header)
    .sign(key);
}

describe('a visitor token', () => {
  it('proves one visitor of one account until it expires', async () => {
    const token = await signVisitorToken(ada, key, now, 180);
    expect(await verifyVisitorToken(token, [key], after(179.9))).toMatchObject(ada);
    expect(await verifyVisitorToken(token, [key], after(180.1))).toBeNull();
  });

  it('is verified with every pepper that is still listed, and signed with none of them itself', async () => {
    const token = await signVisitorToken(ada, older, now, 180);
    expect(await verifyVisitorToken(token, [key, older], now)).toMatchObject(ada);
    expect(await verifyVisitorToken(token, [key], now)).toBeNull();
    const raw = new TextEncoder().encode('pepper-number-two-of-two');
    expect(await verifyVisitorToken(token, [raw], now)).toBeNull();
  });

  it('is valid as we would sign it ourselves', async () => {
    expect(await verifyVisitorToken(await forged({}), [key], now)).toMatchObject(ada);
  });

  it.each([
    ['of another issuer', { iss: 'ilianaai-avatar' }],
    ['for another audience', { aud: 'session' }],
    ['without an audience', { aud: undefined }],
    ['without a visitor', { sub: undefined }],
    ['without an account', { acc: undefined }],
    ['whose account is no text', { acc: { $ne: null } }],
    ['without an expiry', { exp: undefined }],
    ['without a beginning', { iat: undefined }],
    ['that has expired', { exp: now.getTime() / 1000 - 1 }],
  ])('is not one %s', async (_what, claims) => {
    expect(await verifyVisitorToken(await forged(claims), [key], now)).toBeNull();
  });

  it('is not one with another algorithm, none, or something beside it', async () => {
    const token = await signVisitorToken(ada, key, now, 180);
    const others = [
      await forged({}, { alg: 'HS512' }),
      new UnsecuredJWT({ ...ada, sub: 'ada', acc: 'shop' }).encode(),
      `${token} `,
      `${token}.x`,
      `${token}=`,
      `Bearer ${token}`,
      `${token.slice(0, -6)}AAAAAA`,
      '',
      'e30.e30.e30',
      `eyJ${'a'.repeat(5_000)}.a.a`,
    ];
    for (const other of others) expect(await verifyVisitorToken(other, [key], now)).toBeNull();
  });

  it.each([
    [1, false],
    [59.9, false],
    [60.1, true],
    [179, true],
  ])('after %d of 180 days is due for renewal: %s', async (days, due) => {
    const token = await signVisitorToken(ada, key, now, 180);
    const verified = await verifyVisitorToken(token, [key], after(days));
    expect(verified && isDue(verified, after(days))).toBe(due);
  });
});
