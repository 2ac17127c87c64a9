import type { IncomingHttpHeaders } from 'node:http';
import { bearerToken, isOneOf } from '../auth/bearer.js';
import type { Operators } from '../auth/operators.js';
import { METRICS_PATH } from '../telemetry/metrics.js';
import { isAdminPath } from './admin-door.js';

/** Those who run the service, by the tokens that they show. */
export interface InnerTokens {
  readonly operators: Operators;
  readonly metrics: readonly string[];
}

/**
 * Whether whoever runs the service calls: a right token at the routes that it opens. What others do from
 * the same address must not keep them out when they are needed most.
 * @param request its path as the router sees it
 */
export function isInnerCaller(
  {
    path,
    headers,
  }: { readonly path: string; readonly headers: Pick<IncomingHttpHeaders, 'authorization'> },
  { operators, metrics }: InnerTokens,
): boolean {
  if (!isAdminPath(path) && path !== METRICS_PATH) return false;
  const offered = bearerToken(headers.authorization);
  if (offered === null) return false;
  return isAdminPath(path) ? operators.find(offered) !== null : isOneOf(offered, metrics);
}
