import { randomFillSync } from 'node:crypto';

/**
 * The form of https://www.w3.org/TR/trace-context/#traceparent-header: version, trace, parent and
 * flags; what a later version says beyond them is passed over. A comma is no part of it, since a header
 * that came twice is read as one with a comma. A long one is none: its pieces keep it whole, and the trace
 * is kept as long as its session.
 */
const FORM =
  /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-[\x20-\x2b\x2d-\x7e]{0,256})?$/;

/** The version that says nothing beyond the four, and the one that there is not. */
const FIRST = '00';
const NO_VERSION = 'ff';

const ZEROS = /^0+$/;

const TRACE_BYTES = 16;
const SPAN_DIGITS = 16;

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

/** The id of one step within a trace: a piece of a long text, which it keeps for as long as it is kept. */
export function newSpanId(): string {
  if (digitsUsed === digits.length) {
    digits = randomFillSync(spanPool).toString('hex');
    digitsUsed = 0;
  }
  digitsUsed += SPAN_DIGITS;
  return digits.slice(digitsUsed - SPAN_DIGITS, digitsUsed);
}

/** The id of a trace that begins here: a text of its own, which may be kept as long as a session. */
export function newTraceId(): string {
  if (traceUsed === tracePool.length) {
    randomFillSync(tracePool);
    traceUsed = 0;
  }
  traceUsed += TRACE_BYTES;
  return tracePool.toString('hex', traceUsed - TRACE_BYTES, traceUsed);
}

/** Random bytes for many ids: asking the system for those of each one takes ten microseconds. */
const POOL_BYTES = 4096;
const tracePool = Buffer.alloc(POOL_BYTES);
let traceUsed = POOL_BYTES;
const spanPool = Buffer.alloc(POOL_BYTES);
let digits = '';
let digitsUsed = 0;
