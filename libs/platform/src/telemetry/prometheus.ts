import { Logger } from '@nestjs/common';
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  prometheusContentType,
  Registry,
} from 'prom-client';
import { describeCause } from '../errors/describe-cause.js';
import { delay } from '../time/delay.js';
import type { Labels } from './bounded-labels.js';
import type { GaugeSource } from './gauges.js';
import {
  type CountedKind,
  type Counts,
  labelsOf,
  labelsOfFact,
  type MeasuredKind,
  type Measures,
  type MetricText,
  newCounts,
  newMeasures,
} from './measures.js';
import type { End, Fact, Operation } from './operation.js';
import type { Observation, Observer } from './telemetry.js';

/** What is told of the process; the library knows thrice as much, in series for each heap and handle. */
const OF_THE_PROCESS = new Set([
  'process_cpu_seconds_total',
  // The library counts the one above when this one is read.
  'process_cpu_user_seconds_total',
  'process_start_time_seconds',
  'process_resident_memory_bytes',
  'process_open_fds',
  'process_max_fds',
  // Measures what the two below it tell.
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_heap_size_total_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_external_memory_bytes',
  'nodejs_gc_duration_seconds',
]);

/** Pauses of the collector that are short, that are felt, and that are a fault. */
const GC_BUCKETS = [0.01, 0.1, 1];

/** Longest that a source may take: whoever scrapes waits ten seconds. */
const SOURCE_MS = 4_000;

async function tooLate(): Promise<never> {
  await delay(SOURCE_MS, { ref: false });
  throw new Error('it takes too long');
}

/** Things measured that the library is told of at once, or when somebody looks. */
const MOST_MEASURED = 500;

interface Measured {
  readonly histogram: Histogram;
  readonly labels: Labels;
  readonly seconds: number;
}

class Timed implements Observation {
  private readonly beganAtMs = performance.now();

  constructor(private readonly tell: (end: End, seconds: number) => void) {}

  within<T>(work: () => T): T {
    return work();
  }

  end(end: End): void {
    this.tell(end, (performance.now() - this.beganAtMs) / 1000);
  }
}

/** What an app has metrics of. */
export interface MetricsOptions {
  readonly measured: readonly MeasuredKind[];
  readonly counted: readonly CountedKind[];
  /**
   * What may happen, and is told as 0 until it does: whoever compares two scrapes sees the first time only
   * where the number was there before it.
   */
  readonly awaited: readonly Fact[];
  readonly version: string;
  /** What is read whenever somebody looks. */
  readonly sources: readonly GaugeSource[];
}

/**
 * The metrics of one app in the text format of Prometheus. The one place that knows the library, which is
 * loaded where somebody has asked for metrics and nowhere else.
 */
export class Prometheus implements Observer {
  readonly contentType = prometheusContentType;
  private readonly logger = new Logger('Metrics');
  private readonly registry = new Registry();
  private readonly measures: Measures = newMeasures();
  private readonly counts: Counts = newCounts();
  private readonly histograms = new Map<Operation['kind'], Histogram>();
  private readonly counters = new Map<Fact['kind'], Counter>();
  private readonly gauges = new Map<string, Gauge>();
  /** What the library does not know yet: told between other things, each costs it several times as much. */
  private readonly measured: Measured[] = [];

  constructor(private readonly options: MetricsOptions) {
    const { measured, counted, awaited, version, sources } = options;
    for (const kind of measured) this.histograms.set(kind, this.histogram(kind));
    for (const kind of counted) this.counters.set(kind, this.counter(kind));
    for (const fact of awaited) this.count(fact, 0);
    for (const gauge of sources.flatMap(({ gauges }) => gauges)) {
      this.gauges.set(gauge.name, this.gauge(gauge));
      this.forget(gauge);
    }
    this.tellOfProcess(version);
  }

  begin(operation: Operation): Observation | null {
    const histogram = this.histograms.get(operation.kind);
    if (!histogram) return null;
    return new Timed((end, seconds) => {
      this.measured.push({ histogram, labels: labelsOf(this.measures, operation, end), seconds });
      if (this.measured.length >= MOST_MEASURED) this.enter();
    });
  }

  note(fact: Fact): void {
    this.count(fact, 1);
  }

  /** Tells the library what was measured. */
  private enter(): void {
    for (const { histogram, labels, seconds } of this.measured.splice(0)) {
      histogram.observe(labels, seconds);
    }
  }

  /** Everything as it stands now. A source that fails is left out, and said. It never rejects for one. */
  async text(): Promise<string> {
    await Promise.all(this.options.sources.map((source) => this.read(source)));
    this.enter();
    return this.registry.metrics();
  }

  private count(fact: Fact, times: number): void {
    this.counters.get(fact.kind)?.inc(labelsOfFact(this.counts, fact), times);
  }

  private async read(source: GaugeSource): Promise<void> {
    const readings = await this.readingsOf(source);
    for (const gauge of source.gauges) this.forget(gauge);
    for (const { name, labels = {}, value } of readings) this.gauges.get(name)?.set(labels, value);
  }

  private async readingsOf(source: GaugeSource) {
    try {
      return await Promise.race([source.read(), tooLate()]);
    } catch (error) {
      this.logger.warn({ notTold: source.gauges[0]?.name, cause: describeCause(error) });
      return [];
    }
  }

  private histogram(kind: MeasuredKind): Histogram {
    const { name, help, labels, buckets } = this.measures[kind];
    const registers = [this.registry];
    return new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers });
  }

  private counter(kind: CountedKind): Counter {
    const { name, help, labels } = this.counts[kind];
    return new Counter({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  private gauge({ name, help, labels }: MetricText): Gauge {
    return new Gauge({ name, help, labelNames: [...labels], registers: [this.registry] });
  }

  /** What is not known must not be told: the library makes a 0 of it. */
  private forget({ name, labels }: MetricText): void {
    const gauge = this.gauges.get(name);
    if (labels.length === 0) gauge?.remove();
    else gauge?.reset();
  }

  private tellOfProcess(version: string): void {
    const { registry } = this;
    const before = new Set(registry.getMetricsAsArray().map(({ name }) => name));
    collectDefaultMetrics({ register: registry, gcDurationBuckets: GC_BUCKETS });
    for (const { name } of registry.getMetricsAsArray()) {
      if (!before.has(name) && !OF_THE_PROCESS.has(name)) registry.removeSingleMetric(name);
    }
    const labelNames = ['version', 'node'];
    const help = 'Always 1: which build runs, on which Node.';
    new Gauge({ name: 'build_info', help, labelNames, registers: [registry] }).set(
      { version, node: process.versions.node },
      1,
    );
  }
}
