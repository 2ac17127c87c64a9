import { jwtVerify, type JWTPayload } from 'jose';
import { JOSEError } from 'jose/errors';

/** Longest token that is looked at; ours are under 700 bytes. */
const MAX_TOKEN_CHARS = 2_048;

export const TOKEN_ISSUER = 'ilianaai-avatar';

/** What a token must say beside its issuer, its algorithm and that it has not expired. */
export interface JwtRules {
  readonly requiredClaims: string[];
  readonly audience?: string;
}

/**
 * Verifies a token of ours against every secret that is still valid.
 * @returns null for anything but an unexpired token that one of the secrets has signed
 */
export async function verifyOwnJwt(
  token: string,
  secrets: readonly string[],
  now: Date,
  rules: JwtRules,
): Promise<JWTPayload | null> {
  // Base64 decoders skip bytes they do not know, so a token with something after it would pass.
  if (token.length > MAX_TOKEN_CHARS || !looksLikeToken(token)) return null;
  for (const secret of secrets) {
    const payload = await tryVerify(token, secret, now, rules);
    if (payload) return payload;
  }
  return null;
}

/** Whether a bearer credential has the form of a token rather than of a customer key. */
export function looksLikeToken(credential: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(credential) && credential.startsWith('eyJ');
}

async function tryVerify(token: string, secret: string, now: Date, rules: JwtRules) {
  try {
    const options = { algorithms: ['HS256'], issuer: TOKEN_ISSUER, currentDate: now, ...rules };
    return (await jwtVerify(token, Buffer.from(secret), options)).payload;
  } catch (error) {
    if (error instanceof JOSEError) return null;
    throw error;
  }
}
