import { isDatabaseFault } from '#platform';
import { setTimeout as delay } from 'node:timers/promises';
import type { HeardWords } from '../../turns/live-words.service.js';

/** Most text that waits for the database: of one socket, and of all of this process. */
const MAX_SOCKET_CHARACTERS = 512 * 1024;
const MAX_CHARACTERS = 32 * 1024 * 1024;

/** What a line takes beside its text. */
const LINE_CHARACTERS = 256;

/** Pause after the first attempt; each is twice as long as the one before, up to the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Room that the queues of all sockets share. */
export class WordsRoom {
  private used = 0;

  constructor(private readonly max = MAX_CHARACTERS) {}

  take(characters: number): boolean {
    if (this.used + characters > this.max) return false;
    this.used += characters;
    return true;
  }

  give(characters: number): void {
    this.used -= characters;
  }
}

export interface WordsQueueOptions {
  readonly store: (words: HeardWords) => Promise<void>;
  /** Told of each line that is given up. */
  readonly lost: (error: unknown) => void;
  readonly room: WordsRoom;
  /** Aborts when the process goes: from then on each line has one attempt. */
  readonly drain: AbortSignal;
}

/**
 * What a socket heard, stored in its order. Nobody says it again, so a line that meets a database
 * which is away is tried until it is stored, with those behind it waiting, as long as there is room.
 */
export class WordsQueue {
  private readonly waiting: HeardWords[] = [];
  private characters = 0;
  private working: Promise<void> | null = null;

  constructor(private readonly options: WordsQueueOptions) {}

  /** @param words with an id of their own: each attempt stores the same turn */
  add(words: HeardWords): void {
    const size = sizeOf(words);
    const isTooMuch = this.characters + size > MAX_SOCKET_CHARACTERS;
    if (isTooMuch || !this.options.room.take(size)) {
      this.options.lost(new Error('too many words wait for the database'));
      return;
    }
    this.characters += size;
    this.waiting.push(words);
    this.working ??= this.work().finally(() => {
      this.working = null;
    });
  }

  /** Resolves when nothing waits any more. */
  async empty(): Promise<void> {
    await this.working;
  }

  private async work(): Promise<void> {
    for (let [next] = this.waiting; next; [next] = this.waiting) {
      await this.storePatiently(next);
      this.waiting.shift();
      const size = sizeOf(next);
      this.characters -= size;
      this.options.room.give(size);
    }
  }

  private async storePatiently(words: HeardWords): Promise<void> {
    const { store, lost, drain } = this.options;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      const isLast = drain.aborted;
      try {
        await store(words);
        return;
      } catch (error) {
        if (isLast || !isDatabaseFault(error)) {
          lost(error);
          return;
        }
      }
      await delay(pauseMs, undefined, { signal: drain }).catch(() => undefined);
    }
  }
}

function sizeOf({ text }: HeardWords): number {
  return text.length + LINE_CHARACTERS;
}
