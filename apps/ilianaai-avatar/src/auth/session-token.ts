import { SignJWT } from 'jose';
import { AvatarError } from '../errors.js';
import { TOKEN_ISSUER, verifyOwnJwt } from './own-jwt.js';

export { looksLikeToken } from './own-jwt.js';

/** What a session token says: one session, its account, and the origin that asked for it. */
export interface SessionClaims {
  /** Our own id of the session record. */
  readonly sessionId: string;
  /** The vendor's id, which the SDKs see. */
  readonly vendorSessionId: string;
  readonly accountId: string;
  /** Null when the token was asked for without an `Origin`. */
  readonly origin: string | null;
  /** Tells whoever was given the session: the media go to the one that started it. */
  readonly grant: string;
  readonly expiresAt: Date;
}

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
    .setIssuer(TOKEN_ISSUER)
    .setSubject(claims.vendorSessionId)
    .setJti(claims.grant)
    .setExpirationTime(claims.expiresAt)
    .sign(Buffer.from(secret));
}

/** What a token with these claims says once it is signed: a JWT tells the time in whole seconds. */
export function asSigned(claims: SessionClaims): SessionClaims {
  const seconds = Math.floor(claims.expiresAt.getTime() / 1000);
  return { ...claims, expiresAt: new Date(seconds * 1000) };
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
  const payload = await verifyOwnJwt(token, secrets, now, { requiredClaims: ['sub', 'exp'] });
  const { sub, sid, acc, org, jti, exp } = payload ?? {};
  if (typeof sub !== 'string' || typeof sid !== 'string' || typeof acc !== 'string') {
    throw new AvatarError('token_invalid');
  }
  return {
    sessionId: sid,
    vendorSessionId: sub,
    accountId: acc,
    origin: typeof org === 'string' ? org : null,
    // Tokens of an earlier version were all of one grant, which goes by the session's name.
    grant: typeof jti === 'string' ? jti : sid,
    expiresAt: new Date(Number(exp) * 1000),
  };
}
