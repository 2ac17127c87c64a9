import { SignJWT } from 'jose';
import { AvatarError } from '../../errors.js';
import { TOKEN_ISSUER, verifyOwnJwt } from '../../auth/own-jwt.js';

/**
 * What a token of `streaming.create_token` says: the account it stands for, and the origin that
 * asked for it. It is good for one session, which is why it has an id of its own.
 */
export interface AccountClaims {
  readonly tokenId: string;
  readonly accountId: string;
  /** Null when the token was asked for without an `Origin`. */
  readonly origin: string | null;
  /** The visitor whose proof came along when it was asked for; null where none did. */
  readonly visitorId: string | null;
  /** A server of the customer has asked for it, which answers for whoever it is given to. */
  readonly byServer: boolean;
  readonly expiresAt: Date;
}

/** Tells these tokens from session tokens, which name no audience. */
const AUDIENCE = 'heygen-streaming';

/** Signs an account token (JWT, HS256). */
export async function signAccountToken(claims: AccountClaims, secret: string): Promise<string> {
  const { accountId, origin, visitorId, byServer } = claims;
  return new SignJWT({ acc: accountId, org: origin, vis: visitorId, srv: byServer })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(TOKEN_ISSUER)
    .setAudience(AUDIENCE)
    .setJti(claims.tokenId)
    .setExpirationTime(claims.expiresAt)
    .sign(Buffer.from(secret));
}

/** @throws AvatarError `token_invalid` for anything but an unexpired account token of ours */
export async function verifyAccountToken(
  token: string,
  secrets: readonly string[],
  now: Date,
): Promise<AccountClaims> {
  const rules = { audience: AUDIENCE, requiredClaims: ['jti', 'exp'] };
  const payload = await verifyOwnJwt(token, secrets, now, rules);
  const { jti, acc, org, vis, srv, exp } = payload ?? {};
  if (typeof jti !== 'string' || typeof acc !== 'string') throw new AvatarError('token_invalid');
  return {
    tokenId: jti,
    accountId: acc,
    origin: typeof org === 'string' ? org : null,
    visitorId: typeof vis === 'string' ? vis : null,
    byServer: srv === true,
    expiresAt: new Date(Number(exp) * 1000),
  };
}
