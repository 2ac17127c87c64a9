import { offeredVisitorToken, VISITOR_TOKEN_INVALID } from '#contracts';
import { AvatarError } from '../errors.js';

/** As long as a token of Petya may be, and nothing that has no place in one. */
const PLAUSIBLE = /^[\w.-]{1,2048}$/;

/**
 * Reads the visitor token of a request. Whether it is one only Petya can tell.
 * @returns null when there is none
 * @throws AvatarError `token_invalid` for what cannot be one
 */
export function visitorTokenOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): string | null {
  const header = offeredVisitorToken(headers);
  if (header === null) return null;
  if (typeof header !== 'string' || !PLAUSIBLE.test(header)) {
    throw new AvatarError('token_invalid', { params: { reason: VISITOR_TOKEN_INVALID } });
  }
  return header;
}
