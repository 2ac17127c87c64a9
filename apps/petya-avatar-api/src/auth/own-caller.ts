import { SERVICE_TOKEN_HEADER } from '#contracts';
import { bearerToken, isOneOf } from '#platform';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request shows a service token, as its credential or beside a customer's key.
 * ilianaai-avatar asks for all its customers from one address and has counted them at its own
 * door, so its requests are not counted again.
 */
export function isOwnCaller(
  headers: IncomingHttpHeaders,
  serviceTokens: readonly string[],
): boolean {
  const beside = headers[SERVICE_TOKEN_HEADER];
  const offered = typeof beside === 'string' ? beside : bearerToken(headers.authorization);
  return offered !== null && isOneOf(offered, serviceTokens);
}
