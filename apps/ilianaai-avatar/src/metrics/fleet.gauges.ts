import { Injectable } from '@nestjs/common';
import { delay, type GaugeSource, type MetricText, type Reading, SAME_EVERYWHERE } from '#platform';
import { DatabaseClock } from '../clock/database-clock.js';
import { COUNTED_STATES, type Fleet } from '../fleet/fleet.js';
import { FleetService } from '../fleet/fleet.service.js';
import { VENDOR_NAMES } from '../vendors/vendor.js';

/** Longest that a scrape waits for the database. */
const PATIENCE_MS = 3_000;

const AGE = 'avatar_fleet_read_age_seconds';

const GAUGES: readonly MetricText[] = [
  {
    name: 'avatar_sessions',
    help: `Sessions by where they stand. ${SAME_EVERYWHERE}`,
    labels: ['vendor', 'state'],
  },
  {
    name: 'avatar_due_lag_seconds',
    help: `For how long the earliest work of a lane is due that nobody does: end (what costs money; also for how long the vendor has not ended the oldest that is to end), life, outbox. ${SAME_EVERYWHERE}`,
    labels: ['lane'],
  },
  {
    name: 'avatar_outbox_oldest_seconds',
    help: `For how long the oldest closed transcript waits for Petya; 0 for none. ${SAME_EVERYWHERE}`,
    labels: [],
  },
  {
    name: 'avatar_deliveries_parked',
    help: `Sessions whose delivery waits for a person. ${SAME_EVERYWHERE}`,
    labels: [],
  },
  {
    name: 'avatar_billed_seconds_month',
    help: `Seconds of the sessions that started in this month, in UTC. ${SAME_EVERYWHERE}`,
    labels: ['vendor'],
  },
  {
    name: AGE,
    help: 'How old the numbers are that this replica has read from the database; since the first scrape where it never could.',
    labels: [],
  },
];

/**
 * All sessions of all accounts together. While the database does not answer, what was read last is told
 * with its age, which is told also where nothing could ever be read.
 */
@Injectable()
export class FleetGauges implements GaugeSource {
  readonly gauges = GAUGES;
  private readAt: Date | null = null;

  constructor(
    private readonly fleet: FleetService,
    private readonly clock: DatabaseClock,
  ) {}

  async read(): Promise<readonly Reading[]> {
    const fleet = await this.look();
    // The first scrape that has nothing to tell is where its age begins.
    this.readAt = fleet?.readAt ?? this.readAt ?? this.clock.now();
    const ageMs = this.clock.now().getTime() - this.readAt.getTime();
    const age = { name: AGE, value: Math.max(0, ageMs) / 1000 };
    return fleet ? [age, ...fleetReadings(fleet)] : [age];
  }

  /** Null where it was never read, and is not soon. */
  private look(): Promise<Fleet | null> {
    const soon = delay(PATIENCE_MS, { ref: false }).then(() => null);
    return Promise.race([this.fleet.look(), soon]).catch(() => null);
  }
}

/** The fleet as metrics: of every vendor and state, also where there is none. */
export function fleetReadings(fleet: Fleet): readonly Reading[] {
  const { counts, lagSeconds, oldestWaitingSeconds, used } = fleet;
  const counted = (vendor: string, state: string): number =>
    counts.find((each) => each.vendor === vendor && each.state === state)?.sessions ?? 0;
  const parked = VENDOR_NAMES.reduce((sum, vendor) => sum + counted(vendor, 'parked'), 0);
  return [
    ...VENDOR_NAMES.flatMap((vendor) =>
      COUNTED_STATES.map((state) => ({
        name: 'avatar_sessions',
        labels: { vendor, state },
        value: counted(vendor, state),
      })),
    ),
    ...Object.entries(lagSeconds).map(([lane, value]) => ({
      name: 'avatar_due_lag_seconds',
      labels: { lane },
      value,
    })),
    { name: 'avatar_outbox_oldest_seconds', value: oldestWaitingSeconds },
    { name: 'avatar_deliveries_parked', value: parked },
    ...used.map(({ vendor, month }) => ({
      name: 'avatar_billed_seconds_month',
      labels: { vendor },
      value: month,
    })),
  ];
}
