import { Module } from '@nestjs/common';
import { MetricsModule as PlatformMetrics } from '#platform';
import { FleetModule } from '../fleet/fleet.module.js';
import { ReconcileGauges } from '../reconcile/reconcile.gauges.js';
import { ReconcileModule } from '../reconcile/reconcile.module.js';
import { CircuitGauges } from './circuit.gauges.js';
import { CreditsGauges } from './credits.gauges.js';
import { FleetGauges } from './fleet.gauges.js';

/** The app's metrics. Without a `METRICS_TOKEN` this module is left out. */
@Module({
  imports: [
    PlatformMetrics.forRoot({
      measured: ['request', 'call', 'database', 'start'],
      counted: ['session-ended'],
      imports: [FleetModule, ReconcileModule],
      sources: [FleetGauges, CircuitGauges, CreditsGauges, ReconcileGauges],
    }),
  ],
})
export class MetricsModule {}
