import { Injectable } from '@nestjs/common';
import type { StartedSessionDto } from '#contracts';
import { failPoint, Telemetry } from '#platform';
import { AvatarError } from '../errors.js';
import type { StartedSession } from '../vendors/vendor.js';
import { whenAborted } from './caller-gone.js';
import type { Session } from './domain/session.js';
import { sessionNames } from './domain/session-names.js';
import { StartClaims } from './start-claims.js';
import { StartRecord } from './start-record.js';
import { SessionBox } from './store/session-box.js';
import { VendorStart } from './vendor-start.js';

/** Starts sessions. However often and from wherever it is called, the vendor starts one. */
@Injectable()
export class StartService {
  constructor(
    private readonly claims: StartClaims,
    private readonly vendor: VendorStart,
    private readonly record: StartRecord,
    private readonly box: SessionBox,
    private readonly telemetry: Telemetry,
  ) {}

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
    const held = await this.claims.take(session, grant);
    const running = await (held ? this.startHeld(held) : this.claims.startedBefore(session, grant));
    whenAborted(gone, () => this.claims.untaken(running, grant));
    return running;
  }

  private startHeld(held: Session): Promise<Session> {
    const { vendor, traceId = null } = held;
    const session = sessionNames(held);
    const operation = { kind: 'start', vendor, traceId, session } as const;
    return this.telemetry.run(operation, () => this.startAtVendor(held));
  }

  private async startAtVendor(held: Session): Promise<Session> {
    const vendorToken = this.box.openToken(held);
    await failPoint('start.recorded');
    const started = await this.vendor.start(held, vendorToken);
    await failPoint('start.vendorStarted');
    const after = await this.keepOrUndo(held, started);
    await failPoint('start.stored');
    if (after?.state === 'active') return after;
    if (after === null) this.vendor.undo(held);
    throw new AvatarError(after ? 'session_ended' : 'start_unresolved');
  }

  /** What could not be recorded is stopped: its caller is told that it did not start. */
  private async keepOrUndo(held: Session, started: StartedSession): Promise<Session | null> {
    try {
      return await this.record.keep(held, started);
    } catch (error) {
      this.vendor.undo(held);
      throw error;
    }
  }

  private answer(session: Session): StartedSessionDto {
    const media = this.box.openMedia(session);
    if (media === null || session.vendorSessionId === null) {
      throw new AvatarError('start_unresolved', { retryAfterSeconds: 1 });
    }
    const { ws_url, ...room } = this.vendor.roomOf(session, media);
    return {
      session_id: session.vendorSessionId,
      ...room,
      max_session_duration: session.config.maxSessionSeconds,
      intro: session.config.intro,
      ...(ws_url === undefined ? {} : { ws_url }),
    };
  }
}
