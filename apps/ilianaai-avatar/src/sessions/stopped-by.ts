import type { EndReason, StoppedBy } from '#contracts';
import type { Caller } from '../auth/caller.js';
import type { Session, StopWish } from './domain/session.js';

/**
 * Who ends a session by calling. A token that stands in for a key is good for one session, and is
 * in the page of its visitor.
 */
export function callerOf(caller: Caller): StoppedBy {
  return caller.kind === 'session' || caller.token !== undefined ? 'visitor' : 'customer';
}

/** The wish of an operator. @param byName beside its token; null where that has none */
export function operatorsWish(byName: string | null): StopWish {
  return { reason: 'operator', by: 'operator', ...(byName === null ? {} : { byName }) };
}

/** Who ends a session that a rule ends: its visitor where that has said that it goes. */
export function stopperOf({ leftAt }: Pick<Session, 'leftAt'>, reason: EndReason): StoppedBy {
  return reason === 'visitor_left' && leftAt !== null ? 'visitor' : 'gateway';
}

/**
 * Who wanted a session to end first. Where nobody did it ended at the vendor, or nobody had its token.
 * @returns null for one that goes on, and where a record from before does not say
 */
export function shownStopper({
  stop,
  endReason,
}: Pick<Session, 'stop' | 'endReason'>): StoppedBy | null {
  if (stop) return stop.by ?? null;
  if (endReason === null) return null;
  return endReason === 'no_show' ? 'gateway' : 'vendor';
}
