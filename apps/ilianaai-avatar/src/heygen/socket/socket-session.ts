import { Logger } from '@nestjs/common';
import { describeCause } from '#platform';
import { randomUUID } from 'node:crypto';
import type { Session } from '../../sessions/domain/session.js';
import { readSpeechEvent } from '../vendor/heygen.events.js';
import { readTypedText } from '../vendor/typed-text.js';
import type { BridgeListener } from './bridge.js';
import { RENEW_SECONDS, type SocketPresence } from './socket-presence.service.js';
import { SpokenLines } from './spoken-lines.js';
import { WordsQueue, type WordsQueueOptions } from './words-queue.js';
import type { HeardWords, LiveWords } from '../../turns/live-words.service.js';

const logger = new Logger('Relay');

interface SocketHooks {
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
    private readonly session: Session,
    private readonly socketId: string,
    private readonly words: LiveWords,
    private readonly presence: SocketPresence,
    private readonly hooks: SocketHooks,
    { room, drain }: Pick<WordsQueueOptions, 'room' | 'drain'>,
  ) {
    this.queue = new WordsQueue({
      store: (words) => this.words.overhear(this.session, words),
      lost: (error) =>
        logger.warn({ wordsNotStored: this.session.id, cause: describeCause(error) }),
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
    void this.presence.refresh(this.session, this.socketId).then(
      (isOpen) => isOpen || this.hooks.sessionEnded(),
      // The database is away: the next tick asks again.
      () => undefined,
    );
  }

  ended(): void {
    void this.presence.end(this.session, this.socketId);
  }

  over(): void {
    this.lines.close();
    this.hooks.over();
    void this.queue.empty().then(() => this.hooks.stored());
  }

  /** The key is made here, once: however often the line is tried, it is one turn. */
  private store(words: HeardWords): void {
    this.queue.add({ ...words, taskId: words.taskId ?? randomUUID() });
  }
}
