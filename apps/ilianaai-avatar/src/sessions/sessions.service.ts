import { Injectable } from '@nestjs/common';
import type { KeepAliveDto, SessionAckDto, SessionViewDto, TranscriptViewDto } from '#contracts';
import { AvatarError } from '../errors.js';
import { TranscriptService } from '../turns/transcript.service.js';
import { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { keptAlive } from './domain/session-moves.js';
import { SessionStore } from './store/session-store.service.js';
import { isOpen } from './domain/session-states.js';
import { later, secondsLeft } from './domain/session-timing.js';
import { toSessionView, toTranscriptView } from './session-view.mapper.js';
import type { Session, SessionAtVendor } from './domain/session.js';

/** A keep-alive is passed on at most so often; the vendor's idle limit is five minutes. */
const VENDOR_KEEP_ALIVE_SECONDS = 120;

/** What a visitor's browser may do with its session beside starting, talking and stopping. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionStore,
    private readonly transcripts: TranscriptService,
    private readonly vendors: VendorRegistry,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * @param find gives the session, if it is theirs
   * @throws AvatarError `session_ended`, and what `find` throws
   */
  async keepAlive(
    find: () => Promise<SessionAtVendor>,
    request: KeepAliveDto,
  ): Promise<SessionAckDto> {
    // Before the session is looked for: a leaving that comes meanwhile came after this.
    const now = this.clock.now();
    const session = await find();
    let isPassedOn = false;
    const after = await this.sessions.change(session, (current) => {
      if (!isOpen(current.state)) return null;
      isPassedOn = isVendorDue(current, now);
      return {
        ...keptAlive(current, now, request.next_within_s),
        ...(isPassedOn ? { keptAliveAt: now } : {}),
      };
    });
    if (!after) throw new AvatarError('session_ended');
    if (isPassedOn && !(await this.passOn(after))) throw new AvatarError('session_ended');
    return ack(after, now);
  }

  async view(session: SessionAtVendor): Promise<SessionViewDto> {
    return toSessionView(session, await this.transcripts.count(session));
  }

  async transcript(session: SessionAtVendor): Promise<TranscriptViewDto> {
    return toTranscriptView(session, await this.transcripts.read(session));
  }

  /** @returns false when the vendor says that the session has ended; the worker then finds out why */
  private async passOn(session: SessionAtVendor): Promise<boolean> {
    const alive = await this.vendors
      .of(session)
      .keepAlive(session.vendorSessionId)
      .catch(() => null);
    if (alive === true) return true;
    const now = this.clock.now();
    await this.sessions.change(session, (current) => {
      if (current.state !== 'active') return null;
      // A vendor that did not answer is asked again with the client's next keep-alive.
      return alive === null ? { keptAliveAt: null } : { nextPollAt: now };
    });
    this.worker.wake();
    return alive === null;
  }
}

function isVendorDue(session: Session, now: Date): boolean {
  if (session.state !== 'active') return false;
  const { keptAliveAt } = session;
  return keptAliveAt === null || later(keptAliveAt, VENDOR_KEEP_ALIVE_SECONDS) <= now;
}

function ack(session: SessionAtVendor, now: Date): SessionAckDto {
  const left = secondsLeft(session, now);
  return { session_id: session.vendorSessionId, ...(left === null ? {} : { seconds_left: left }) };
}
