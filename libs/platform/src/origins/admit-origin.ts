import { AppError } from '../errors/app-error.js';
import { isOriginAllowed, parseOrigin, shownOrigin } from './origin-policy.js';

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
 * @throws AppError `origin_not_allowed`, naming the origin
 */
export function admitOrigin(header: string | undefined, rules: OriginRules): string | null {
  if (header === undefined) return null;
  const origin = parseOrigin(header);
  if (origin !== null) {
    if (rules.allowedOrigins.length === 0 && !rules.isProduction) return origin;
    if (isOriginAllowed(origin, rules.allowedOrigins)) return origin;
  }
  throw originRefusal(header);
}

/**
 * The refusal of an origin, as `AppError` of `origin_not_allowed`: which one it is, and what its
 * page's owner can do. Apps and extensions have origins that no list can hold.
 * @param header the `Origin` header
 */
export function originRefusal(header: string): AppError {
  const origin = parseOrigin(header);
  const params =
    origin === null
      ? { origin: shownOrigin(header), advice: NOT_LISTABLE }
      : { origin, advice: "Add it to the account's allowed origins." };
  return new AppError('origin_not_allowed', { params });
}

const NOT_LISTABLE =
  'No list can hold it, since it is none of http or https: call from an https page, or from the app itself, without an Origin header.';
