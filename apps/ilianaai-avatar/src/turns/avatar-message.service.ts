import { Injectable } from '@nestjs/common';
import { type AvatarMessageDto, type SessionAckDto, unixTimeToMs } from '#contracts';
import type { Caller } from '../auth/caller.js';
import { AvatarError } from '../errors.js';
import { SessionAccess } from '../sessions/session-access.js';
import type { Session } from '../sessions/domain/session.js';
import { TranscriptService } from './transcript.service.js';
import { LiveWords } from './live-words.service.js';

/** Takes what the client saw being said. Acknowledged means: durable, and delivered in the end. */
@Injectable()
export class AvatarMessageService {
  constructor(
    private readonly access: SessionAccess,
    private readonly transcripts: TranscriptService,
    private readonly words: LiveWords,
  ) {}

  /** @throws AvatarError `session_ended`, `not_started`, `message_conflict` */
  async message(caller: Caller, request: AvatarMessageDto): Promise<SessionAckDto> {
    const session = await this.access.getAndTouch(caller, request.session_id, 'unproved');
    await this.refuseClosed(session, request.text);
    const message_id = await this.transcripts.report(session, {
      source: 'client',
      role: request.role ?? 'avatar',
      text: request.text,
      key: request.message_id,
      atMs: request.timestamp === undefined ? undefined : unixTimeToMs(request.timestamp),
    });
    return { session_id: request.session_id, message_id };
  }

  /** A turn of a session that never starts would reach nobody, so it is not acknowledged. */
  private async refuseClosed(session: Session, text: string): Promise<void> {
    const { state } = session;
    if (state === 'creating' || state === 'created' || state === 'starting') {
      throw new AvatarError('not_started', { retryAfterSeconds: 1 });
    }
    if (state !== 'active' || session.stop) throw new AvatarError('session_ended');
    await this.words.refuseFull(session, text);
  }
}
