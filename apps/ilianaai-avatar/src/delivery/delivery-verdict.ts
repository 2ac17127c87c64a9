/** A conversation that Petya does not know may still be on its way there; longer than this it is not. */
const UNKNOWN_CONVERSATION_SECONDS = 3_600;

/** Statuses that the same request would get again, so only a person can help. */
const PARKED_AT_ONCE: readonly number[] = [400, 409, 413, 422];

/** How one attempt ended. `unanswered` is every end without a status: time-out, reset, refused redirect. */
export type DeliveryOutcome =
  | { kind: 'answered'; status: number; isBodyWellFormed: boolean }
  /** Petya has erased the visitor, the conversation or the session. */
  | { kind: 'erased' }
  | { kind: 'unanswered' };

export type DeliveryVerdict = 'delivered' | 'retry' | 'park' | 'erased';

/**
 * What an attempt's outcome means for the outbox, `ageSeconds` being the time since the first
 * attempt. Delivered is only what Petya confirmed in its own shape; whatever is not known to be
 * hopeless is tried again, because a transcript is never dropped.
 */
export function classifyDelivery(outcome: DeliveryOutcome, ageSeconds: number): DeliveryVerdict {
  if (outcome.kind === 'unanswered') return 'retry';
  if (outcome.kind === 'erased') return 'erased';
  const { status, isBodyWellFormed } = outcome;
  if (status >= 200 && status < 300) return isBodyWellFormed ? 'delivered' : 'retry';
  if (PARKED_AT_ONCE.includes(status)) return 'park';
  return status === 404 && ageSeconds >= UNKNOWN_CONVERSATION_SECONDS ? 'park' : 'retry';
}
