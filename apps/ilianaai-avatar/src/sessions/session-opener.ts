import { Injectable } from '@nestjs/common';
import { failPoint, noteTrace } from '#platform';
import { AvatarError } from '../errors.js';
import type { CreatedSession, SessionSettings } from '../vendors/vendor.js';
import { whenAborted } from './caller-gone.js';
import { Departures } from './departures.js';
import { type SessionNames, sessionNames } from './domain/session-names.js';
import type { Session } from './domain/session.js';
import { OpeningRecord } from './opening-record.js';
import type { SlotRequest } from './slot-request.js';
import { SlotService, type Taken } from './slot.service.js';
import { VendorRoom } from './vendor-room.js';

/** A session that somebody asks for. */
export interface Opening extends SlotRequest {
  /** Asks the vendor; it is called at most once. */
  readonly create: (settings: SessionSettings, names: SessionNames) => Promise<CreatedSession>;
  /** Aborts when whoever asks does not take the answer. */
  readonly gone?: AbortSignal;
}

/** Opens sessions at either vendor: one record, one slot, one vendor session. */
@Injectable()
export class SessionOpener {
  constructor(
    private readonly slots: SlotService,
    private readonly room: VendorRoom,
    private readonly record: OpeningRecord,
    private readonly departures: Departures,
  ) {}

  /**
   * @returns the session, which the vendor knows, and the grant of its token
   * @throws AvatarError `account_full`, `opening_paused`, `minutes_used_up`, `idempotency_running`, `idempotency_mismatch`,
   * `visitor_has_session`, `rate_limited`, `vendor_full`, `avatar_rejected`, `session_ended` and the vendor's problems
   */
  async open(opening: Opening): Promise<Taken> {
    await failPoint('token.received');
    const { session: found, grant } = await this.slots.take(opening);
    // Where it was asked for before, its trace is that of the first request.
    noteTrace(opening.caller.context, found.traceId);
    if (found.erasedAt) throw new AvatarError('session_ended');
    const session = found.state === 'creating' ? await this.create(found, opening) : found;
    await failPoint('token.idsStored');
    return { session, grant };
  }

  private async create(session: Session, opening: Opening): Promise<Session> {
    await failPoint('token.recordWritten');
    const created = await this.ask(session, opening);
    await failPoint('token.vendorAnswered');
    const after = await this.record.keep(session, created);
    whenAborted(opening.gone ?? null, () => {
      if (created.opened) this.departures.unopened(after);
      else this.departures.unused(after);
    });
    return after;
  }

  private async ask(session: Session, { create }: Opening): Promise<CreatedSession> {
    await this.claim(session);
    try {
      return await create(session.config, sessionNames(session));
    } catch (error) {
      await this.record.giveUp(session);
      throw error;
    }
  }

  private async claim(session: Session): Promise<void> {
    try {
      await this.room.claim(session);
    } catch (error) {
      await this.record.giveUp(session, { turnedAway: true });
      throw error;
    }
  }
}
