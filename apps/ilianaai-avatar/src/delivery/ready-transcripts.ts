import { LRUCache } from 'lru-cache';
import type { Transcript } from '../turns/transcript.service.js';

const MAX_TRANSCRIPTS = 32;

/** Whoever sends one does so at once; what a visitor said stays in memory no longer. */
const KEPT_MS = 60_000;

/** A usual one has 20 kB; longer ones are read again. */
const MAX_CHARACTERS = 256 * 1024;

/**
 * Transcripts that were put together a moment ago, for whoever sends them next. One that is not
 * here any more is read again, so this may forget whatever it likes.
 */
export class ReadyTranscripts {
  private readonly transcripts = new LRUCache<string, Transcript>({
    max: MAX_TRANSCRIPTS,
    maxEntrySize: MAX_CHARACTERS,
    sizeCalculation: charactersOf,
    ttl: KEPT_MS,
    ttlAutopurge: true,
    ttlResolution: 0,
  });

  put(sessionId: string, transcript: Transcript): void {
    this.transcripts.set(sessionId, transcript);
  }

  /** Gives a transcript out once. */
  take(sessionId: string): Transcript | null {
    const transcript = this.transcripts.get(sessionId) ?? null;
    this.transcripts.delete(sessionId);
    return transcript;
  }
}

/** The library takes no size of nothing. */
function charactersOf({ turns }: Transcript): number {
  return turns.reduce((sum, { text }) => sum + text.length, 1);
}
