import { jwtVerify, SignJWT } from 'jose';
import { JOSEError } from 'jose/errors';
import { AvatarError } from '../errors.js';

/** What a session token says: one session, its account, and the origin that asked for it. */
export interface SessionClaims {
  /** Our own id of the session record. */
  readonly sessionId: string;
  /** The vendor's id, which the SDKs see. */
  readonly vendorSessionId: string;
  readonly accountId: string;
  /** Null when the token was asked for without an `Origin`. */
  readonly origin: string | null;
  readonly expiresAt: Date;
}

/** Longest session token that is looked at; ours are under 700 bytes. */
const MAX_TOKEN_CHARS = 2_048;

const ISSUER = 'ilianaai-avatar';

/**
 * Signs a session token (JWT, HS256). It carries `start_session_data.mode`, because the official
 * SDK decodes that member, and nothing that a visitor must not read.
 */
export async function signSessionToken(claims: SessionClaims, secret: string): Promise<string> {
  return new SignJWT({
    sid: claims.sessionId,
    acc: claims.accountId,
    org: claims.origin,
    start_session_data: { mode: 'FULL' },
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setSubject(claims.vendorSessionId)
    .setExpirationTime(claims.expiresAt)
    .sign(Buffer.from(secret));
}

/**
 * Verifies a session token against every secret that is still valid.
 * @throws AvatarError `token_invalid` for anything but an unexpired token of ours
 */
export async function verifySessionToken(
  token: string,
  secrets: readonly string[],
  now: Date,
): Promise<SessionClaims> {
  // Base64 decoders skip bytes they do not know, so a token with something after it would pass.
  if (token.length > MAX_TOKEN_CHARS || !looksLikeToken(token)) {
    throw new AvatarError('token_invalid');
  }
  for (const secret of secrets) {
    const claims = await tryVerify(token, secret, now);
    if (claims) return claims;
  }
  throw new AvatarError('token_invalid');
}

async function tryVerify(token: string, secret: string, now: Date): Promise<SessionClaims | null> {
  try {
    const { payload } = await jwtVerify(token, Buffer.from(secret), {
      algorithms: ['HS256'],
      issuer: ISSUER,
      currentDate: now,
      requiredClaims: ['sub', 'exp'],
    });
    const { sub, sid, acc, org, exp } = payload;
    if (typeof sub !== 'string' || typeof sid !== 'string' || typeof acc !== 'string') return null;
    return {
      sessionId: sid,
      vendorSessionId: sub,
      accountId: acc,
      origin: typeof org === 'string' ? org : null,
      expiresAt: new Date(Number(exp) * 1000),
    };
  } catch (error) {
    if (error instanceof JOSEError) return null;
    throw error;
  }
}

/** Whether a bearer credential has the form of a token rather than of a customer key. */
export function looksLikeToken(credential: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(credential) && credential.startsWith('eyJ');
}
