import type { Budgets } from '../config/avatar-config.js';
import {
  isToBeErased,
  noShowAt,
  outboxDueAt,
  purgeAt,
  stopLeaseSeconds,
} from '../sessions/domain/session-timing.js';
import type { LeaseKind, Session } from '../sessions/domain/session.js';
import { reasonToStop } from './steps/reason-to-stop.js';

/** What the worker can do for a session; each has a file of its own. */
export type Step =
  | 'give-up'
  | 'resolve-start'
  | 'stop'
  | 'count'
  | 'poll'
  | 'read-record'
  | 'deliver'
  | 'erase'
  | 'purge'
  | 'nothing';

/** What ends what the vendor runs or may run; places are kept for it. */
const ENDING: readonly Step[] = ['give-up', 'resolve-start', 'stop', 'count'];

/**
 * What a session is claimed for that one lane has found. Places for its life take what ends it too,
 * where they come first; nobody takes it away from them then.
 */
export function claimedFor(lane: LeaseKind, { endDueAt }: Session, now: Date): LeaseKind {
  return lane === 'life' && isDue(endDueAt ?? null, now) ? 'end' : lane;
}

/**
 * For how long a session is claimed in a lane, in seconds. One that is being stopped is held for a moment at
 * a time, whichever lane has found it; a delivery gives way to its stop anyway.
 */
export function claimSeconds(lane: LeaseKind, { state }: Session, budgets: Budgets): number {
  const isToStop = lane !== 'outbox' && state === 'stopping';
  return isToStop ? stopLeaseSeconds(budgets) : budgets.leaseSeconds;
}

/**
 * Which step a session needs now that was claimed in a lane. The places for what ends a session do
 * nothing else; those for its life do whatever it needs, the most urgent first: money.
 */
export function nextStep(session: Session, now: Date, budgets: Budgets): Step {
  const { lane } = session.lease;
  if (lane === 'outbox') return isDue(outboxDueAt(session), now) ? 'deliver' : 'nothing';
  const step = lifeStep(session, now, budgets);
  return lane === 'life' || ENDING.includes(step) ? step : 'nothing';
}

function lifeStep(session: Session, now: Date, budgets: Budgets): Step {
  if (isToBeErased(session)) return 'erase';
  switch (session.state) {
    case 'creating':
    case 'created':
      return isDue(noShowAt(session, budgets), now) ? 'give-up' : 'nothing';
    case 'starting':
      return 'resolve-start';
    case 'active':
      return activeStep(session, now, budgets);
    case 'stopping':
      return 'stop';
    case 'stopped':
      return 'read-record';
    case 'delivered':
      return deliveredStep(session, now, budgets);
    case 'final':
    case 'parked':
      return isDue(session.transcript.nextReadAt, now) ? 'read-record' : 'nothing';
    case 'erased':
      return isDue(session.transcript.nextReadAt, now) ? 'purge' : 'nothing';
    case 'failed':
      return isDue(purgeAt(session, budgets), now) ? 'purge' : 'nothing';
  }
}

function activeStep(session: Session, now: Date, budgets: Budgets): Step {
  if (reasonToStop(session, now, budgets)) return 'stop';
  if (isDue(session.nextCountAt ?? null, now)) return 'count';
  return isDue(session.nextPollAt, now) ? 'poll' : 'nothing';
}

/** Once the turns have gone, what is stored no longer says what was said: it is never read again. */
function deliveredStep(session: Session, now: Date, budgets: Budgets): Step {
  const { nextReadAt } = session.transcript;
  if (session.purgedAt) return isDue(nextReadAt, now) ? 'purge' : 'nothing';
  if (isDue(nextReadAt, now)) return 'read-record';
  return isDue(purgeAt(session, budgets), now) ? 'purge' : 'nothing';
}

function isDue(at: Date | null, now: Date): boolean {
  return at !== null && at.getTime() <= now.getTime();
}
