/** What pages send to us. */
const USUAL =
  'Content-Type, X-Api-Key, Authorization, X-Visitor-Token, Idempotency-Key, X-Request-Id, traceparent';

const MAX_NAMES = 64;
const MAX_BYTES = 2048;

/** A field name (RFC 9110 section 5.1). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * The headers that a preflight is told a page may send: those it asks for, because what watches a page
 * adds its own to every call (`baggage`, `sentry-trace`, …), none of which is passed on.
 * @param asked what `Access-Control-Request-Headers` says
 * @returns what we read ourselves where nothing is asked, or nothing that can be allowed
 */
export function allowedHeaders(asked: string | undefined): string {
  if (asked === undefined || asked.length > MAX_BYTES) return USUAL;
  const names = asked
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const isFit = names.length > 0 && names.length <= MAX_NAMES;
  return isFit && names.every((name) => TOKEN.test(name)) ? names.join(', ') : USUAL;
}
