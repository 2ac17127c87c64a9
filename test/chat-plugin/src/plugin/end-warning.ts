import { wordsBeforeEnd } from './words.js';

/** So long before its end a visitor is told of it. */
const WARNING_MS = 60_000;

/** An end that has come so much nearer makes what was said of it wrong. */
const NEARER_MS = 15_000;

/** An end that has gone farther away than this is told of anew, once it is near again. */
const FARTHER_MS = 60_000;

/**
 * The end of the video that a visitor is told of; each one once, though every keep-alive says a
 * slightly different one. All times in milliseconds since 1970.
 * @param endsAtMs the end as far as it is known now
 * @param saidMs the end that they were last told of; null: of none
 * @returns null: of none
 */
export function toldEnd(endsAtMs: number, saidMs: number | null, nowMs: number): number | null {
  if (saidMs !== null) {
    const movedMs = endsAtMs - saidMs;
    if (movedMs > -NEARER_MS && movedMs <= FARTHER_MS) return saidMs;
  }
  return endsAtMs - nowMs <= WARNING_MS ? endsAtMs : null;
}

/** Knows when a video ends, and tells when the visitor has to be told. */
export class EndWarning {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private endsAtMs = 0;
  private saidMs: number | null = null;

  /** @param changed there are other words to be shown */
  constructor(private readonly changed: () => void) {}

  /** What is to be said of it now; null: nothing. */
  words(): string | null {
    return this.saidMs === null ? null : wordsBeforeEnd((this.endsAtMs - Date.now()) / 1000);
  }

  /** The latest news of when it ends, in milliseconds since 1970. Without any, the last stand. */
  endsAt(endsAtMs: number): void {
    this.endsAtMs = endsAtMs;
    this.look();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.saidMs = null;
  }

  private look(): void {
    clearTimeout(this.timer);
    const { saidMs, endsAtMs } = this;
    const now = Date.now();
    this.saidMs = toldEnd(endsAtMs, saidMs, now);
    if (this.saidMs === null) {
      this.timer = setTimeout(() => this.look(), endsAtMs - WARNING_MS - now);
    }
    if (this.saidMs !== saidMs) this.changed();
  }
}
