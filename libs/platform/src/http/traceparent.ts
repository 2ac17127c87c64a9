import { randomFillSync } from 'node:crypto';

/**
 * The form of https://www.w3.org/TR/trace-context/#traceparent-header: version, trace, parent and
 * flags; what a later version says beyond them is passed over. A comma is no part of it, since a header
 * that came twice is read as one with a comma.
 */
const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-[\x20-\x2b\x2d-\x7e]*)?$/;

/** The version that says nothing beyond the four, and the one that there is not. */
const FIRST = '00';
const NO_VERSION = 'ff';

const ZEROS = /^0+$/;

/** A trace, and the step of it that asks. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly parentId: string;
}

/**
 * What a `traceparent` header names. Whether its sender keeps what it sees of that trace is of no matter
 * here.
 * @returns null where there is no header, more than one, or a malformed one
 */
export function readTraceparent(
  header: string | readonly string[] | undefined,
): TraceParent | null {
  const [, version, traceId = '', parentId = '', more] =
    (typeof header === 'string' && FORM.exec(header)) || [];
  if (version === undefined || version === NO_VERSION) return null;
  if (version === FIRST && more !== undefined) return null;
  return ZEROS.test(traceId) || ZEROS.test(parentId) ? null : { traceId, parentId };
}

/** The trace that such a header names, as `readTraceparent`. */
export function traceIdOf(header: string | readonly string[] | undefined): string | null {
  return readTraceparent(header)?.traceId ?? null;
}

/**
 * The header by which another service goes on with a trace.
 * @param traceId 32 hexadecimal digits
 * @param parentId of what asks, 16 hexadecimal digits; a new one where nobody keeps it
 */
export function traceparentOf(traceId: string, parentId = newSpanId(), isKept = false): string {
  return `${FIRST}-${traceId}-${parentId}-${isKept ? '01' : '00'}`;
}

/** The id of one step within a trace. */
export function newSpanId(): string {
  return digits(8);
}

/** The id of a trace that begins here. */
export function newTraceId(): string {
  return digits(16);
}

/** Random bytes for many ids: asking the system for those of each one takes ten microseconds. */
const pool = Buffer.alloc(4096);
let used = pool.length;

function digits(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
