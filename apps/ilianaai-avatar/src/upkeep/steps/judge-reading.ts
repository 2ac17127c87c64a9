import type { Budgets } from '../../config/avatar-config.js';
import type { Session } from '../../sessions/domain/session.js';

/** How long an ended session's record is asked for when the vendor does not give it: a day. */
const GIVE_UP_SECONDS = 24 * 3600;

export type ReadingVerdict =
  /** The record may still grow: read again after so many seconds (or on the retry schedule). */
  | { readonly kind: 'wait'; readonly seconds: number }
  /** Close the transcript with what is stored. */
  | { readonly kind: 'close'; readonly complete: boolean; readonly readAgain: boolean };

/**
 * Whether an ended session's transcript can be closed: when the vendor
 * says inactive and two readings some seconds apart agree, or after `finalWaitSeconds`. A vendor
 * that cannot be read holds the words back for `vendorDownWaitSeconds` only; then what is stored
 * is closed as incomplete and the rest asked for during a day. That wait begins when the end was
 * noticed: what was accepted in the last instant before is stored by its end.
 * @param reading what was just read, or null when the vendor could not be read
 */
export function judgeReading(
  session: Session,
  reading: { readonly isLive: boolean; readonly digest: string } | null,
  now: Date,
  budgets: Budgets,
): ReadingVerdict {
  const { transcript, endedAt } = session;
  const sinceEnd = secondsBetween(endedAt ?? now, now);
  const sinceNoticed = secondsBetween(transcript.noticedAt ?? endedAt ?? now, now);
  const isClosed = session.state !== 'stopped';
  if (reading === null) {
    const isHeldBack = !isClosed && sinceNoticed < budgets.vendorDownWaitSeconds;
    if (isHeldBack) return { kind: 'wait', seconds: 0 };
    const readAgain = !transcript.complete && sinceEnd < GIVE_UP_SECONDS;
    return { kind: 'close', complete: transcript.complete, readAgain };
  }
  const isComplete = { kind: 'close', complete: true, readAgain: false } as const;
  // A transcript that was closed once waits for nothing: one whole reading is what it lacked.
  if (isClosed) return isComplete;
  const gap = transcript.lastReadAt ? secondsBetween(transcript.lastReadAt, now) : 0;
  const agrees = transcript.lastDigest === reading.digest && gap >= budgets.finalReadGapSeconds;
  if (!reading.isLive && agrees) return isComplete;
  // Even a session whose end was noticed late is closed a pause after its first reading: whatever
  // was accepted while it was open is stored by then.
  if (sinceEnd >= budgets.finalWaitSeconds && gap >= budgets.finalReadGapSeconds) return isComplete;
  return { kind: 'wait', seconds: budgets.finalReadGapSeconds };
}

function secondsBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 1000;
}
