import { Injectable, Logger } from '@nestjs/common';
import { AppError, failPoint, nextAttemptDelaySeconds } from '#platform';
import { AvatarConfig } from '../../config/avatar-config.js';
import { DatabaseClock } from '../../clock/database-clock.js';
import { ownCount } from '../../sessions/domain/billed.js';
import { end, fail, keepLease, type LeaseRequest } from '../../sessions/domain/session-moves.js';
import { sessionNames } from '../../sessions/domain/session-names.js';
import { stopperOf } from '../../sessions/stopped-by.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import { later, stopLeaseSeconds } from '../../sessions/domain/session-timing.js';
import { isAtVendor, type Session, type SessionPatch } from '../../sessions/domain/session.js';
import { VendorRegistry } from '../../vendors/vendor-registry.js';
import { excused, reasonToStop } from './reason-to-stop.js';
import type { UpkeepStep } from './step.js';

/** Longest pause between two attempts to stop a session that costs money all the while. */
const LONGEST_PAUSE_SECONDS = 5;

/**
 * Ends a session at the vendor and then in our record. A vendor that does not answer is asked
 * again until it says "ended" or "unknown": stopping twice is harmless, not stopping is not.
 */
@Injectable()
export class StopStep implements UpkeepStep {
  private readonly logger = new Logger('Upkeep');

  constructor(
    private readonly sessions: SessionStore,
    private readonly vendors: VendorRegistry,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  /** The lease under which whoever runs this step holds a session. */
  leaseFor(owner: LeaseRequest['owner']): LeaseRequest {
    return { owner, seconds: stopLeaseSeconds(this.config.budgets) };
  }

  /** @returns with its lease kept where it has ended: see `UpkeepWorker.resume` */
  async run(held: Session): Promise<Session | null> {
    const stopping = held.state === 'active' ? await this.begin(held) : held;
    // No longer: the visitor came back in between. The lease goes back with the true due times.
    if (stopping?.state !== 'stopping')
      return this.sessions.writeAndRelease(stopping ?? held, () => null);
    const renewal = this.renew(stopping);
    try {
      if (isAtVendor(stopping)) await this.vendors.of(stopping).stop(stopping.vendorSessionId);
    } catch (error) {
      return this.tryLater(stopping, error);
    } finally {
      clearInterval(renewal);
    }
    await failPoint('stop.vendorStopped');
    const after = await this.sessions.writeAndRelease(stopping, (session) =>
      session.state === 'stopping' ? this.ended(session) : null,
    );
    return after ?? this.endWithoutLease(stopping);
  }

  /** A vendor may take longer than the lease lasts, and so may we where the machine is busy. */
  private renew(held: Session): NodeJS.Timeout {
    const seconds = stopLeaseSeconds(this.config.budgets);
    const renewed = ({ lease, state }: Session): SessionPatch | null =>
      state === 'stopping' && lease.owner === held.lease.owner
        ? { lease: { ...lease, until: later(this.clock.now(), seconds) } }
        : null;
    // Where that fails the lease runs out, and somebody else asks once more.
    const ask = () => void this.sessions.writeHeld(held, renewed).catch(() => undefined);
    return setInterval(ask, (seconds * 1000) / 3).unref();
  }

  /**
   * That the vendor has ended it is true whoever holds the session by now, and where each is too slow
   * for its lease nobody else would ever write it down.
   */
  private endWithoutLease(stopping: Session): Promise<Session | null> {
    return this.sessions.readAndChange(stopping, (session) => {
      if (session.state !== 'stopping') return null;
      const { lane, epoch } = session.lease;
      const lease = { owner: null, lane, epoch: epoch + 1, until: new Date(0) };
      return { ...this.ended(session), lease };
    });
  }

  /** The wish is recorded before the vendor is asked, so that a crash in between goes on with it. */
  private begin(held: Session): Promise<Session | null> {
    return this.sessions.writeHeld(held, (session) => {
      if (session.state !== 'active') return null;
      const now = this.clock.now();
      const reason = reasonToStop(session, now, this.config.budgets);
      const excuse =
        reason === 'visitor_left' &&
        excused(session, this.clock.lastSilence(), now, this.config.budgets);
      if (excuse) return excuse;
      // Also where it was claimed for something else: it is not taken away from here on.
      const until = later(now, stopLeaseSeconds(this.config.budgets));
      const lease = { ...session.lease, lane: 'end', until } as const;
      if (reason === null) return null;
      const wish = session.stop ?? { reason, by: stopperOf(session, reason), at: now };
      return { state: 'stopping', lease, stop: { ...wish, attempts: 0 } };
    });
  }

  private ended(session: Session): SessionPatch {
    const reason = session.stop?.reason ?? 'vendor_ended';
    const now = this.clock.now();
    // Opened and never started: there is nothing to tell anybody of, but what it has cost counts.
    if (session.startedAt === null) {
      return { ...fail(reason, now), ...costOfOpen(session, now) };
    }
    // The vendor's record is read next, at once.
    const kept = keepLease(session, 'life', now, this.config.budgets.leaseSeconds);
    return { ...end(reason, now)(session), ...kept };
  }

  private tryLater(held: Session, error: unknown): Promise<Session | null> {
    const attempts = (held.stop?.attempts ?? 0) + 1;
    this.logger.warn({
      stopFailed: error instanceof AppError ? error.code : 'unknown',
      ...sessionNames(held),
      attempts,
    });
    const delay = nextAttemptDelaySeconds({
      attempt: attempts,
      steps: this.config.budgets.retryStepsSeconds,
      ageSeconds: 0,
      random: Math.random(),
    });
    const nextStopAt = later(this.clock.now(), Math.min(LONGEST_PAUSE_SECONDS, delay));
    return this.sessions.writeAndRelease(held, (session) => ({
      nextStopAt,
      ...(session.stop ? { stop: { ...session.stop, attempts } } : {}),
    }));
  }
}

/** No vendor's bill is asked for of one that was never started: our own count stands. */
export function costOfOpen(session: Session, now: Date): SessionPatch {
  const { openedAt, config } = session;
  if (openedAt === null) return {};
  // The vendor ends it by then, also where nobody here looks.
  const last = later(openedAt, config.maxSessionSeconds);
  const endedAt = last < now ? last : now;
  const billed = ownCount({ ...session, startedAt: openedAt, endedAt }, now);
  return { startedAt: openedAt, billed };
}
