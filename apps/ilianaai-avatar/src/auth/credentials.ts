import { API_KEY_PATTERN } from '#contracts';
import { bearerToken, NO_CREDENTIAL } from '#platform';
import { AvatarError } from '../errors.js';
import { looksLikeToken } from './session-token.js';

/** What a request brought along, sorted by kind. */
export interface OfferedCredentials {
  readonly token: string | null;
  readonly keys: readonly string[];
}

/**
 * Reads the credentials of a request: `X-Api-Key`, and `Authorization: Bearer` with a key or a
 * session token. The same key in both headers counts once.
 * @throws AvatarError `key_invalid` for a key that cannot be one, `key_ambiguous` where another stands
 * beside it: a page that writes `Bearer undefined` has nothing wrong with its key
 */
export function readCredentials(headers: {
  readonly 'x-api-key'?: string | string[] | undefined;
  readonly authorization?: string | undefined;
}): OfferedCredentials {
  const header = headers['x-api-key'];
  const key = typeof header === 'string' ? header.trim() : '';
  const bearer = bearerToken(headers.authorization);
  const token = bearer !== null && looksLikeToken(bearer) ? bearer : null;
  const keys = new Set<string>();
  if (key !== '') keys.add(key);
  if (bearer !== null && token === null) keys.add(bearer);
  for (const each of keys) {
    if (!API_KEY_PATTERN.test(each)) {
      if (keys.size > 1) throw new AvatarError('key_ambiguous');
      throw new AvatarError('key_invalid', { params: { reason: NO_CREDENTIAL } });
    }
  }
  return { token, keys: [...keys] };
}
