/** How often a process looks whether it is late itself. */
const LOOK_MS = 5;

/**
 * How late the process that takes times is itself: an answer that is there already waits for it as
 * long. Whoever it asks has no part in that.
 */
export class OwnDelay {
  private worstMs = 0;
  private lastMs = performance.now();
  private readonly timer = setInterval(() => this.look(), LOOK_MS);

  /** Ends the looking. @returns the longest delay, in milliseconds */
  stop(): number {
    this.look();
    clearInterval(this.timer);
    return Math.round(this.worstMs);
  }

  private look(): void {
    const nowMs = performance.now();
    this.worstMs = Math.max(this.worstMs, nowMs - this.lastMs - LOOK_MS);
    this.lastMs = nowMs;
  }
}
