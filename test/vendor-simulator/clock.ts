/**
 * The vendor's time: the machine's clock plus an offset, so that a test can jump over an hour
 * without waiting. It never runs backwards.
 */
export class SimulatorClock {
  private offsetMs = 0;

  /** Milliseconds since the epoch. */
  nowMs(): number {
    return Date.now() + this.offsetMs;
  }

  /** Jumps forward; negative amounts are refused with a RangeError. */
  advance(seconds: number): void {
    if (!Number.isFinite(seconds) || seconds < 0) {
      throw new RangeError('advanceSeconds must be a number of at least 0');
    }
    this.offsetMs += seconds * 1000;
  }

  /** Back to the machine's clock. */
  reset(): void {
    this.offsetMs = 0;
  }
}
