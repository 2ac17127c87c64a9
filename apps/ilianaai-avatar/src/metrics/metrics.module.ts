import { Module } from '@nestjs/common';
import { END_REASONS } from '#contracts';
import { MetricsModule as PlatformMetrics } from '#platform';
import { FleetModule } from '../fleet/fleet.module.js';
import { OpeningGauges } from '../opening/opening.gauges.js';
import { OpeningModule } from '../opening/opening.module.js';
import { ReconcileGauges } from '../reconcile/reconcile.gauges.js';
import { ReconcileModule } from '../reconcile/reconcile.module.js';
import { VENDOR_NAMES } from '../vendors/vendor.js';
import { CircuitGauges } from './circuit.gauges.js';
import { CreditsGauges } from './credits.gauges.js';
import { FleetGauges } from './fleet.gauges.js';

/** The app's metrics. Without a `METRICS_TOKEN` this module is left out. */
@Module({
  imports: [
    PlatformMetrics.forRoot({
      measured: ['request', 'call', 'database', 'start'],
      counted: ['session-ended'],
      awaited: VENDOR_NAMES.flatMap((vendor) =>
        END_REASONS.map((reason) => ({ kind: 'session-ended', vendor, reason }) as const),
      ),
      imports: [FleetModule, OpeningModule, ReconcileModule],
      sources: [FleetGauges, CircuitGauges, CreditsGauges, OpeningGauges, ReconcileGauges],
    }),
  ],
})
export class MetricsModule {}
