import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { delay } from '../../time/delay.js';
import { ownVersion } from '../own-version.js';
import { LostSpans } from './lost-spans.js';
import type { EndedSpan, SpanSink } from './span.js';
import type { TraceSettings } from './trace-settings.js';

/** Spans that wait or are on their way; what is more is lost. */
const MOST_SPANS = 4_096;

/** Sent at once, and after so long at the latest. */
const BATCH = 512;
const BATCH_MS = 2_000;

/** Longest that the collector may take for a batch; at the end all of them are sent at once. */
const DEADLINE_MS = 3_000;
const AT_ONCE = MOST_SPANS / BATCH;

/** Longest that the app's end waits for the collector. */
const LAST_MS = 1_500;

/** What an exporter's result is called that went well. */
const TAKEN = 0;

type Resource = ReadableSpan['resource'];

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
} as const;

const FAULT = { code: SpanStatusCode.ERROR };
const NO_FAULT = { code: SpanStatusCode.UNSET };

/**
 * Sends spans to a collector, by OTLP over HTTP. The one place that knows OpenTelemetry's libraries, which
 * are loaded where somebody has named a collector and nowhere else. A collector that is away or slow costs
 * spans and nothing else: there is room for some, and the rest is counted.
 */
export class SpanExport implements SpanSink {
  private readonly lost = new LostSpans();
  private readonly processor: BatchSpanProcessor;
  private readonly sender: Sender;
  /** Waiting, or on their way. */
  private held = 0;

  constructor({ endpoint, headers, serviceName }: TraceSettings) {
    const version = ownVersion();
    this.sender = {
      resource: resourceOf({ 'service.name': serviceName, 'service.version': version }),
      instrumentationScope: { name: 'platform', version },
    };
    const exporter = new OTLPTraceExporter({
      url: `${endpoint}/v1/traces`,
      headers: { ...headers },
      timeoutMillis: DEADLINE_MS,
      concurrencyLimit: AT_ONCE,
    });
    this.processor = new BatchSpanProcessor(this.counted(exporter), {
      maxQueueSize: MOST_SPANS,
      maxExportBatchSize: BATCH,
      scheduledDelayMillis: BATCH_MS,
      exportTimeoutMillis: DEADLINE_MS * 2,
    });
  }

  put(traceId: string, spans: readonly EndedSpan[]): void {
    const room = MOST_SPANS - this.held;
    const taken = room < spans.length ? spans.slice(0, room) : spans;
    if (taken.length < spans.length) this.lost.add(spans.length - taken.length);
    this.held += taken.length;
    for (const span of taken) this.processor.onEnd(new SentSpan(span, traceId, this.sender));
  }

  /** Sends what waits, as far as there is time for it. It never rejects. */
  async close(): Promise<void> {
    const patience = new AbortController();
    const waited = delay(LAST_MS, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.processor.shutdown().catch(() => undefined), waited]);
    patience.abort();
    this.lost.add(this.held);
    this.lost.tell();
  }

  private counted(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans, done) =>
        exporter.export(spans, (result) => {
          this.held -= spans.length;
          const code: number = result.code;
          if (code !== TAKEN) this.lost.add(spans.length, result.error);
          done(result);
        }),
      shutdown: () => exporter.shutdown(),
    };
  }
}

/** What all spans of an app have in common. */
type Sender = Pick<ReadableSpan, 'resource' | 'instrumentationScope'>;

/** A span as the library wants it, made when it is sent: what waits is to be little. */
class SentSpan implements ReadableSpan {
  readonly ended = true;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;

  constructor(
    private readonly span: EndedSpan,
    private readonly traceId: string,
    private readonly sender: Sender,
  ) {}

  get name(): string {
    return this.span.name;
  }

  get kind(): SpanKind {
    return KINDS[this.span.kind];
  }

  get attributes(): ReadableSpan['attributes'] {
    return this.span.attributes;
  }

  get status(): ReadableSpan['status'] {
    return this.span.isFault ? FAULT : NO_FAULT;
  }

  get startTime() {
    return timeOf(this.span.startMs);
  }

  get endTime() {
    return timeOf(this.span.endMs);
  }

  get duration() {
    return timeOf(this.span.endMs - this.span.startMs);
  }

  get resource() {
    return this.sender.resource;
  }

  get instrumentationScope() {
    return this.sender.instrumentationScope;
  }

  get links(): ReadableSpan['links'] {
    return [];
  }

  get events(): ReadableSpan['events'] {
    return [];
  }

  spanContext(): ReturnType<ReadableSpan['spanContext']> {
    return { traceId: this.traceId, spanId: this.span.id, traceFlags: TraceFlags.SAMPLED };
  }

  get parentSpanContext(): ReturnType<ReadableSpan['spanContext']> | undefined {
    const { parent } = this.span;
    return parent
      ? { ...this.spanContext(), spanId: parent.id, isRemote: parent.isRemote }
      : undefined;
  }
}

/** Whose spans they are. It is nobody's to be merged with. */
function resourceOf(attributes: Resource['attributes']): Resource {
  const resource: Resource = {
    attributes,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}

/** Milliseconds as OpenTelemetry has them: seconds and nanoseconds. */
function timeOf(ms: number): [seconds: number, nanoseconds: number] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1_000_000)];
}
