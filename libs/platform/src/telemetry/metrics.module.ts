import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { DatabaseGauges } from './database.gauges.js';
import type { GaugeSource } from './gauges.js';
import { METRICS, type Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';
import type { CountedKind, MeasuredKind } from './measures.js';
import type { Fact } from './operation.js';
import { ownVersion } from './own-version.js';
import { Telemetry } from './telemetry.js';

/** What an app has metrics of. */
export interface AppMetrics {
  readonly measured: readonly MeasuredKind[];
  readonly counted: readonly CountedKind[];
  /** What is told as 0 until it happens. */
  readonly awaited: readonly Fact[];
  /** Numbers of the app's own, by the classes that read them. */
  readonly sources: readonly Type<GaugeSource>[];
  /** Where the sources have what they need from. */
  readonly imports: NonNullable<DynamicModule['imports']>;
}

/** Metrics and their route. An app without a `METRICS_TOKEN` leaves this module out, and has neither. */
@Module({})
export class MetricsModule {
  static forRoot({ sources, imports, ...kinds }: AppMetrics): DynamicModule {
    return {
      module: MetricsModule,
      imports,
      controllers: [MetricsController],
      providers: [
        DatabaseGauges,
        ...sources,
        {
          provide: METRICS,
          inject: [Telemetry, DatabaseGauges, ...sources],
          useFactory: async (telemetry: Telemetry, ...all: GaugeSource[]): Promise<Metrics> => {
            // Loaded here, for those alone who want it.
            const { Prometheus } = await import('./prometheus.js');
            const metrics = new Prometheus({ ...kinds, version: ownVersion(), sources: all });
            telemetry.observe(metrics);
            return metrics;
          },
        },
      ],
    };
  }
}
