import type { EndReason } from '#contracts';
import type { Budgets } from '../config/avatar-config.js';
import { graceOverAt, maxDurationAt } from '../session-record/session-timing.js';
import type { Session } from '../session-record/session.js';

/**
 * Why a running session has to end now: the first wish for it, else its longest time, else a
 * visitor that has left and whose grace is over. Null while it may go on.
 */
export function reasonToStop(session: Session, now: Date, budgets: Budgets): EndReason | null {
  if (session.stop) return session.stop.reason;
  if (isPast(maxDurationAt(session), now)) return 'max_duration';
  return isPast(graceOverAt(session, budgets), now) ? 'visitor_left' : null;
}

function isPast(at: Date | null, now: Date): boolean {
  return at !== null && at.getTime() <= now.getTime();
}
