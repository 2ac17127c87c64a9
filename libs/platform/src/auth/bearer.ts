import { hash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors/app-error.js';

/** Why a credential is refused by its form alone. */
export const NO_CREDENTIAL =
  'This is neither a key, which begins with SE_ or SK_, nor a token of this service.';

/** The token of an `Authorization: Bearer` header, or null where there is none. */
export function bearerToken(authorization: string | undefined): string | null {
  const match = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '');
  return match?.[1] ?? null;
}

/**
 * Whether a secret is one of several that are valid, so that one can be rotated. Every one is
 * compared by its digest, so that the time tells neither how much is alike nor with which.
 */
export function isOneOf(offered: string, expected: readonly string[]): boolean {
  return placeAmong(offered, expected) >= 0;
}

/** As `isOneOf`, in the same way. @returns where in the list it stands; -1 where it does not */
export function placeAmong(offered: string, expected: readonly string[]): number {
  const digestOfOffered = digest(offered);
  let place = -1;
  for (const [index, each] of digestsOf(expected).entries()) {
    if (timingSafeEqual(digestOfOffered, each)) place = index;
  }
  return place;
}

/**
 * Holds an `Authorization` header to the tokens of a service or an operator.
 * @param wanted what these tokens are called, with its article, for whoever shows another credential
 * @throws AppError `key_missing` without a bearer token, `token_invalid` for one that is none of these
 */
export function requireBearer(
  authorization: string | undefined,
  expected: readonly string[],
  wanted: string,
): void {
  const offered = bearerToken(authorization);
  if (offered !== null && isOneOf(offered, expected)) return;
  throw notOneOf(offered, wanted);
}

/** The refusal of whoever shows none of the tokens that are `wanted`. @param offered null for nothing */
export function notOneOf(offered: string | null, wanted: string): AppError {
  const reason = `This route takes ${wanted} as Authorization: Bearer; no key of an account and no other token opens it.`;
  return new AppError(offered === null ? 'key_missing' : 'token_invalid', { params: { reason } });
}

/** Of the lists that are valid, which come from the configuration and are judged by at each call. */
const known = new WeakMap<readonly string[], readonly Buffer[]>();

function digestsOf(tokens: readonly string[]): readonly Buffer[] {
  const found = known.get(tokens);
  if (found) return found;
  const digests = tokens.map(digest);
  known.set(tokens, digests);
  return digests;
}

function digest(value: string): Buffer {
  return hash('sha256', value, 'buffer');
}
