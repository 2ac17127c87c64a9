import { Injectable } from '@nestjs/common';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import type { StartedSession } from '../vendors/vendor.js';
import { activate, keepLease } from './domain/session-moves.js';
import { later, stopLeaseSeconds } from './domain/session-timing.js';
import type { Session, SessionPatch } from './domain/session.js';
import { patiently } from './store/patiently.js';
import { SessionBox } from './store/session-box.js';
import { SessionStore } from './store/session-store.service.js';

/** So long before the lease ends nothing is written any more: whoever comes next asks the vendor. */
const START_MARGIN_MS = 3_000;

/** Writes down that the vendor has started a session. */
@Injectable()
export class StartRecord {
  constructor(
    private readonly config: AvatarConfig,
    private readonly sessions: SessionStore,
    private readonly box: SessionBox,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * Tries for as long as the lease lets it.
   * @returns the record, which may say that somebody wants the session to end; null where the lease
   * was lost
   * @throws whatever the store throws to the last
   */
  async keep(held: Session, started: StartedSession): Promise<Session | null> {
    const media = started.media && this.box.sealMedia(held.id, started.media);
    const now = this.clock.now();
    const nextPollAt = later(now, this.config.budgets.vendorPollSeconds);
    const leftMs = held.lease.until.getTime() - now.getTime();
    const untilMs = performance.now() + leftMs - START_MARGIN_MS;
    const write = () =>
      this.sessions.writeAndRelease(held, (current) =>
        current.state === 'starting'
          ? this.goingOn(current, activate(current, started, media, now, nextPollAt))
          : null,
      );
    const after = await patiently(write, untilMs);
    if (after) this.worker.resume(after);
    return after ?? (await patiently(() => this.writtenBefore(held), untilMs));
  }

  /** What an attempt has written that seemed to fail, and others have gone on with by now. */
  private async writtenBefore(held: Session): Promise<Session | null> {
    const current = await this.sessions.find(held);
    const isOurs = current?.state === 'active' && current.startedBy === held.startedBy;
    return isOurs ? current : null;
  }

  /** What comes next needs no claim: Petya is told, or what nobody waits for is stopped. */
  private goingOn(session: Session, patch: SessionPatch): SessionPatch {
    const isStopping = patch.state === 'stopping';
    const lane = isStopping ? 'end' : 'outbox';
    if (!this.worker.hasRoomFor(session.accountId, lane)) return patch;
    const { budgets } = this.config;
    const seconds = isStopping ? stopLeaseSeconds(budgets) : budgets.leaseSeconds;
    return { ...patch, ...keepLease(session, lane, this.clock.now(), seconds) };
  }
}
