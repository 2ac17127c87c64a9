import { jwtVerify, SignJWT } from 'jose';
import { JOSEError } from 'jose/errors';
import { hkdfSync } from 'node:crypto';

/** Longest token that is looked at; ours are under 400 bytes. */
const MAX_TOKEN_CHARS = 2_048;

/** Base64 decoders skip bytes they do not know, so a token with something after it would pass. */
const TOKEN = /^eyJ[\w-]*\.[\w-]+\.[\w-]+$/;

const ISSUER = 'petya-avatar-api';
const AUDIENCE = 'visitor';

/** What a visitor token proves: one visitor of one account. */
export interface VisitorClaims {
  readonly visitorId: string;
  readonly accountId: string;
}

/** A token that was verified, and how long it lives. */
export interface VerifiedVisitor extends VisitorClaims {
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** The key that visitor tokens are signed with, from a pepper that is never used itself. */
export function visitorTokenKey(pepper: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', pepper, ISSUER, 'visitor tokens', 32));
}

/** Signs a visitor token (JWT, HS256). */
export function signVisitorToken(
  { visitorId, accountId }: VisitorClaims,
  key: Uint8Array,
  now: Date,
  lifeDays: number,
): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  return new SignJWT({ acc: accountId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(visitorId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifeDays * 86_400)
    .sign(key);
}

/**
 * Verifies a visitor token against every key that is still valid.
 * @returns null for anything but an unexpired token of ours
 */
export async function verifyVisitorToken(
  token: string,
  keys: readonly Uint8Array[],
  now: Date,
): Promise<VerifiedVisitor | null> {
  if (token.length > MAX_TOKEN_CHARS || !TOKEN.test(token)) return null;
  for (const key of keys) {
    const verified = await tryVerify(token, key, now);
    if (verified) return verified;
  }
  return null;
}

/** Whether a third of a token's life is over, so that it is time for the next one. */
export function isDue({ issuedAtMs, expiresAtMs }: VerifiedVisitor, now: Date): boolean {
  return now.getTime() - issuedAtMs > (expiresAtMs - issuedAtMs) / 3;
}

async function tryVerify(
  token: string,
  key: Uint8Array,
  now: Date,
): Promise<VerifiedVisitor | null> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      currentDate: now,
      requiredClaims: ['sub', 'iat', 'exp'],
    });
    const { sub, acc, iat, exp } = payload;
    if (typeof sub !== 'string' || typeof acc !== 'string') return null;
    return {
      visitorId: sub,
      accountId: acc,
      issuedAtMs: Number(iat) * 1000,
      expiresAtMs: Number(exp) * 1000,
    };
  } catch (error) {
    if (error instanceof JOSEError) return null;
    throw error;
  }
}
