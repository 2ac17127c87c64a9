import { Injectable } from '@nestjs/common';
import { MAX_TRANSCRIPT_BYTES, MAX_TURN_BYTES, type TurnRole } from '#contracts';
import { truncateUtf8, utf8Bytes } from '#platform';
import { randomUUID } from 'node:crypto';
import { AvatarError } from '../errors.js';
import type { Session } from '../sessions/session.js';
import { StopService } from '../sessions/stop.service.js';
import { TranscriptService } from '../transcript/transcript.service.js';

/** Something that was said, as a call or a socket shows it. */
export interface HeardWords {
  readonly source: 'task' | 'socket';
  readonly role: TurnRole;
  readonly text: string;
  /** The vendor's id, by which a task and what the socket says of it are one turn. */
  readonly taskId: string | null;
  readonly atMs?: number;
}

/** The words of a streaming session, for its transcript. */
@Injectable()
export class StreamWords {
  constructor(
    private readonly transcripts: TranscriptService,
    private readonly stops: StopService,
  ) {}

  /** Stores a turn; resolves when it is durable. */
  async hear(session: Session, { source, role, text, taskId, atMs }: HeardWords): Promise<void> {
    await this.transcripts.report(session, {
      source,
      role,
      text: truncateUtf8(text, MAX_TURN_BYTES),
      // A talk and the avatar's answer to it may carry one task id: the role keeps them apart.
      key: `${role} ${taskId ?? randomUUID()}`,
      atMs,
    });
  }

  /**
   * A session whose transcript has no room for more text is stopped.
   * @throws AvatarError `session_ended`
   */
  async refuseFull(session: Session, text: string): Promise<void> {
    const isFull =
      session.turns >= session.config.maxTranscriptTurns ||
      session.textBytes + utf8Bytes(text) > MAX_TRANSCRIPT_BYTES;
    if (!isFull) return;
    await this.stops.stop(session, 'transcript_full');
    throw new AvatarError('session_ended');
  }
}
