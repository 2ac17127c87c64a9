import { Injectable, Logger } from '@nestjs/common';
import { describeCause, isDuplicateKey } from '#platform';
import { AvatarError } from '../errors.js';
import { DatabaseClock } from '../clock/database-clock.js';
import type { CreatedSession } from '../vendors/vendor.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';
import { fail } from './domain/session-moves.js';
import { CREATING_SECONDS, later } from './domain/session-timing.js';
import { sessionNames } from './domain/session-names.js';
import type { Session, SessionPatch } from './domain/session.js';
import { patiently } from './store/patiently.js';
import { SessionBox } from './store/session-box.js';
import { SessionStore } from './store/session-store.service.js';

/** So long before an opening is given up nothing is written any more. */
const MARGIN_MS = 3_000;

/** Writes down what a vendor has opened; what could not be recorded is stopped from here. */
@Injectable()
export class OpeningRecord {
  private readonly logger = new Logger('Open');

  constructor(
    private readonly sessions: SessionStore,
    private readonly vendors: VendorRegistry,
    private readonly box: SessionBox,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * @throws AvatarError `session_ended` where the session was given up meanwhile, `vendor_garbled` for
   * the id of another session of the account
   */
  async keep(session: Session, created: CreatedSession): Promise<Session> {
    const after = await this.keepOrStop(session, created);
    if (after) return after;
    // A token that was never used costs nothing; what is open does.
    if (created.opened) void this.stop(session, created);
    throw new AvatarError('session_ended');
  }

  /** Nobody will open it any more. */
  async giveUp(session: Session, more: Pick<SessionPatch, 'turnedAway'> = {}): Promise<void> {
    await this.sessions.change(session, (current) =>
      // A write that failed may have taken effect all the same.
      current.state === 'creating' || current.state === 'created'
        ? // The key is free again: a repeat shall try again and not be given a failed session.
          { ...fail('vendor_fault', this.clock.now()), idempotencyKey: null, ...more }
        : null,
    );
  }

  private async keepOrStop(session: Session, created: CreatedSession): Promise<Session | null> {
    try {
      return await this.writePatiently(session, created);
    } catch (error) {
      // The id of another session of ours says nothing of this one, and that one goes on.
      const isOurs = !(error instanceof AvatarError);
      if (created.opened && isOurs) {
        void this.stop(session, created)
          .then(() => this.giveUp(session))
          // Nobody starts it: the worker frees its slot in time.
          .catch((cause: unknown) =>
            this.logger.warn({ notGivenUp: describeCause(cause), ...sessionNames(session) }),
          );
      }
      throw error;
    }
  }

  private stop(session: Session, { vendorSessionId }: CreatedSession): Promise<void> {
    return this.vendors.stopOwed({ ...session, vendorSessionId });
  }

  /** @returns null when the session was given up meanwhile */
  private async writePatiently(session: Session, created: CreatedSession): Promise<Session | null> {
    try {
      return await patiently(() => this.write(session, created), this.untilMs(session));
    } catch (cause) {
      if (!isDuplicateKey(cause, 'vendorSessionId', 'vendorOfAccount')) throw cause;
      await this.giveUp(session);
      throw new AvatarError('vendor_garbled', { cause });
    }
  }

  private async write(session: Session, created: CreatedSession): Promise<Session | null> {
    let written: Session | null = null;
    const after = await this.sessions.change(session, (current) => {
      // An attempt that seemed to fail may have done it.
      written = current.vendorSessionId === created.vendorSessionId ? current : null;
      return current.state === 'creating' ? this.createdMembers(current, created) : null;
    });
    return after ?? written;
  }

  /** Until it is given up for one that nobody opens any more. A token alone costs nothing. */
  private untilMs({ createdAt }: Session): number {
    const endsAt = later(createdAt, CREATING_SECONDS).getTime() - MARGIN_MS;
    return performance.now() + endsAt - this.clock.now().getTime();
  }

  private createdMembers({ id, config }: Session, created: CreatedSession): SessionPatch {
    const { opened, vendorSessionId } = created;
    const vendorToken = this.box.sealToken(id, created.vendorToken);
    const members = { state: 'created', vendorSessionId, vendorToken } as const;
    if (!opened) return members;
    const maxSessionSeconds = Math.min(
      config.maxSessionSeconds,
      opened.maxSessionSeconds ?? config.maxSessionSeconds,
    );
    return {
      ...members,
      openedAt: this.clock.now(),
      media: this.box.sealMedia(id, opened.media),
      config: { ...config, maxSessionSeconds },
    };
  }
}
