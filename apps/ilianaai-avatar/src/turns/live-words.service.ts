import { Injectable } from '@nestjs/common';
import { MAX_TRANSCRIPT_BYTES, MAX_TURN_BYTES, type TurnRole } from '#contracts';
import { truncateUtf8, utf8Bytes } from '#platform';
import { randomUUID } from 'node:crypto';
import { AvatarError } from '../errors.js';
import { DatabaseClock } from '../clock/database-clock.js';
import type { Session, StopWish } from '../sessions/domain/session.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import { StopService } from '../sessions/stop.service.js';
import { TranscriptService } from './transcript.service.js';

/** Something that was said, as a call or a socket shows it. */
export interface HeardWords {
  readonly source: 'task' | 'socket';
  readonly role: TurnRole;
  readonly text: string;
  /** The vendor's id, by which a task and what the socket says of it are one turn. */
  readonly taskId: string | null;
  /** When it began. */
  readonly atMs: number;
}

const FULL = { reason: 'transcript_full', by: 'gateway' } as const satisfies StopWish;

/** The words of a streaming session, for its transcript. */
@Injectable()
export class LiveWords {
  constructor(
    private readonly transcripts: TranscriptService,
    private readonly sessions: SessionStore,
    private readonly stops: StopService,
    private readonly clock: DatabaseClock,
  ) {}

  /** The time that a turn which begins now is given. */
  nowMs(): number {
    return this.clock.now().getTime();
  }

  /** Stores a turn; resolves when it is durable. */
  async hear(session: Session, words: HeardWords): Promise<void> {
    const { source, role, text, taskId, atMs } = words;
    await this.transcripts.report(session, {
      source,
      role,
      text: truncateUtf8(text, MAX_TURN_BYTES),
      // A talk and the avatar's answer to it may carry one task id: the role keeps them apart.
      key: `${role} ${taskId ?? randomUUID()}`,
      atMs,
    });
  }

  /** As `hear`, for words that nobody waits for: the session may be full, and is then stopped. */
  async overhear(session: Session, words: HeardWords): Promise<void> {
    const current = await this.sessions.find(session);
    if (current?.state !== 'active') return this.hear(session, words);
    if (isFull(current, words.text)) return this.stops.stop(current, FULL);
    await this.hear(current, words);
  }

  /**
   * A session whose transcript has no room for more text is stopped.
   * @throws AvatarError `session_ended`
   */
  async refuseFull(session: Session, text: string): Promise<void> {
    if (!isFull(session, text)) return;
    await this.stops.stop(session, FULL);
    throw new AvatarError('session_ended');
  }
}

function isFull(session: Session, text: string): boolean {
  return (
    session.turns >= session.config.maxTranscriptTurns ||
    session.textBytes + utf8Bytes(text) > MAX_TRANSCRIPT_BYTES
  );
}
