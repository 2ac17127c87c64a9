import { Injectable } from '@nestjs/common';
import { delay, failPoint, isDatabaseFault, type SecretBox } from '#platform';
import type { StartedSessionDto } from '#contracts';
import { randomUUID } from 'node:crypto';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import type { Media } from '../vendors/vendor.js';
import { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import { whenAborted } from './caller-gone.js';
import { Departures } from './departures.js';
import { VendorStart } from './vendor-start.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { sessionBox } from './store/session-box.js';
import { patiently } from './store/patiently.js';
import { activate, keepLease, markSeen, takeLease } from './domain/session-moves.js';
import { later } from './domain/session-timing.js';
import { type Change, SessionStore } from './store/session-store.service.js';
import type { Session, SessionKey, SessionPatch } from './domain/session.js';

/**
 * A starter holds its lease for longer than the vendor may take (20 s, and 3 s of patience with a
 * full vendor), so that nobody else draws conclusions while the vendor may still act.
 */
const START_LEASE_SECONDS = 30;

/** So long before the lease ends nothing is written any more: whoever comes next asks the vendor. */
const START_MARGIN_MS = 3_000;

/** How often a second start looks whether the first has its answer. */
const LOOK_AGAIN_MS = 100;

/** Starts sessions. However often and from wherever it is called, the vendor starts one. */
@Injectable()
export class StartService {
  /** Who could not record, or does not know, that it has taken a session; the vendor was not asked. */
  private readonly unsure = new Set<string>();
  private readonly box: SecretBox;

  constructor(
    private readonly config: AvatarConfig,
    private readonly sessions: SessionStore,
    private readonly vendor: VendorStart,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
    private readonly departures: Departures,
  ) {
    this.box = sessionBox(config.tokenSecrets);
  }

  /** As `run`, with the answer that LiveAvatar's SDK expects. */
  async start(session: Session, grant: string, gone: AbortSignal): Promise<StartedSessionDto> {
    return this.answer(await this.run(session, grant, gone));
  }

  /**
   * @param grant of whoever starts it: from now on the session is for no other
   * @param gone aborts when whoever starts it does not take the answer; it then has a moment to ask
   * again, as it has where the answer is a fault of the database, and otherwise the session is ended
   * @returns the session, which runs
   * @throws AvatarError `session_ended`, `session_started_elsewhere`, `start_unresolved`,
   * `vendor_full` and the vendor's problems
   */
  async run(session: Session, grant: string, gone: AbortSignal | null = null): Promise<Session> {
    const held = await this.take(session, grant);
    const running = await (held ? this.startHeld(held) : this.startedBefore(session, grant));
    whenAborted(gone, () => this.departures.untaken(running, grant, running.seenAt));
    return running;
  }

  /** @returns null where it was started before */
  private async take(session: Session, grant: string): Promise<Session | null> {
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

  private async startHeld(held: Session): Promise<Session> {
    const recordId = held.id;
    const vendorToken =
      held.vendorToken && this.box.open(held.vendorToken, { recordId, member: 'vendorToken' });
    await failPoint('start.recorded');
    const started = await this.vendor.start(held, vendorToken);
    await failPoint('start.vendorStarted');
    const media =
      started.media && this.box.seal(JSON.stringify(started.media), { recordId, member: 'media' });
    const now = this.clock.now();
    const nextPollAt = later(now, this.config.budgets.vendorPollSeconds);
    const after = await this.recordStart(held, (current) =>
      current.state === 'starting'
        ? this.goingOn(current, activate(current, started, media, now, nextPollAt))
        : null,
    );
    await failPoint('start.stored');
    if (after?.state === 'active') return after;
    if (after === null) this.vendor.undo(held);
    throw new AvatarError(after ? 'session_ended' : 'start_unresolved');
  }

  /**
   * Writes down what runs, for as long as the lease lets it. What could not be recorded is stopped:
   * its caller is told that it did not start.
   */
  private async recordStart(held: Session, change: Change): Promise<Session | null> {
    const leftMs = held.lease.until.getTime() - this.clock.now().getTime();
    const untilMs = performance.now() + leftMs - START_MARGIN_MS;
    try {
      const after = await patiently(() => this.sessions.writeAndRelease(held, change), untilMs);
      if (after) this.worker.resume(after);
      return after ?? (await patiently(() => this.writtenBefore(held), untilMs));
    } catch (error) {
      this.vendor.undo(held);
      throw error;
    }
  }

  /** What an attempt has written that seemed to fail, and others have gone on with by now. */
  private async writtenBefore(held: Session): Promise<Session | null> {
    const current = await this.sessions.find(held);
    const isOurs = current?.state === 'active' && current.startedBy === held.startedBy;
    return isOurs ? current : null;
  }

  /** What comes next needs no claim: Petya is told, or what nobody waits for is stopped. */
  private goingOn(session: Session, patch: SessionPatch): SessionPatch {
    const lane = patch.state === 'stopping' ? 'end' : 'outbox';
    if (!this.worker.hasRoomFor(session.accountId, lane)) return patch;
    const { leaseSeconds } = this.config.budgets;
    return { ...patch, ...keepLease(session, lane, this.clock.now(), leaseSeconds) };
  }

  private async startedBefore(key: SessionKey, grant: string): Promise<Session> {
    try {
      return await this.untilStarted(key, grant);
    } catch (error) {
      if (isDatabaseFault(error)) this.departures.untaken(key, grant, this.clock.now());
      throw error;
    }
  }

  /** The first start has its answer, or will have it, or the session is over. */
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

  private answer(session: Session): StartedSessionDto {
    const place = { recordId: session.id, member: 'media' };
    const opened = session.media === null ? null : this.box.open(session.media, place);
    if (opened === null || session.vendorSessionId === null) {
      throw new AvatarError('start_unresolved', { retryAfterSeconds: 1 });
    }
    const { ws_url, ...room } = this.vendor.roomOf(session, JSON.parse(opened) as Media);
    return {
      session_id: session.vendorSessionId,
      ...room,
      max_session_duration: session.config.maxSessionSeconds,
      intro: session.config.intro,
      ...(ws_url === undefined ? {} : { ws_url }),
    };
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
