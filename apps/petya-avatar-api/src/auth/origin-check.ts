import { isOriginAllowed, parseOrigin } from '#platform';
import { PetyaError } from '../errors.js';

/**
 * Holds a browser's request to the account's list (contract section 4). Without an `Origin` the
 * request is not from a browser. An empty list allows every origin outside production and none in it.
 * @throws PetyaError `origin_not_allowed`, naming the origin only if it parsed as one
 */
export function checkOrigin(
  origin: string | undefined,
  allowedOrigins: readonly string[],
  isProduction: boolean,
): void {
  if (origin === undefined) return;
  if (allowedOrigins.length === 0 && !isProduction) return;
  if (isOriginAllowed(origin, allowedOrigins)) return;
  throw new PetyaError('origin_not_allowed', { params: { origin: parseOrigin(origin) ?? 'null' } });
}
