import type { EndReason } from '#contracts';
import type { Budgets } from '../../config/avatar-config.js';
import {
  graceOverAt,
  later,
  maxDurationAt,
  MISSED_HEARTBEATS,
} from '../../sessions/domain/session-timing.js';
import type { Session, SessionPatch } from '../../sessions/domain/session.js';

/**
 * Why a running session has to end now: the first wish for it, else its longest time, else a
 * visitor that has left and whose grace is over. Null while it may go on.
 */
export function reasonToStop(session: Session, now: Date, budgets: Budgets): EndReason | null {
  if (session.stop) return session.stop.reason;
  if (isPast(maxDurationAt(session), now)) return 'max_duration';
  return isPast(graceOverAt(session, budgets), now) ? 'visitor_left' : null;
}

/**
 * What a visitor is given whose heartbeats may have met a database that was away: its grace anew,
 * from the end of that. It is written down, so that every replica goes by it. Null for one that has
 * said goodbye, had been silent for too long before, or has had that time.
 * @param silence when the database was last away
 */
export function excused(
  session: Session,
  silence: { readonly from: Date; readonly to: Date } | null,
  now: Date,
  budgets: Budgets,
): SessionPatch | null {
  const { heartbeat, leftAt } = session;
  const graceOver = graceOverAt(session, budgets);
  if (!silence || !heartbeat || leftAt || !graceOver) return null;
  if (graceOver <= silence.from || later(silence.to, budgets.leaveGraceSeconds) <= now) return null;
  // As if the second promise had been missed at that instant.
  const at = later(silence.to, -MISSED_HEARTBEATS * heartbeat.withinSeconds);
  return { heartbeat: { ...heartbeat, at } };
}

function isPast(at: Date | null, now: Date): boolean {
  return at !== null && at.getTime() <= now.getTime();
}
