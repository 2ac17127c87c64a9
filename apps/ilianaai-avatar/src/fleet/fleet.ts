import type { SessionState } from '#contracts';
import type { LeaseKind } from '../sessions/domain/session.js';
import type { VendorName } from '../vendors/vendor.js';

/** States whose sessions are counted: of those that are over for good there is no end. */
export const COUNTED_STATES = [
  'creating',
  'created',
  'starting',
  'active',
  'stopping',
  'stopped',
  'final',
  'parked',
] as const satisfies readonly SessionState[];
export type CountedState = (typeof COUNTED_STATES)[number];

/** How many sessions a vendor has in one state. */
export interface FleetCount {
  readonly vendor: VendorName;
  readonly state: CountedState;
  readonly sessions: number;
}

/** What a vendor's sessions have used, in seconds, of those that started since a day or month began, in UTC. */
export interface FleetUse {
  readonly vendor: VendorName;
  readonly today: number;
  readonly month: number;
}

/** All sessions of all accounts at a glance, as the database had them. */
export interface Fleet {
  readonly readAt: Date;
  /** States that have none are left out. */
  readonly counts: readonly FleetCount[];
  /**
   * Seconds since the earliest that nobody works on was due, and of `end` also since the oldest was to end
   * that has not ended; 0 for none.
   */
  readonly lagSeconds: Readonly<Record<LeaseKind, number>>;
  /** Seconds for which the oldest closed transcript waits for Petya; 0 for none. */
  readonly oldestWaitingSeconds: number;
  /** None as long as they are not added up, which takes a while after a start; then all vendors. */
  readonly used: readonly FleetUse[];
}
