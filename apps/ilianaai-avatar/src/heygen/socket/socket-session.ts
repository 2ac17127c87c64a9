import { Logger } from '@nestjs/common';
import { describeCause } from '#platform';
import { randomUUID } from 'node:crypto';
import { sessionNames } from '../../sessions/domain/session-names.js';
import type { Session } from '../../sessions/domain/session.js';
import { readSpeechEvent } from '../vendor/heygen.events.js';
import { readTypedText } from '../vendor/typed-text.js';
import type { BridgeListener } from './bridge.js';
import { RENEW_SECONDS, type SocketPresence } from './socket-presence.service.js';
import { SpokenLines } from './spoken-lines.js';
import { WordsQueue, type WordsQueueOptions } from './words-queue.js';
import type { HeardWords, LiveWords } from '../../turns/live-words.service.js';

const logger = new Logger('Relay');

/** A socket of a session, and whom to tell of its end. */
export interface SessionSocket extends Pick<WordsQueueOptions, 'room' | 'drain'> {
  readonly session: Session;
  readonly socketId: string;
  sessionEnded(): void;
  over(): void;
  /** After `over`: nothing that was heard waits any more. */
  stored(): void;
}

/** What a relayed socket means to its session: who is there, and what is said. */
export class SocketSession implements BridgeListener {
  private readonly lines: SpokenLines;
  /** Lines of one instant keep the order in which they are stored. */
  private readonly queue: WordsQueue;
  private renewedAtMs = performance.now();

  constructor(
    private readonly socket: SessionSocket,
    private readonly words: LiveWords,
    private readonly presence: SocketPresence,
  ) {
    const { session, room, drain } = socket;
    this.queue = new WordsQueue({
      store: (heard) => this.words.overhear(session, heard),
      lost: (error) =>
        logger.warn({ wordsNotStored: describeCause(error), ...sessionNames(session) }),
      room,
      drain,
    });
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
    void this.presence.refresh(this.socket.session, this.socket.socketId).then(
      (isOpen) => isOpen || this.socket.sessionEnded(),
      // The database is away: the next tick asks again.
      () => undefined,
    );
  }

  ended(): void {
    void this.presence.end(this.socket.session, this.socket.socketId);
  }

  over(): void {
    this.lines.close();
    this.socket.over();
    void this.queue.empty().then(() => this.socket.stored());
  }

  /** The key is made here, once: however often the line is tried, it is one turn. */
  private store(words: HeardWords): void {
    this.queue.add({ ...words, taskId: words.taskId ?? randomUUID() });
  }
}
