import { Injectable } from '@nestjs/common';
import { failPoint, noteSession, Telemetry } from '#platform';
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
    private readonly telemetry: Telemetry,
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
    noteSession(opening.caller.context, found);
    if (found.erasedAt) throw new AvatarError('session_ended');
    const session = found.state === 'creating' ? await this.createTraced(found, opening) : found;
    noteSession(opening.caller.context, session);
    await failPoint('token.idsStored');
    return { session, grant };
  }

  private createTraced(session: Session, opening: Opening): Promise<Session> {
    const { vendor } = session;
    const operation = { kind: 'open', vendor, session: sessionNames(session) } as const;
    return this.telemetry.run(operation, () => this.create(session, opening));
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
