import { Module } from '@nestjs/common';
import { MetricsModule as PlatformMetrics } from '#platform';
import { ErasureModule } from '../erasure/erasure.module.js';
import { ErasureGauges } from './erasure.gauges.js';

/** The app's metrics. Without a `METRICS_TOKEN` this module is left out. */
@Module({
  imports: [
    PlatformMetrics.forRoot({
      measured: ['request', 'database'],
      counted: ['delivery-judged'],
      awaited: ['taken', 'duplicate', 'stale', 'erased', 'not_found'].map((outcome) => ({
        kind: 'delivery-judged',
        outcome,
      })),
      imports: [ErasureModule],
      sources: [ErasureGauges],
    }),
  ],
})
export class MetricsModule {}
