/** Longer without an answer than between two questions, which come every five seconds. */
const SILENT_MS = 10_000;

/** A time in which the database did not answer, by the clock that whoever asks has. */
export interface Silence {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Knows when the database was last away, from when it answered. */
export class DatabaseSilence {
  private answeredMs: number | null = null;
  private last: Silence | null = null;

  answered(nowMs: number): void {
    this.last = this.at(nowMs);
    this.answeredMs = nowMs;
  }

  /** The latest one, which may last until now; null where there was none. */
  at(nowMs: number): Silence | null {
    const { answeredMs } = this;
    if (answeredMs === null || nowMs - answeredMs <= SILENT_MS) return this.last;
    return { fromMs: answeredMs, toMs: nowMs };
  }
}
