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
  private readonly transcripts = new Map<string, Transcript>();

  put(sessionId: string, transcript: Transcript): void {
    this.transcripts.delete(sessionId);
    if (charactersOf(transcript) > MAX_CHARACTERS) return;
    this.transcripts.set(sessionId, transcript);
    setTimeout(() => this.expire(sessionId, transcript), KEPT_MS).unref();
    const [oldest] = this.transcripts.keys();
    if (this.transcripts.size > MAX_TRANSCRIPTS && oldest !== undefined) {
      this.transcripts.delete(oldest);
    }
  }

  /** Gives a transcript out once. */
  take(sessionId: string): Transcript | null {
    const transcript = this.transcripts.get(sessionId) ?? null;
    this.transcripts.delete(sessionId);
    return transcript;
  }

  private expire(sessionId: string, transcript: Transcript): void {
    if (this.transcripts.get(sessionId) === transcript) this.transcripts.delete(sessionId);
  }
}

function charactersOf({ turns }: Transcript): number {
  return turns.reduce((sum, { text }) => sum + text.length, 0);
}
