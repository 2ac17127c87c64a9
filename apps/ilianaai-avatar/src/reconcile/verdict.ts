import type { ReconciliationVerdict } from '#contracts';
import { secondsOf } from '../sessions/domain/billed.js';
import type { Session } from '../sessions/domain/session.js';
import type { SessionState } from '../sessions/domain/session-states.js';
import type { ListedSession } from '../vendors/vendor.js';

/** What of our record counts. */
export type OurSide = Pick<Session, 'state' | 'startedAt' | 'endedAt' | 'billed'>;

/** What of the vendor's list counts. */
export interface TheirSide extends Pick<ListedSession, 'createdAt' | 'seconds'> {
  readonly isRunning: boolean;
}

/** States in which nothing is left to find out of what a session has cost. */
const CLOSED_STATES: readonly SessionState[] = ['final', 'delivered', 'parked', 'failed', 'erased'];

/**
 * How a session stands at the vendor and here.
 * @param ours null without a record
 * @param theirs null where the vendor does not list it
 * @returns null for what neither side counts
 */
export function verdictOf(
  ours: OurSide | null,
  theirs: TheirSide | null,
): ReconciliationVerdict | null {
  if (ours === null) return theirs && 'missing_here';
  const isClosed = CLOSED_STATES.includes(ours.state);
  const hasStarted = wasStarted(ours);
  if (theirs === null) {
    if (!hasStarted) return null;
    return isClosed ? 'missing_there' : 'still_running';
  }
  if (theirs.isRunning || theirs.seconds === null || !isClosed) return 'still_running';
  if (!hasStarted) return theirs.seconds > 0 ? 'ours_failed_but_billed' : 'equal';
  return secondsOf(ours, ours.endedAt ?? theirs.createdAt) === theirs.seconds
    ? 'equal'
    : 'seconds_differ';
}

/** Whether a session has cost anything by our record. */
export function wasStarted({ state, startedAt }: OurSide): boolean {
  return startedAt !== null && state !== 'failed';
}

/** The instant whose day a session belongs to: our record's, and the vendor's where that has none. */
export function instantOf(
  ours: Pick<OurSide, 'startedAt'> | null,
  theirs: Pick<TheirSide, 'createdAt'>,
): Date {
  return ours?.startedAt ?? theirs.createdAt;
}
