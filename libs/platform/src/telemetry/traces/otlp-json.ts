import type {
  EndedSpan,
  SpanAttributes,
  SpanKindName,
  SpanParent,
  SpanText,
  TracedSpans,
} from './span.js';

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
 * A request of OTLP in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), as text at
 * once: the library makes three objects of each attribute first, which takes five times as long.
 */
export function exportJson(
  { serviceName, version }: SpanSource,
  batch: readonly TracedSpans[],
): string {
  const source = attributesJson({ 'service.name': serviceName, 'service.version': version });
  const scope = `{"name":"${SCOPE}","version":${JSON.stringify(version)}}`;
  const spans = batch.flatMap((each) => each.spans.map((span) => spanJson(each.traceId, span)));
  return (
    `{"resourceSpans":[{"resource":{"attributes":[${source}]},` +
    `"scopeSpans":[{"scope":${scope},"spans":[${spans.join(',')}]}]}]}`
  );
}

function spanJson(traceId: string, span: EndedSpan): string {
  const { id, parent, text, sessionId, startMs, endMs } = span;
  const ofParent = parent === null ? '' : `","parentSpanId":"${parent.id}`;
  const session = sessionId === null ? '' : sessionJson(sessionId);
  const { attributes, rest } = partsOf(text);
  const comma = session === '' || attributes === '' ? '' : ',';
  return (
    `{"traceId":"${traceId}","spanId":"${id}${ofParent}","flags":${flagsOf(parent)},` +
    `"startTimeUnixNano":"${nanosOf(startMs)}","endTimeUnixNano":"${nanosOf(endMs)}",` +
    `"attributes":[${attributes}${comma}${session}],${rest}`
  );
}

/** What all spans with one text have in common. */
interface Parts {
  readonly attributes: string;
  /** With all that comes after the attributes. */
  readonly rest: string;
}

const parts = new WeakMap<SpanText, Parts>();

function partsOf(text: SpanText): Parts {
  const known = parts.get(text);
  if (known) return known;
  const made = {
    attributes: attributesJson(text.attributes),
    rest:
      `"name":${JSON.stringify(text.name)},"kind":${KINDS[text.kind]},` +
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

function flagsOf(parent: SpanParent | null): number {
  return SAMPLED | KNOWS_REMOTE | (parent?.isRemote ? IS_REMOTE : 0);
}

/** Milliseconds with a fraction as the text of whole nanoseconds, of which no number holds all digits. */
function nanosOf(ms: number): string {
  const whole = Math.floor(ms);
  const nanos = Math.round((ms - whole) * NANOS);
  // With a digit in front, so that none of its zeros is missing.
  return nanos < NANOS ? `${whole}${String(NANOS + nanos).slice(1)}` : `${whole + 1}000000`;
}
