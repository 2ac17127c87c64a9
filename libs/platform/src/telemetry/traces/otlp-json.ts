import type { EndedSpan, Recorded, SpanAttributes, SpanKindName, SpanText } from './span.js';

/** What a collector is told of the app itself. */
export interface SpanSource {
  readonly serviceName: string;
  readonly version: string;
}

/** Numbers of the protocol's `SpanKind`. */
const KINDS: Readonly<Record<SpanKindName, number>> = { internal: 1, server: 2, client: 3 };

/** Numbers of the protocol's `StatusCode`. */
const UNSET = 0;
const ERROR = 2;

/** Bits of the protocol's `SpanFlags`: it is kept, whether its parent is remote is known, and it is. */
const SAMPLED = 0x001;
const KNOWS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Of what instruments the app. */
const SCOPE = 'platform';

/** In a millisecond. */
const NANOS = 1_000_000;

/** The attribute that names a session. */
const SESSION = 'avatar.session_id';

/**
 * A request of OTLP in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
 * @param pieces of its spans, as `spansJson` writes them
 */
export function exportJson(
  { serviceName, version }: SpanSource,
  pieces: readonly Uint8Array[],
): Buffer {
  const source = attributesJson({ 'service.name': serviceName, 'service.version': version });
  const scope = `{"name":"${SCOPE}","version":${JSON.stringify(version)}}`;
  const head = `{"resourceSpans":[{"resource":{"attributes":[${source}]},"scopeSpans":[{"scope":${scope},"spans":[`;
  const spans = pieces.flatMap((piece, at) => (at === 0 ? [piece] : [COMMA, piece]));
  return Buffer.concat([Buffer.from(head), ...spans, Buffer.from(']}]}]}')]);
}

const COMMA = Buffer.from(',');

/**
 * Spans as members of a JSON list, as text at once: the library makes three objects of each attribute first,
 * which takes five times as long.
 */
export function spansJson(batch: readonly Recorded[]): string {
  const originMs = Date.now() - performance.now();
  let spans = '';
  for (const recorded of batch) {
    for (const span of recorded.spans(originMs)) {
      if (spans !== '') spans += ',';
      spans += spanJson(recorded.traceId, span);
    }
  }
  return spans;
}

/**
 * How many spans of a request a collector has refused that took it: its `partialSuccess`.
 * @param answer its body in JSON; one that is not says of none
 */
export function refusedSpans(answer: Uint8Array): number {
  try {
    const { partialSuccess } = JSON.parse(Buffer.from(answer).toString()) as PartialSuccess;
    const refused = Number(partialSuccess?.rejectedSpans ?? 0);
    return Number.isSafeInteger(refused) && refused > 0 ? refused : 0;
  } catch {
    return 0;
  }
}

interface PartialSuccess {
  /** The protocol's JSON has numbers of 64 bits as text. */
  readonly partialSuccess?: { readonly rejectedSpans?: string | number } | null;
}

function spanJson(traceId: string, span: EndedSpan): string {
  const { id, parent, text, sessionId, startMs, endMs } = span;
  const ofParent = parent === null ? '' : '","parentSpanId":"' + parent.id;
  const { ofOwn, ofRemote, comma, rest } = partsOf(text);
  const session = sessionId === null ? '' : comma + sessionJson(sessionId);
  return (
    `{"traceId":"${traceId}","spanId":"${id}${ofParent}","startTimeUnixNano":"${nanosOf(startMs)}` +
    `","endTimeUnixNano":"${nanosOf(endMs)}${parent?.isRemote ? ofRemote : ofOwn}${session}${rest}`
  );
}

/** What all spans with one text have in common. */
interface Parts {
  /** From the flags to the attributes, by whose the parent is. */
  readonly ofOwn: string;
  readonly ofRemote: string;
  /** In front of another attribute. */
  readonly comma: string;
  /** All that comes after the attributes. */
  readonly rest: string;
}

const parts = new WeakMap<SpanText, Parts>();

function partsOf(text: SpanText): Parts {
  const known = parts.get(text);
  if (known) return known;
  const attributes = attributesJson(text.attributes);
  const flagged = (flags: number): string => `","flags":${flags},"attributes":[${attributes}`;
  const made = {
    ofOwn: flagged(SAMPLED | KNOWS_REMOTE),
    ofRemote: flagged(SAMPLED | KNOWS_REMOTE | IS_REMOTE),
    comma: attributes === '' ? '' : ',',
    rest:
      `],"name":${JSON.stringify(text.name)},"kind":${KINDS[text.kind]},` +
      `"status":{"code":${text.isFault ? ERROR : UNSET}}}`,
  };
  parts.set(text, made);
  return made;
}

function attributesJson(attributes: SpanAttributes): string {
  return Object.entries(attributes)
    .map(([key, value]) => `{"key":${JSON.stringify(key)},"value":${valueJson(value)}}`)
    .join(',');
}

function sessionJson(id: string): string {
  return `{"key":"${SESSION}","value":{"stringValue":${JSON.stringify(id)}}}`;
}

function valueJson(value: string | number): string {
  if (typeof value === 'string') return `{"stringValue":${JSON.stringify(value)}}`;
  return Number.isInteger(value)
    ? `{"intValue":${value}}`
    : `{"doubleValue":${JSON.stringify(value)}}`;
}

/** The last millisecond that was written, and its digits: many spans begin and end within one. */
let lastMs = Number.NaN;
let lastDigits = '';

/** Milliseconds with a fraction as the text of whole nanoseconds, of which no number holds all digits. */
function nanosOf(ms: number): string {
  let whole = Math.floor(ms);
  let nanos = Math.round((ms - whole) * NANOS);
  if (nanos === NANOS) [whole, nanos] = [whole + 1, 0];
  if (whole !== lastMs) [lastMs, lastDigits] = [whole, String(whole)];
  // With a digit in front, so that none of its zeros is missing.
  return lastDigits + String(NANOS + nanos).slice(1);
}
