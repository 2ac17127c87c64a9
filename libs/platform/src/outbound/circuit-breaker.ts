/** What a circuit breaker is told about its target. */
export interface CircuitOptions {
  /** Failures in a row that open the circuit. */
  readonly failures: number;
  /** How long it stays open before one probe is let through, in milliseconds. */
  readonly openMs: number;
  readonly now?: () => number;
}

/**
 * A circuit breaker with a half-open probe: after `failures` failures in a row nothing is let
 * through for `openMs`; then one call may try, and its outcome decides. Pure but for its clock.
 */
export class CircuitBreaker {
  private failuresInRow = 0;
  private openedAt: number | null = null;
  private probing = false;
  private readonly now: () => number;

  constructor(private readonly options: CircuitOptions) {
    this.now = options.now ?? Date.now;
  }

  get isOpen(): boolean {
    return this.openedAt !== null;
  }

  /** Seconds until a probe may be tried, at least 1; for `Retry-After`. */
  get retryAfterSeconds(): number {
    if (this.openedAt === null) return 1;
    return Math.max(1, Math.ceil((this.openedAt + this.options.openMs - this.now()) / 1000));
  }

  /** Whether a call would be let through now, without making it. */
  get isPassable(): boolean {
    if (this.openedAt === null) return true;
    return !this.probing && this.now() - this.openedAt >= this.options.openMs;
  }

  /** Whether a call may be made now. While half-open only the first asker gets a yes. */
  tryAcquire(): boolean {
    if (!this.isPassable) return false;
    this.probing = this.openedAt !== null;
    return true;
  }

  /** @returns true when this success closed an open circuit */
  succeeded(): boolean {
    const closed = this.openedAt !== null;
    this.failuresInRow = 0;
    this.openedAt = null;
    this.probing = false;
    return closed;
  }

  failed(): void {
    this.failuresInRow += 1;
    if (this.probing || this.failuresInRow >= this.options.failures) this.openedAt = this.now();
    this.probing = false;
  }
}
