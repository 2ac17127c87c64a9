import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  createOtlpHttpExportDelegate,
  httpAgentFactoryFromOptions,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { delay } from '../../time/delay.js';
import { ownVersion } from '../own-version.js';
import { LostSpans } from './lost-spans.js';
import { exportJson, refusedSpans, spansJson } from './otlp-json.js';
import type { Recorded, SpanSink } from './span.js';
import type { TraceSettings } from './trace-settings.js';

/** Spans that wait or are on their way; what is more is lost. */
const MOST_SPANS = 4_096;

/** Sent at once, and after so long at the latest. */
const BATCH = 1_024;
const BATCH_MS = 2_000;

/**
 * Written at once: enough that the code which writes them stays in the processor's caches, and few enough
 * that the garbage collector does not have to move them into its old generation.
 */
const PIECE = 128;

/** Longest that the collector may take for a batch, tries again included, and how many are on their way. */
const DEADLINE_MS = 3_000;
const AT_ONCE = MOST_SPANS / BATCH;

/** Longest that the app's end waits for the collector. */
const LAST_MS = 1_500;

/** What an exporter's result is called that went well. */
const TAKEN = 0;

/** What the log calls it when a collector takes a part of a batch (OTLP's partial success). */
const REFUSED = 'PARTIAL_SUCCESS';

/**
 * Sends spans to a collector, by OTLP over HTTP. The one place that knows OpenTelemetry's library, which
 * is loaded where somebody has named a collector and nowhere else: it sends, and tries again. A collector
 * that is away or slow costs spans and nothing else: there is room for some, and the rest is counted.
 */
export class SpanExport implements SpanSink {
  private readonly lost = new LostSpans();
  private readonly exporter: OTLPExporterBase<Batch>;
  private waiting: Recorded[] = [];
  private waitingSpans = 0;
  private pieces: Buffer[] = [];
  private writtenSpans = 0;
  /** Waiting, or on their way. */
  private held = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(settings: TraceSettings) {
    this.exporter = exporterOf(settings, this.lost);
  }

  put(recorded: Recorded): void {
    const { count } = recorded;
    if (this.held + count > MOST_SPANS) return this.lost.add(count);
    this.held += count;
    this.waitingSpans += count;
    this.waiting.push(recorded);
    if (this.waitingSpans >= PIECE) this.write();
    if (this.writtenSpans >= BATCH) this.send();
    else this.timer ??= setTimeout(() => this.send(), BATCH_MS).unref();
  }

  /** Sends what waits, as far as there is time for it. It never rejects. */
  async close(): Promise<void> {
    this.send();
    const patience = new AbortController();
    const waited = delay(LAST_MS, { signal: patience.signal }).catch(() => undefined);
    await Promise.race([this.exporter.shutdown().catch(() => undefined), waited]);
    patience.abort();
    this.lost.add(this.held);
    this.lost.tell();
  }

  private write(): void {
    const { waiting, waitingSpans: count } = this;
    if (count === 0) return;
    this.waiting = [];
    this.waitingSpans = 0;
    try {
      this.pieces.push(Buffer.from(spansJson(waiting)));
      this.writtenSpans += count;
    } catch (error) {
      this.held -= count;
      this.lost.add(count, error);
    }
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.write();
    const { pieces, writtenSpans: count } = this;
    if (count === 0) return;
    this.pieces = [];
    this.writtenSpans = 0;
    this.exporter.export(pieces, (result) => {
      this.held -= count;
      const code: number = result.code;
      if (code !== TAKEN) this.lost.add(count, result.error);
    });
  }
}

type Batch = readonly Buffer[];

/** What sends a batch, and again where the collector wants that. */
function exporterOf(
  { endpoint, headers, serviceName }: TraceSettings,
  lost: LostSpans,
): OTLPExporterBase<Batch> {
  const source = { serviceName, version: ownVersion() };
  const delegate = createOtlpHttpExportDelegate<Batch, unknown>(
    {
      url: `${endpoint}/v1/traces`,
      headers: () => Promise.resolve({ ...headers, 'Content-Type': 'application/json' }),
      timeoutMillis: DEADLINE_MS,
      concurrencyLimit: AT_ONCE,
      compression: 'none',
      agentFactory: httpAgentFactoryFromOptions({ keepAlive: true }),
    },
    {
      serializeRequest: (pieces) => exportJson(source, pieces),
      deserializeResponse: (answer) => {
        const refused = refusedSpans(answer);
        // What it says of them may quote them.
        if (refused > 0) lost.add(refused, Object.assign(new Error(), { code: REFUSED }));
        return {};
      },
    },
    'otlp_http_json_span_exporter',
    { name: 'span', countItems: (batch) => batch.length },
    undefined,
  );
  return new OTLPExporterBase(delegate);
}
