import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

/** Sends one event on `agent-response`; the envelope is the sender's. */
export type SendEvent = (
  eventType: string,
  sourceEventId: string | null,
  members?: Record<string, unknown>,
) => void;

interface Utterance {
  readonly text: string;
  readonly sourceEventId: string | null;
}

const CHUNK_PAUSE_MS = 25;
const WORD_MS = 160;
const SHORTEST_MS = 500;
const LONGEST_MS = 4_000;

/**
 * What the avatar says, one line after another, with the events of reference 3.1: chunks are word
 * deltas, the full line comes before the sound ends.
 */
export class Speech {
  private readonly waiting: Utterance[] = [];
  private current: AbortController | null = null;

  constructor(private readonly send: SendEvent) {}

  get isSpeaking(): boolean {
    return this.current !== null;
  }

  say(utterance: Utterance): void {
    this.waiting.push(utterance);
    if (this.current === null) void this.speakAll();
  }

  /** Stops in the middle of a word and forgets what was still to be said. */
  interrupt(): void {
    this.waiting.length = 0;
    this.current?.abort();
  }

  private async speakAll(): Promise<void> {
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      this.current = new AbortController();
      const { signal } = this.current;
      this.send('avatar.speak_started', next.sourceEventId);
      // An interruption ends the waiting early and is no failure.
      await this.speak(next, signal).catch(() => undefined);
      this.send('avatar.speak_ended', next.sourceEventId);
    }
    this.current = null;
  }

  private async speak({ text, sourceEventId }: Utterance, signal: AbortSignal): Promise<void> {
    const words = text.match(/\S+\s*/g) ?? [text];
    for (const word of words) {
      this.send('avatar.transcription.chunk', sourceEventId, { text: word });
      await wait(CHUNK_PAUSE_MS, undefined, { signal });
    }
    this.send('avatar.transcription', sourceEventId, { text });
    const spokenMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, words.length * WORD_MS));
    await wait(Math.max(0, spokenMs - words.length * CHUNK_PAUSE_MS), undefined, { signal });
  }
}

/** What a visitor was heard to say; partial texts are cumulative. */
export function sendHeard(send: SendEvent, text: string, sourceEventId: string | null): void {
  const words = text.match(/\S+\s*/g) ?? [text];
  send('user.speak_started', sourceEventId);
  words.forEach((_, index) => {
    const soFar = words.slice(0, index + 1).join('');
    send('user.transcription.chunk', sourceEventId, { text: soFar.trimEnd() });
  });
  send('user.speak_ended', sourceEventId);
  send('user.transcription', sourceEventId, { text });
}

/** The envelope of every event (reference 3.1). */
export function envelope(
  sessionId: string,
  eventType: string,
  sourceEventId: string | null,
  members: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    event_id: randomUUID(),
    event_type: eventType,
    session_id: sessionId,
    source_event_id: sourceEventId,
    ...members,
  };
}
