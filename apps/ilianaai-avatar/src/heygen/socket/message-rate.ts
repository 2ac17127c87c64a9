/** How long a client may keep sending too much before it is refused. */
const PATIENCE_MS = 5_000;

/**
 * How fast a client may send: a bucket of one second's messages that refills evenly. Who takes more
 * waits, and who does not get calmer in the meantime is refused.
 */
export class MessageRate {
  private tokens: number;
  private filledAtMs: number;
  private hastySinceMs: number | null = null;

  constructor(
    private readonly perSecond: number,
    nowMs: number,
  ) {
    this.tokens = perSecond;
    this.filledAtMs = nowMs;
  }

  /** @returns how many milliseconds to wait before reading on, or null when it is enough */
  take(messages: number, nowMs: number): number | null {
    const refill = ((nowMs - this.filledAtMs) * this.perSecond) / 1000;
    this.filledAtMs = nowMs;
    this.tokens = Math.min(this.perSecond, this.tokens + refill);
    if (this.tokens > this.perSecond / 2) this.hastySinceMs = null;
    this.tokens -= messages;
    if (this.tokens >= 0) return 0;
    this.hastySinceMs ??= nowMs;
    if (nowMs - this.hastySinceMs >= PATIENCE_MS) return null;
    return Math.min(1000, (-this.tokens * 1000) / this.perSecond);
  }
}
