import type { SessionState } from '../../../apps/ilianaai-avatar/src/sessions/domain/session-states.js';
import type { VendorName } from '../../../apps/ilianaai-avatar/src/vendors/vendor.js';
import type { VendorTrouble } from '../../support/memory-vendor.js';

/** What somebody does. */
export type Act =
  | 'token'
  | 'start'
  /** It starts, and goes away before it has the answer or after it. */
  | 'start-unheard'
  | 'stop'
  | 'leave'
  | 'keep-alive'
  | 'say'
  /** What a socket hears is heard, however the session stands by then. */
  | 'overhear'
  /** An erasure of the visitor of the standing session is carried out once. */
  | 'erase'
  /** The list of the vendor is compared with the records. */
  | 'sweep'
  /** The vendor ends the standing session by itself. */
  | 'vendor-ends';

/** Somebody who does one thing after the other. */
export interface Party {
  readonly acts: readonly Act[];
  /** How many others come first before each of them. */
  readonly pause: number;
  /** Which replica it comes to, while that one lives. */
  readonly at: 0 | 1;
  /** Whether it has the token of the standing session, or another token for the same. */
  readonly holds: 'its token' | 'another token' | 'nothing';
  /** Whether its requests for tokens name the visitor and conversation of the standing session. */
  readonly isKnown: boolean;
  readonly idempotencyKey: string | null;
}

/** Where the session stands that is there when it begins. */
export interface Standing {
  readonly state: Extract<
    SessionState,
    'created' | 'starting' | 'active' | 'stopping' | 'stopped' | 'final' | 'delivered'
  >;
  /** Of one whose starter has died: whether the vendor has started it. */
  readonly isStarted: boolean;
  /** Seconds ago that it was opened, and that its lease ran out: negative is to come. */
  readonly ageSeconds: number;
  readonly leaseOverSeconds: number;
}

/** What happens; in which order is the scheduler's. */
export interface StepPlan {
  readonly vendor: VendorName;
  readonly standing: Standing | null;
  readonly parties: readonly Party[];
  /** Of two replicas, after how many of its questions each dies; never where it asks fewer. */
  readonly deaths: readonly [number, number];
  /** Which of the two look for what is due. */
  readonly workers: readonly [boolean, boolean];
  /** How many others come before a question of each is asked, and before it is answered. */
  readonly slowness: readonly [number, number];
  /** Time that goes by, in seconds, piece by piece. */
  readonly passing: readonly number[];
  /** What goes wrong with the calls to the vendor, in turn. */
  readonly vendorTroubles: readonly VendorTrouble[];
  /** What goes wrong with the writes of session records, in turn. */
  readonly writeTroubles: readonly WriteTrouble[];
  /** What goes wrong with the deliveries, in turn. */
  readonly petyaTroubles: readonly PetyaTrouble[];
  readonly slots: number;
  readonly isSuspended: boolean;
}

/** A write is not done, or it is done and nobody is told. */
export type WriteTrouble = 'none' | 'failed' | 'unanswered';

/** A delivery does not arrive, or it arrives and nobody is told. */
export type PetyaTrouble = 'none' | 'unreached' | 'lost';
