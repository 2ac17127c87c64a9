import { API_KEY_PATTERN } from '#contracts';
import { bearerToken, NO_CREDENTIAL } from '#platform';
import type { IncomingHttpHeaders } from 'node:http';
import { PetyaError } from '../errors.js';

/** Sessions' and visitors' tokens are JWTs, and have other places. */
const TOKEN_FOR_KEY =
  "A token came where the account's key belongs: send the key in X-Api-Key, or as Authorization: Bearer. A visitor's token comes beside it, in X-Visitor-Token.";

/**
 * The customer key of a request, from `X-Api-Key` or `Authorization: Bearer`. Keys that cannot be
 * ours are refused here, so that no database is asked about them.
 * @throws PetyaError `key_missing`, `key_ambiguous` when both headers disagree, `key_invalid`
 */
export function readCustomerKey(headers: IncomingHttpHeaders): string {
  const named = headers['x-api-key'];
  const header = (Array.isArray(named) ? named.join(',') : (named ?? '')).trim();
  const bearer = bearerToken(headers.authorization);
  if (header !== '' && bearer !== null && header !== bearer) throw new PetyaError('key_ambiguous');
  const key = header === '' ? bearer : header;
  if (key === null) throw new PetyaError('key_missing');
  if (!API_KEY_PATTERN.test(key)) {
    const reason = /^eyJ[\w-]*\./.test(key) ? TOKEN_FOR_KEY : NO_CREDENTIAL;
    throw new PetyaError('key_invalid', { params: { reason } });
  }
  return key;
}
