import type { EndReason } from '#contracts';
import { ownCount } from './billed.js';
import { firstCountIn } from './caps.js';
import { beat, promisedBy } from './pulse.js';
import { isLive } from './session-states.js';
import { later } from './session-timing.js';
import type { Lease, LeaseKind, Session, SessionPatch, StopWish } from './session.js';

/** What a session that has ended no longer holds: its slot, its secrets, its lease. */
const RELEASED = { slot: null, vendorToken: null, media: null } as const;

/** What nobody needs who does not look for a person. */
export const NOBODY = {
  origin: null,
  idempotencyKey: null,
  idempotencyHash: null,
  traceId: null,
  socketId: null,
  heartbeat: null,
  opener: null,
} as const;

/** Ends a session that was never billed. */
export function fail(reason: EndReason, now: Date): SessionPatch {
  return { ...RELEASED, state: 'failed', endReason: reason, endedAt: now };
}

/**
 * The vendor session is over: the slot is free, the transcript comes next.
 * @param endedAt when the vendor ended it, where it says so
 */
export function end(reason: EndReason, now: Date, endedAt: Date | null = null): MoveToStopped {
  return (session) => ({
    ...RELEASED,
    state: 'stopped',
    endReason: reasonOf(reason, session),
    endedAt: endedAt ?? now,
    leftAt: null,
    heartbeat: null,
    nextPollAt: null,
    nextStopAt: null,
    transcript: {
      ...session.transcript,
      cursor: null,
      failures: 0,
      nextReadAt: now,
      noticedAt: now,
    },
  });
}

/** The vendor's limit is ours, which may be what was left of the account's minutes. */
function reasonOf(reason: EndReason, { config }: Session): EndReason {
  return reason === 'max_duration' && config.endsWithMinutes ? 'minutes_used_up' : reason;
}

type MoveToStopped = (session: Session) => SessionPatch;

/**
 * Ends a session that was not started. What the vendor has open is stopped there first; nothing
 * was said in it, so it ends as failed all the same.
 * @param request who goes on with stopping at once; without one the worker does
 */
export function giveUp(
  session: Session,
  wish: StopWish,
  now: Date,
  request?: LeaseRequest,
): SessionPatch {
  const stop = session.stop ?? { ...wish, at: now, attempts: 0 };
  if (!session.openedAt) return { ...fail(stop.reason, now), stop };
  return { state: 'stopping', stop, ...(request ? beginStop(session, now, request) : {}) };
}

/** Who takes the lease together with a move, and for how long. */
export interface LeaseRequest {
  readonly owner: Lease['owner'];
  readonly seconds: number;
}

/**
 * Somebody wants a session to end. What that changes depends on where it stands; null when it has
 * ended or somebody else asks the vendor at this moment. The first wish decides the reason
 * and who is named.
 * @param request works on nothing that it holds: what it has taken before was left behind
 */
export function requestStop(
  session: Session,
  wish: StopWish,
  now: Date,
  request: LeaseRequest,
): SessionPatch | null {
  if (session.stop) return stopAgain(session, now, request);
  const stop = { ...wish, at: now, attempts: 0 };
  switch (session.state) {
    case 'creating':
    case 'created':
      return giveUp(session, wish, now, request);
    case 'starting':
      // The vendor is being asked at this moment; whoever asks ends it when the answer is there.
      return { stop };
    case 'active':
      return { ...beginStop(session, now, request), stop };
    default:
      return null;
  }
}

/** A wish that nobody works on is taken up at once: whoever repeats it wants to know that it is. */
function stopAgain(session: Session, now: Date, request: LeaseRequest): SessionPatch | null {
  const { lane, owner } = session.lease;
  const isElsewhere = isHeld(session, now) && lane !== 'outbox' && owner !== request.owner;
  const isOpen = session.state === 'active' || (session.state === 'stopping' && !isElsewhere);
  return isOpen ? beginStop(session, now, request) : null;
}

/**
 * Everything of a session has to go, on its visitor's or the account's wish. What runs is ended
 * first; the worker does the rest. Null when that is known already.
 */
export function markErased(session: Session, now: Date): SessionPatch | null {
  if (session.erasedAt) return null;
  const erasure = { isForgotten: false, failures: 0, nextAt: now };
  return { ...wishToStop(session, ERASURE, now), erasedAt: now, erasure };
}

const ERASURE = { reason: 'operator', by: 'erasure' } as const satisfies StopWish;

/**
 * As `requestStop`, by somebody who does not ask the vendor: the session is due at once, and the
 * worker does. No lease is taken; one that somebody holds stays theirs. Null when it has ended or its
 * end is wanted already.
 */
export function wishToStop(session: Session, wish: StopWish, now: Date): SessionPatch | null {
  const { state, stop } = session;
  if (stop || !isLive(state)) return null;
  if (state === 'creating' || state === 'created') return giveUp(session, wish, now);
  return { stop: { ...wish, at: now, attempts: 0 } };
}

/**
 * What stays of a session whose turns Petya has had for long enough, or in which nothing was ever
 * said: what is billed, and nothing of whom. A record from before told Petya of no visitor: an
 * erasure finds what Petya has of it only by the visitor and the conversation, which stay.
 */
export function forget(session: Session): SessionPatch {
  const { config, delivery, transcript } = session;
  const isFromBefore = session.grant === session.id;
  return {
    ...RELEASED,
    ...NOBODY,
    ...(isFromBefore ? {} : { visitorId: null, conversationId: null }),
    config: { ...config, intro: '' },
    delivery: { ...delivery, hash: null, lastError: null },
    transcript: { ...transcript, cursor: null, lastDigest: null },
  };
}

/**
 * What stays of an erased session: when it was, how long, and how it ended.
 * @param lastLookAt when it is looked once more for turns of whoever was late
 */
export function blank(session: Session, lastLookAt: Date): SessionPatch {
  const { config, delivery, transcript, endedAt } = session;
  // Its vendor is asked for nothing more.
  const billed = session.billed ?? (session.startedAt && endedAt && ownCount(session, endedAt));
  return {
    ...RELEASED,
    ...NOBODY,
    state: 'erased',
    ...(billed ? { billed } : {}),
    conversationId: null,
    visitorId: null,
    config: { ...config, intro: '' },
    delivery: { ...delivery, hash: null, lastError: null, nextAttemptAt: null },
    transcript: { ...transcript, cursor: null, lastDigest: null, nextReadAt: lastLookAt },
    erasure: null,
  };
}

/** Moves a running session to `stopping` and takes its lease, so that nobody else works on it. */
export function beginStop(session: Session, now: Date, request: LeaseRequest): SessionPatch {
  return { state: 'stopping', lease: takeLease(session, now, request), nextStopAt: null };
}

/**
 * The vendor has started the session. Petya is told that it runs, which links session and
 * conversation even if nothing else ever arrives. A session that somebody wants to end goes on to
 * `stopping` instead.
 * @param media what the browser needs, sealed; null where it is known already
 * @param nextPollAt when the vendor is first asked about it
 */
export function activate(
  session: Session,
  started: { readonly maxSessionSeconds: number | null },
  media: string | null,
  now: Date,
  nextPollAt: Date,
): SessionPatch {
  const vendorToken = session.openedAt ? session.vendorToken : null;
  // One that is open at its vendor costs from its opening on.
  const startedAt = session.openedAt ?? now;
  if (session.stop) return { state: 'stopping', startedAt, vendorToken: null };
  const { endsWithMinutes, ...config } = session.config;
  const { maxSessionSeconds, caps } = config;
  const longest = Math.min(maxSessionSeconds, started.maxSessionSeconds ?? maxSessionSeconds);
  // A limit of the vendor's own that is shorter comes before what was left of the minutes.
  const isByMinutes = endsWithMinutes === true && longest === maxSessionSeconds;
  return {
    state: 'active',
    startedAt,
    seenAt: now,
    keptAliveAt: now,
    nextPollAt,
    ...(caps ? { nextCountAt: later(now, firstCountIn(caps)) } : {}),
    vendorToken,
    ...(media === null ? {} : { media }),
    config: {
      ...config,
      maxSessionSeconds: longest,
      ...(isByMinutes ? { endsWithMinutes } : {}),
    },
    ...nextVersion(session, null, now),
  };
}

/**
 * A lease with the next epoch: every write of an earlier holder misses from now on. It is taken to
 * start or to end a session, and nobody takes it away from that.
 */
export function takeLease(session: Session, now: Date, request: LeaseRequest) {
  return {
    owner: request.owner,
    lane: 'end' as const,
    epoch: session.lease.epoch + 1,
    until: later(now, request.seconds),
  };
}

/**
 * Keeps the lease at the end of a step for the next one, which then needs no claim. Only where the
 * record goes on to whoever takes it up at once: until the lease runs out nobody else will.
 */
export function keepLease(session: Session, lane: LeaseKind, now: Date, seconds: number) {
  return { lease: { ...session.lease, lane, until: later(now, seconds) } };
}

/** Whether somebody holds the session, by a record as it was just written. */
export function isHeld({ lease }: Session, now: Date): boolean {
  return lease.owner !== null && lease.until.getTime() > now.getTime();
}

/** The visitor said goodbye. Null when that is known already or the session is not running. */
export function markLeft(session: Session, now: Date): SessionPatch | null {
  if (session.state !== 'active' && session.state !== 'starting') return null;
  return session.leftAt ? null : { leftAt: now };
}

/**
 * Whoever started a session may not know that it runs. Null where somebody else has started it or is
 * seen in it otherwise: by heartbeats, which would be missed, or by a socket.
 * @param goneAt since when nobody is there
 */
export function abandon(session: Session, grant: string, goneAt: Date): SessionPatch | null {
  const isKnown = session.heartbeat !== null || session.socketId !== null;
  return isKnown || session.startedBy !== grant ? null : markLeft(session, goneAt);
}

/**
 * The visitor was there: whatever said before that it had left no longer counts. A sign that is
 * recorded after the leaving that it came before undoes nothing: a page that closes has often just
 * sent its last heartbeat.
 * @param at when the sign came
 */
export function markSeen(session: Session, at: Date): SessionPatch {
  const heartbeat = session.heartbeat && { ...session.heartbeat, at };
  const leftAt = session.leftAt && session.leftAt > at ? session.leftAt : null;
  return { seenAt: at, leftAt, heartbeat };
}

/**
 * A keep-alive, with the client's promise of the next one where it makes one. Without, its pulse may be
 * as good as one; what that promised is void with the first beat that is not regular.
 * @param at when it came
 */
export function keptAlive(session: Session, at: Date, withinSeconds?: number): SessionPatch {
  if (withinSeconds !== undefined) {
    return { ...markSeen({ ...session, heartbeat: { at, withinSeconds } }, at), pulse: null };
  }
  const { heartbeat, pulse: before = null } = session;
  const pulse = beat(before, at);
  const promised = promisedBy(pulse);
  const isOwn = heartbeat !== null && promisedBy(before) === null;
  const inferred = promised === null ? null : { at, withinSeconds: promised };
  return { ...markSeen({ ...session, heartbeat: isOwn ? heartbeat : inferred }, at), pulse };
}

/** New content for Petya: the next version, due at once, as if nothing had failed before. */
export function nextVersion(session: Session, hash: string | null, now: Date): SessionPatch {
  return {
    delivery: {
      ...session.delivery,
      version: session.delivery.version + 1,
      hash,
      attempts: 0,
      firstAttemptAt: null,
      nextAttemptAt: now,
      lastError: null,
    },
  };
}
