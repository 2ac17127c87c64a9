import { Injectable, Logger } from '@nestjs/common';
import { describeCause, failPoint, isDuplicateKey, type SecretBox } from '#platform';
import { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import type { CreatedSession, SessionSettings } from '../vendors/vendor.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { sessionBox } from './store/session-box.js';
import { patiently } from './store/patiently.js';
import { fail } from './domain/session-moves.js';
import { CREATING_SECONDS, later } from './domain/session-timing.js';
import { SessionStore } from './store/session-store.service.js';
import type { Session, SessionPatch } from './domain/session.js';
import { whenAborted } from './caller-gone.js';
import { Departures } from './departures.js';
import { type SlotRequest, SlotService, type Taken } from './slot.service.js';

/** A session that somebody asks for. */
export interface Opening extends SlotRequest {
  /** Asks the vendor; it is called at most once. */
  readonly create: (settings: SessionSettings) => Promise<CreatedSession>;
  /** Aborts when whoever asks does not take the answer. */
  readonly gone?: AbortSignal;
}

/** So long before an opening is given up nothing is written any more. */
const MARGIN_MS = 3_000;

/** Opens sessions at either vendor: one record, one slot, one vendor session. */
@Injectable()
export class SessionOpener {
  private readonly logger = new Logger('Open');
  private readonly box: SecretBox;

  constructor(
    config: AvatarConfig,
    private readonly sessions: SessionStore,
    private readonly vendors: VendorRegistry,
    private readonly slots: SlotService,
    private readonly clock: DatabaseClock,
    private readonly departures: Departures,
  ) {
    this.box = sessionBox(config.tokenSecrets);
  }

  /**
   * @returns the session, which the vendor knows, and the grant of its token
   * @throws AvatarError `account_full`, `idempotency_running`, `idempotency_mismatch`,
   * `visitor_has_session`, `rate_limited`, `avatar_rejected` and the vendor's problems
   */
  async open(opening: Opening): Promise<Taken> {
    await failPoint('token.received');
    const { session: found, grant } = await this.slots.take(opening);
    if (found.erasedAt) throw new AvatarError('session_ended');
    const session = found.state === 'creating' ? await this.create(found, opening) : found;
    await failPoint('token.idsStored');
    return { session, grant };
  }

  private async create(session: Session, opening: Opening): Promise<Session> {
    await failPoint('token.recordWritten');
    const created = await this.ask(session, opening);
    await failPoint('token.vendorAnswered');
    const after = await this.keepOrStop(session, created);
    if (after) {
      whenAborted(opening.gone ?? null, () => {
        if (created.opened) this.departures.unopened(after);
        else this.departures.unused(after);
      });
      return after;
    }
    // Given up meanwhile. A token that was never used costs nothing; what is open does.
    if (created.opened) void this.stop(session, created);
    throw new AvatarError('session_ended');
  }

  /** What is open and could not be recorded runs on unless it is stopped from here. */
  private async keepOrStop(session: Session, created: CreatedSession): Promise<Session | null> {
    try {
      return await this.keep(session, created);
    } catch (error) {
      // The id of another session of ours says nothing of this one, and that one goes on.
      const isOurs = !(error instanceof AvatarError);
      if (created.opened && isOurs) {
        void this.stop(session, created)
          .then(() => this.giveUp(session))
          // Nobody starts it: the worker frees its slot in time.
          .catch((cause: unknown) => this.logger.warn({ notGivenUp: describeCause(cause) }));
      }
      throw error;
    }
  }

  private stop(session: Session, { vendorSessionId }: CreatedSession): Promise<void> {
    return this.vendors.stopOwed({ vendor: session.vendor, vendorSessionId });
  }

  /**
   * @returns null when the session was given up meanwhile
   * @throws AvatarError `vendor_garbled` for the id of another session of the account
   */
  private async keep(session: Session, created: CreatedSession): Promise<Session | null> {
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
    const recordId = id;
    const vendorToken = this.box.seal(created.vendorToken, { recordId, member: 'vendorToken' });
    const members = { state: 'created', vendorSessionId, vendorToken } as const;
    if (!opened) return members;
    const maxSessionSeconds = Math.min(
      config.maxSessionSeconds,
      opened.maxSessionSeconds ?? config.maxSessionSeconds,
    );
    return {
      ...members,
      openedAt: this.clock.now(),
      media: this.box.seal(JSON.stringify(opened.media), { recordId, member: 'media' }),
      config: { ...config, maxSessionSeconds },
    };
  }

  private async ask(session: Session, { create }: Opening): Promise<CreatedSession> {
    try {
      return await create(session.config);
    } catch (error) {
      await this.giveUp(session);
      throw error;
    }
  }

  private async giveUp(session: Session): Promise<void> {
    await this.sessions.change(session, (current) =>
      // A write that failed may have taken effect all the same.
      current.state === 'creating' || current.state === 'created'
        ? // The key is free again: a repeat shall try again and not be given a failed session.
          { ...fail('vendor_fault', this.clock.now()), idempotencyKey: null }
        : null,
    );
  }
}
