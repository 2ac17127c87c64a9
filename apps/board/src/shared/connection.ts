import { formatClock, formatRough } from './format.js';

/** How the service has answered lately; times are the browser's, in milliseconds. */
export interface Connection {
  /** The last answer that is shown; null before the first. */
  readonly answeredAtMs: number | null;
  /** The first failure since then; null where the last answer was a good one. */
  readonly failedAtMs: number | null;
  /** What it said; null where it said nothing. */
  readonly said: string | null;
}

export const UNASKED: Connection = { answeredAtMs: null, failedAtMs: null, said: null };

export function answered(atMs: number): Connection {
  return { answeredAtMs: atMs, failedAtMs: null, said: null };
}

/** @param said in the service's own words, where it has any */
export function failed(before: Connection, atMs: number, said: string | null): Connection {
  return { ...before, failedAtMs: before.failedAtMs ?? atMs, said };
}

/** Older than that, what is shown says how old it is, whether or not something has failed. */
const FRESH_MS = 10_000;

/**
 * What is wrong with the connection, and how old what is shown is; null where all is well.
 * @param service whom it is to, `the gateway`
 */
export function troubleOf(
  { answeredAtMs, failedAtMs, said }: Connection,
  service: string,
  nowMs: number,
  timeZone?: string,
): string | null {
  const age =
    answeredAtMs === null
      ? 'Nothing can be shown yet.'
      : `What is shown is ${formatRough((nowMs - answeredAtMs) / 1000)} old.`;
  if (failedAtMs !== null) {
    const since = formatClock(failedAtMs, nowMs, timeZone);
    if (said === null) return `Cannot reach ${service} since ${since}. ${age}`;
    return `${said} So it has been since ${since}. ${age}`;
  }
  return answeredAtMs !== null && nowMs - answeredAtMs > FRESH_MS ? age : null;
}
