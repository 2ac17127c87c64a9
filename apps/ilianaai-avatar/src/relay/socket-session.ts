import { Logger } from '@nestjs/common';
import { AppError } from '#platform';
import type { Session } from '../session-record/session.js';
import { readSpeechEvent } from '../vendors/heygen/heygen.events.js';
import { readTypedText } from '../vendors/heygen/typed-text.js';
import type { BridgeListener } from './bridge.js';
import { RENEW_SECONDS, type SocketPresence } from './socket-presence.service.js';
import { SpokenLines } from './spoken-lines.js';
import type { HeardWords, StreamWords } from '../streaming/stream-words.service.js';

const logger = new Logger('Relay');

/** What a relayed socket means to its session: who is there, and what is said. */
export class SocketSession implements BridgeListener {
  private readonly lines: SpokenLines;
  private storing: Promise<void> = Promise.resolve();
  private renewedAtMs = performance.now();

  constructor(
    private readonly session: Session,
    private readonly socketId: string,
    private readonly words: StreamWords,
    private readonly presence: SocketPresence,
    private readonly hooks: { sessionEnded(): void; over(): void },
  ) {
    this.lines = new SpokenLines((line) => this.store({ source: 'socket', ...line }));
  }

  vendorSaid(text: Buffer): void {
    const event = readSpeechEvent(text);
    if (event) this.lines.hear(event, this.words.nowMs());
  }

  clientTyped(frame: Buffer): void {
    const text = readTypedText(frame);
    if (text === null || text.trim() === '') return;
    this.store({ source: 'socket', role: 'user', text, taskId: null, atMs: this.words.nowMs() });
  }

  ticked(): void {
    const nowMs = performance.now();
    if (nowMs - this.renewedAtMs < RENEW_SECONDS * 1000) return;
    this.renewedAtMs = nowMs;
    void this.presence.refresh(this.session, this.socketId).then(
      (isOpen) => isOpen || this.hooks.sessionEnded(),
      // The database is away: the next tick asks again.
      () => undefined,
    );
  }

  ended(): void {
    void this.presence.end(this.session, this.socketId).catch((error: unknown) => {
      logger.warn({ leaveNotRecorded: this.session.id, cause: codeOf(error) });
    });
  }

  over(): void {
    this.lines.close();
    void this.storing.then(() => this.hooks.over());
  }

  private store(words: HeardWords): void {
    // One after the other: lines of one instant keep the order in which they are stored.
    this.storing = this.storing
      .then(() => this.words.overhear(this.session, words))
      .catch((error: unknown) => {
        logger.warn({ wordsNotStored: this.session.id, cause: codeOf(error) });
      });
  }
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'unknown';
}
