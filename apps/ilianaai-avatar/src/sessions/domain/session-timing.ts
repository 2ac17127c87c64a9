import type { Budgets } from '../../config/avatar-config.js';
import { isLive } from './session-states.js';
import type { DueMember, LeaseKind, Session } from './session.js';

/** What each lane goes by. */
export const DUE_BY = {
  end: 'endDueAt',
  life: 'dueAt',
  outbox: 'outboxDueAt',
} as const satisfies Record<LeaseKind, DueMember>;

/** How long the vendor may take to open a session, or to make its token, before that is given up. */
export const CREATING_SECONDS = 30;

/** Longest that whoever stops a session holds it without saying so again. */
const STOP_LEASE_SECONDS = 1.5;

/**
 * How long a session is held for that is being stopped at its vendor, in seconds. Every second that
 * nobody stops it costs money and stopping twice is harmless: who dies over it is followed soon, and who
 * lives renews it until the vendor has answered.
 */
export function stopLeaseSeconds({ leaseSeconds }: Budgets): number {
  return Math.min(leaseSeconds, STOP_LEASE_SECONDS);
}

/** A client that promised heartbeats has left when it missed two. */
export const MISSED_HEARTBEATS = 2;

/**
 * When the visitor counts as gone: the signal itself, or the second heartbeat that was promised
 * and missed. Null while there is no sign of it.
 */
export function visitorGoneAt(session: Session): Date | null {
  if (session.leftAt) return session.leftAt;
  const { heartbeat } = session;
  return heartbeat && later(heartbeat.at, MISSED_HEARTBEATS * heartbeat.withinSeconds);
}

/** When a session whose visitor has gone is ended; null while the visitor is there. */
export function graceOverAt(session: Session, budgets: Budgets): Date | null {
  const goneAt = visitorGoneAt(session);
  return goneAt && later(goneAt, budgets.leaveGraceSeconds);
}

/** Longest that somebody who cannot know whether its session runs has for coming back. */
export const COME_BACK_SECONDS = 5;

/**
 * Since when a visitor counts as gone of whose leaving the record learns late: as if it had been told
 * in time, except that there is a moment left for coming back.
 * @param leftAt null where it was never there, as far as anybody knows
 */
export function goneSince(leftAt: Date | null, now: Date, budgets: Budgets): Date {
  const latest = later(now, Math.min(0, COME_BACK_SECONDS - budgets.leaveGraceSeconds));
  return leftAt && leftAt > latest ? leftAt : latest;
}

/** When a started session reaches its longest time. */
export function maxDurationAt(session: Session): Date | null {
  return session.startedAt && later(session.startedAt, session.config.maxSessionSeconds);
}

/** How many whole seconds a session that runs may still do so, as far as its record says; null before. */
export function secondsLeft(session: Session, now: Date): number | null {
  const endsAt = earliest(maxDurationAt(session), session.minutesEndAt);
  if (endsAt === null) return null;
  return Math.max(0, Math.floor((endsAt.getTime() - now.getTime()) / 1000));
}

/** When a session that nobody starts is given up; whoever is given it anew has the time anew. */
export function noShowAt(session: Session, budgets: Budgets): Date {
  if (session.state === 'creating') return later(session.createdAt, CREATING_SECONDS);
  return later(session.offeredAt, budgets.noShowSeconds);
}

/**
 * When the worker has to look at a session's life next, from what its record says; null when
 * nothing is left to do. Written together with every change, so the claim is one indexed look-up.
 */
export function dueAt(session: Session, budgets: Budgets): Date | null {
  if (isToBeErased(session)) return session.erasure?.nextAt ?? session.erasedAt ?? null;
  switch (session.state) {
    case 'creating':
    case 'created':
      return noShowAt(session, budgets);
    case 'starting':
      return endDueAt(session, budgets);
    case 'active':
      return earliest(endDueAt(session, budgets), session.nextPollAt);
    case 'stopping':
      return endDueAt(session, budgets);
    case 'stopped':
      return session.transcript.nextReadAt ?? session.endedAt;
    case 'final':
    case 'parked':
    case 'erased':
      return session.transcript.nextReadAt;
    case 'delivered':
      return session.transcript.nextReadAt ?? purgeAt(session, budgets);
    case 'failed':
      return purgeAt(session, budgets);
  }
}

/**
 * When something has to be done that ends what the vendor runs, or may run; null when nothing is
 * left to end. Never before `dueAt`, which counts it too.
 */
export function endDueAt(session: Session, budgets: Budgets): Date | null {
  switch (session.state) {
    case 'creating':
    case 'created':
      // A token alone costs nothing.
      return session.openedAt && noShowAt(session, budgets);
    case 'starting':
      // The starter holds the lease for longer than the vendor may take; after it, it is dead.
      return session.lease.until;
    case 'active':
      return earliest(
        session.stop?.at,
        graceOverAt(session, budgets),
        maxDurationAt(session),
        session.nextCountAt,
      );
    case 'stopping':
      return session.nextStopAt ?? session.stop?.at ?? session.seenAt;
    default:
      return null;
  }
}

/** Whether a session is over that is to be erased and is not yet. */
export function isToBeErased({ erasedAt, state }: Session): boolean {
  return Boolean(erasedAt) && !isLive(state) && state !== 'erased';
}

/**
 * When the turns of a session have been at Petya for so long that they go here, and with them whose
 * they were; of a session that was never started there are none. Null if they went.
 */
export function purgeAt(session: Session, budgets: Budgets): Date | null {
  const { purgedAt, state, endedAt, createdAt, delivery } = session;
  if (purgedAt) return null;
  if (state === 'failed') return later(endedAt ?? createdAt, budgets.turnRetentionSeconds);
  const { deliveredAt, version, deliveredVersion } = delivery;
  if (!deliveredAt || version > deliveredVersion) return null;
  return later(deliveredAt, budgets.turnRetentionSeconds);
}

/** When the outbox has something to send; null when Petya knows everything. */
export function outboxDueAt(session: Session): Date | null {
  const { delivery, state } = session;
  if (session.erasedAt) return null;
  if (state === 'failed' || state === 'parked') return null;
  return delivery.version > delivery.deliveredVersion ? delivery.nextAttemptAt : null;
}

/** `seconds` after a point in time. */
export function later(from: Date, seconds: number): Date {
  return new Date(from.getTime() + seconds * 1000);
}

function earliest(...dates: (Date | null | undefined)[]): Date | null {
  const set = dates.filter((date): date is Date => date instanceof Date);
  if (set.length === 0) return null;
  return new Date(Math.min(...set.map((date) => date.getTime())));
}
