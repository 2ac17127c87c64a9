import { createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import { AvatarError } from '../errors.js';
import {
  asSigned,
  looksLikeToken,
  type SessionClaims,
  signSessionToken,
  verifySessionToken,
} from './session-token.js';

const SECRET = 'b1946ac92492d2347c6235b4d2611184';
const OTHER_SECRET = '591785b794601e212b260e25925636fd';
const NOW = new Date('2026-03-01T12:00:00Z');
const MINUTE_MS = 60_000;

const claims: SessionClaims = {
  sessionId: 'session-1',
  vendorSessionId: 'vendor-1',
  accountId: 'acc-1',
  origin: 'https://shop.test',
  grant: 'grant-1',
  expiresAt: new Date(NOW.getTime() + 10 * MINUTE_MS),
};

async function outcome(token: string, secrets: readonly string[] = [SECRET], now = NOW) {
  try {
    return await verifySessionToken(token, secrets, now);
  } catch (error) {
    if (!(error instanceof AvatarError)) throw error;
    return error.code;
  }
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token signed by hand, with any header and payload. */
function forged(header: object, payload: object, secret = SECRET): string {
  const content = `${base64url(header)}.${base64url(payload)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

const goodPayload = {
  sid: 'session-1',
  acc: 'acc-1',
  org: 'https://shop.test',
  iss: 'ilianaai-avatar',
  sub: 'vendor-1',
  jti: 'grant-1',
  exp: claims.expiresAt.getTime() / 1000,
};

describe('a session token', () => {
  it('gives back what it was signed with', async () => {
    expect(await outcome(await signSessionToken(claims, SECRET))).toEqual(claims);
    const withoutOrigin = { ...claims, origin: null };
    expect(await outcome(await signSessionToken(withoutOrigin, SECRET))).toEqual(withoutOrigin);
  });

  it.each([0, 1, 499, 999])(
    'says what is told of it as signed, %i ms into a second',
    async (ms) => {
      const expiresAt = new Date(claims.expiresAt.getTime() + ms);
      const exact = { ...claims, expiresAt };
      expect(await outcome(await signSessionToken(exact, SECRET))).toEqual(asSigned(exact));
    },
  );

  it('of an earlier version is of the one grant that its session had then', async () => {
    const { jti: _jti, ...before } = goodPayload;
    const token = forged({ alg: 'HS256', typ: 'JWT' }, before);
    expect(await outcome(token)).toEqual({ ...claims, grant: 'session-1' });
  });

  it('is an HS256 JWT whose payload the official SDK can decode, and holds nothing secret', async () => {
    const token = await signSessionToken(claims, SECRET);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(decodeJwt(token)).toEqual({ ...goodPayload, start_session_data: { mode: 'FULL' } });
    expect(looksLikeToken(token)).toBe(true);
  });

  it('is valid under any secret of the list, so that secrets can be rotated', async () => {
    const token = await signSessionToken(claims, OTHER_SECRET);
    expect(await outcome(token, [SECRET, OTHER_SECRET])).toEqual(claims);
    expect(await outcome(token, [SECRET])).toBe('token_invalid');
    expect(await outcome(token, [])).toBe('token_invalid');
  });

  it('is valid until it expires, by the clock it is held against', async () => {
    const token = await signSessionToken(claims, SECRET);
    const expiresMs = claims.expiresAt.getTime();
    expect(await outcome(token, [SECRET], new Date(expiresMs - 1_000))).toEqual(claims);
    expect(await outcome(token, [SECRET], new Date(expiresMs))).toBe('token_invalid');
    expect(await outcome(token, [SECRET], new Date(expiresMs + MINUTE_MS))).toBe('token_invalid');
  });

  it('may be signed by hand, so that the forgeries below fail for their own reason', async () => {
    expect(await outcome(forged({ alg: 'HS256' }, goodPayload))).toEqual(claims);
  });
});

describe('a forged session token', () => {
  it.each([
    ['a signature by another secret', forged({ alg: 'HS256' }, goodPayload, OTHER_SECRET)],
    ['the algorithm none', new UnsecuredJWT(goodPayload).encode()],
    ['the algorithm none and a signature', forged({ alg: 'none' }, goodPayload)],
    ['the algorithm HS512 in its header', forged({ alg: 'HS512' }, goodPayload)],
    ['the algorithm RS256 in its header', forged({ alg: 'RS256' }, goodPayload)],
    ['no algorithm', forged({}, goodPayload)],
    ['a critical extension', forged({ alg: 'HS256', crit: ['x'], x: 1 }, goodPayload)],
    ['another issuer', forged({ alg: 'HS256' }, { ...goodPayload, iss: 'liveavatar' })],
    ['no issuer', forged({ alg: 'HS256' }, { ...goodPayload, iss: undefined })],
    ['no expiry', forged({ alg: 'HS256' }, { ...goodPayload, exp: undefined })],
    ['an expiry in words', forged({ alg: 'HS256' }, { ...goodPayload, exp: 'never' })],
    ['no vendor session', forged({ alg: 'HS256' }, { ...goodPayload, sub: undefined })],
    ['no session', forged({ alg: 'HS256' }, { ...goodPayload, sid: undefined })],
    ['a session that is an object', forged({ alg: 'HS256' }, { ...goodPayload, sid: { $ne: 1 } })],
    ['no account', forged({ alg: 'HS256' }, { ...goodPayload, acc: undefined })],
    ['an account that is a number', forged({ alg: 'HS256' }, { ...goodPayload, acc: 7 })],
    ['a payload that is a list', forged({ alg: 'HS256' }, [])],
  ])('is refused with %s', async (_what, token) => {
    expect(await outcome(token)).toBe('token_invalid');
  });

  it('is refused when it is truly signed by another algorithm', async () => {
    const jwt = () => new SignJWT(goodPayload);
    const hs512 = await jwt()
      .setProtectedHeader({ alg: 'HS512' })
      .sign(Buffer.from(SECRET.repeat(2)));
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rs256 = await jwt().setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    expect(await outcome(hs512, [SECRET.repeat(2)])).toBe('token_invalid');
    expect(await outcome(rs256)).toBe('token_invalid');
  });

  it('is refused when a byte of it was changed, added or taken away', async () => {
    const token = await signSessionToken(claims, SECRET);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const other = base64url({ ...goodPayload, acc: 'acc-2' });
    const changed = [
      `${token}x`,
      `${token}.`,
      `${token} `,
      `${token}\n`,
      ` ${token}`,
      `${token}=`,
      `${token}!!`,
      `${header}.${payload}.${signature.slice(0, 20)} ${signature.slice(20)}`,
      token.slice(0, -1),
      `${header}.${other}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}..${signature}`,
      `.${payload}.${signature}`,
      `${token}${token}`,
      `${token},${token}`,
      token.toLowerCase(),
    ];
    for (const each of changed)
      expect([each, await outcome(each)]).toEqual([each, 'token_invalid']);
  });

  it.each(['', '.', '..', 'eyJ', 'a.b.c', 'eyJ.eyJ.eyJ', '\u0000', '💥.💥.💥'])(
    'is refused when it is %j',
    async (token) => {
      expect(await outcome(token)).toBe('token_invalid');
    },
  );

  it('is refused unread when it is longer than any of ours', async () => {
    const long = forged({ alg: 'HS256' }, { ...goodPayload, more: 'x'.repeat(2_000) });
    expect(await outcome(long)).toBe('token_invalid');
    expect(await outcome('eyJ'.repeat(1_000_000))).toBe('token_invalid');
  });
});

describe('a credential', () => {
  it.each(['eyJh.eyJz.c2ln', 'eyJh.eyJz.'])('looks like a token: %s', (credential) => {
    expect(looksLikeToken(credential)).toBe(true);
  });

  it.each([
    'SE_5799564546777614',
    'eyJh',
    'eyJh.eyJz',
    'a.b.c',
    'eyJh.eyJz.c2ln.x',
    'eyJh.e z.c',
    '',
  ])('does not look like one: %j', (credential) => {
    expect(looksLikeToken(credential)).toBe(false);
  });
});
