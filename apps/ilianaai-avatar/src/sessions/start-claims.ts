import { Injectable } from '@nestjs/common';
import { delay, isDatabaseFault } from '#platform';
import { randomUUID } from 'node:crypto';
import { MinutesService } from '../budgets/minutes.service.js';
import { AvatarError } from '../errors.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { Departures } from './departures.js';
import { giveUp, markSeen, takeLease } from './domain/session-moves.js';
import type { Session, SessionKey } from './domain/session.js';
import { SessionStore } from './store/session-store.service.js';

/**
 * A starter holds its lease for longer than the vendor may take (20 s, and 3 s of patience with a
 * full vendor), so that nobody else draws conclusions while the vendor may still act.
 */
const START_LEASE_SECONDS = 30;

/** How often a second start looks whether the first has its answer. */
const LOOK_AGAIN_MS = 100;

/** Decides who of several starters asks the vendor; the others wait for its answer. */
@Injectable()
export class StartClaims {
  /** Who could not record, or does not know, that it has taken a session; the vendor was not asked. */
  private readonly unsure = new Set<string>();

  constructor(
    private readonly sessions: SessionStore,
    private readonly departures: Departures,
    private readonly clock: DatabaseClock,
    private readonly minutes: MinutesService,
  ) {}

  /**
   * @param grant of whoever starts it: from now on the session is for no other
   * @returns the session under a lease, or null where it was started before
   * @throws AvatarError `minutes_used_up`; then it is given up
   */
  async take(session: Session, grant: string): Promise<Session | null> {
    const held = await this.claim(session, grant);
    if (held) await this.refuseUsedUp(held);
    return held;
  }

  private async claim(session: Session, grant: string): Promise<Session | null> {
    const now = this.clock.now();
    const request = { owner: randomUUID(), seconds: START_LEASE_SECONDS };
    try {
      return await this.sessions.change(session, (current) =>
        current.state === 'created' || this.wasLeft(current, grant)
          ? {
              state: 'starting',
              startedBy: grant,
              lease: takeLease(current, now, request),
              ...markSeen(current, now),
            }
          : null,
      );
    } catch (error) {
      if (isDatabaseFault(error)) this.beUnsure(session, request.owner);
      throw error;
    }
  }

  /**
   * Waits until the first start has its answer.
   * @returns the session, which runs
   * @throws AvatarError `session_ended`, `session_started_elsewhere`, `start_unresolved`
   */
  async startedBefore(session: Session, grant: string): Promise<Session> {
    try {
      return await this.untilStarted(session, grant);
    } catch (error) {
      if (isDatabaseFault(error)) this.departures.untaken(session, grant, this.clock.now());
      throw error;
    }
  }

  /** Nobody has the answer of a start that runs. */
  untaken(running: Session, grant: string): void {
    this.departures.untaken(running, grant, running.seenAt);
  }

  /** Judged once its record says that it is being started, so that those who start at once see each other. */
  private async refuseUsedUp(held: Session): Promise<void> {
    try {
      await this.minutes.refuseUsedUp(held);
    } catch (error) {
      if (isDatabaseFault(error) && held.lease.owner) this.beUnsure(held, held.lease.owner);
      if (!(error instanceof AvatarError)) throw error;
      const wish = { reason: 'minutes_used_up', by: 'gateway' } as const;
      await this.sessions.writeAndRelease(held, (current) =>
        current.state === 'starting' ? giveUp(current, wish, this.clock.now()) : null,
      );
      throw error;
    }
  }

  /** Whether an earlier attempt of the same caller was left before the vendor was asked. */
  private wasLeft({ state, startedBy, lease }: Session, grant: string): boolean {
    const isUnsure = lease.owner !== null && this.unsure.has(lease.owner);
    return state === 'starting' && startedBy === grant && isUnsure;
  }

  private beUnsure(session: Session, owner: string): void {
    this.unsure.add(owner);
    const done = this.departures.notBegun(session, owner);
    void done.finally(() => void this.unsure.delete(owner));
  }

  private async untilStarted(key: SessionKey, grant: string): Promise<Session> {
    const deadline = performance.now() + START_LEASE_SECONDS * 1000;
    while (performance.now() < deadline) {
      const session = await this.sessions.readAndChange(key, (current) =>
        goesOn(current) && isStarter(current, grant) ? markSeen(current, this.clock.now()) : null,
      );
      if (session) return session;
      const current = await this.sessions.find(key);
      if (!current || (current.state !== 'starting' && !goesOn(current))) {
        throw new AvatarError('session_ended');
      }
      if (!isStarter(current, grant)) throw new AvatarError('session_started_elsewhere');
      await delay(LOOK_AGAIN_MS);
    }
    throw new AvatarError('start_unresolved', { retryAfterSeconds: 1 });
  }
}

/** Whether it runs, and nobody has asked for its end: the vendor may not have been told of that yet. */
function goesOn({ state, stop }: Session): boolean {
  return state === 'active' && stop === null;
}

/** Sessions that an earlier version has started were of one grant. */
function isStarter(session: Session, grant: string): boolean {
  return (session.startedBy ?? session.grant) === grant;
}
