import type { Budgets } from '../config/avatar-config.js';
import { noShowAt, outboxDueAt } from '../session-record/session-timing.js';
import type { Session } from '../session-record/session.js';
import { reasonToStop } from './reason-to-stop.js';

/** What the worker can do for a session; each has a file of its own. */
export type Step =
  'give-up' | 'resolve-start' | 'stop' | 'poll' | 'read-record' | 'deliver' | 'nothing';

/** Which step a session needs now that was claimed in a lane. The most urgent first: money. */
export function nextStep(session: Session, now: Date, budgets: Budgets): Step {
  if (session.lease.lane === 'outbox') {
    return isDue(outboxDueAt(session), now) ? 'deliver' : 'nothing';
  }
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
    case 'final':
    case 'delivered':
    case 'parked':
      return isDue(session.transcript.nextReadAt, now) ? 'read-record' : 'nothing';
    case 'failed':
      return 'nothing';
  }
}

function activeStep(session: Session, now: Date, budgets: Budgets): Step {
  if (reasonToStop(session, now, budgets)) return 'stop';
  return isDue(session.nextPollAt, now) ? 'poll' : 'nothing';
}

function isDue(at: Date | null, now: Date): boolean {
  return at !== null && at.getTime() <= now.getTime();
}
