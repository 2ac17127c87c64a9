const SECONDS = /^[+-]?\d+(?:\.\d+)?$/;
/** The three date forms of RFC 9110 section 5.6.7; `Date.parse` alone would read many more. */
const HTTP_DATES = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
];
const ASCTIME_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Seconds to wait by a `Retry-After` header (RFC 9110 section 10.2.3), from a number of seconds or
 * an HTTP date; fractions are kept, a negative number or a date that has passed is 0. Undefined for
 * garbage. The result may be absurdly long: the caller clamps it to bounds of its own.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const value = header?.trim() ?? '';
  if (SECONDS.test(value)) return atLeastZero(Number(value));
  const dateMs = parseHttpDate(value);
  return Number.isNaN(dateMs) ? undefined : atLeastZero((dateMs - nowMs) / 1000);
}

function parseHttpDate(value: string): number {
  if (HTTP_DATES.some((form) => form.test(value))) return Date.parse(value);
  // The asctime form names no zone and means UTC.
  return ASCTIME_DATE.test(value) ? Date.parse(`${value} GMT`) : Number.NaN;
}

function atLeastZero(seconds: number): number {
  return seconds > 0 ? Math.min(seconds, Number.MAX_SAFE_INTEGER) : 0;
}
