/** One question for another clock's time: ours before and after, and what it said in between. */
export interface ClockReading {
  readonly askedMs: number;
  readonly answeredMs: number;
  /** Whole milliseconds, cut off. */
  readonly theirsMs: number;
}

/** How far two clocks may part, in milliseconds a millisecond; good ones keep a tenth of it. */
const DRIFT = 0.0002;

/**
 * What to add to our clock for another one's time. An answer only says that its time was true at
 * some instant between question and answer, so each reading leaves a range; the ranges of all
 * readings, older ones widened by the drift, are narrowed down to what they have in common. A slow
 * answer therefore tells little and harms nothing (Marzullo 1984; NTP's clock filter).
 */
export class ClockOffset {
  private least = -Infinity;
  private most = Infinity;
  private readMs = 0;

  /** Milliseconds that the offset may be wrong by; `Infinity` before the first reading. */
  get errorMs(): number {
    return (this.most - this.least) / 2;
  }

  /** @returns null before the first reading */
  get offsetMs(): number | null {
    return this.least === -Infinity ? null : (this.least + this.most) / 2;
  }

  add({ askedMs, answeredMs, theirsMs }: ClockReading): void {
    const least = theirsMs - answeredMs;
    const most = theirsMs + 1 - askedMs;
    const driftMs = (answeredMs - this.readMs) * DRIFT;
    const narrowed = {
      least: Math.max(least, this.least - driftMs),
      most: Math.min(most, this.most + driftMs),
    };
    // Nothing in common: their clock was set. What it says now counts.
    const agrees = narrowed.least <= narrowed.most;
    this.least = agrees ? narrowed.least : least;
    this.most = agrees ? narrowed.most : most;
    this.readMs = answeredMs;
  }
}
