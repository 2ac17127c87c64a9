import { AppError } from '../errors/app-error.js';
import { isOriginAllowed, parseOrigin } from './origin-policy.js';

/** Whose list a browser's request is held to. */
export interface OriginRules {
  readonly allowedOrigins: readonly string[];
  /** Without a list every origin is allowed, but for production, where none is. */
  readonly isProduction: boolean;
}

/**
 * Holds a request to an account's list. A request without `Origin` is not
 * from a browser and is judged by its credential alone.
 * @param header the `Origin` header
 * @returns the origin as browsers write it, or null where the request has none
 * @throws AppError `origin_not_allowed`, naming the origin only if it parsed as one
 */
export function admitOrigin(header: string | undefined, rules: OriginRules): string | null {
  if (header === undefined) return null;
  const origin = parseOrigin(header);
  if (origin !== null) {
    if (rules.allowedOrigins.length === 0 && !rules.isProduction) return origin;
    if (isOriginAllowed(origin, rules.allowedOrigins)) return origin;
  }
  throw new AppError('origin_not_allowed', { params: { origin: origin ?? 'null' } });
}
