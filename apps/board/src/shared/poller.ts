/** How long after an answer it is asked again, and after how many failures how long, in milliseconds. */
const STEPS_MS = [2_000, 4_000, 8_000, 16_000, 30_000];

/** @param failures in a row */
export function pauseMs(failures: number, retryAfterSeconds = 0): number {
  const step = STEPS_MS[Math.min(failures, STEPS_MS.length - 1)] ?? 0;
  return Math.max(step, retryAfterSeconds * 1000);
}

/**
 * Asks again and again: each time some seconds after the last answer, so that no two overlap; not while
 * nobody looks; more seldom while it fails.
 */
export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private aborter = new AbortController();
  private isOn = false;
  private isAtWork = false;
  private isWanted = false;
  private failures = 0;

  /**
   * @param work rejects where it failed; a `retryAfterSeconds` of what it rejects with is kept
   * @param isHidden whether nobody looks
   */
  constructor(
    private readonly work: (signal: AbortSignal) => Promise<void>,
    private readonly isHidden: () => boolean,
  ) {}

  start(): void {
    this.isOn = true;
    this.failures = 0;
    this.now();
  }

  stop(): void {
    this.isOn = false;
    this.isWanted = false;
    clearTimeout(this.timer);
    this.aborter.abort();
  }

  /** Asks at once; where it is asking, once more right after it. */
  now(): void {
    if (!this.isOn || this.isHidden()) return;
    clearTimeout(this.timer);
    if (this.isAtWork) this.isWanted = true;
    else void this.turn();
  }

  /** The same, for another question: nobody waits for the answer to the last one. */
  anew(): void {
    if (this.isAtWork) this.aborter.abort();
    this.now();
  }

  private async turn(): Promise<void> {
    this.isAtWork = true;
    this.isWanted = false;
    this.aborter = new AbortController();
    const { signal } = this.aborter;
    let retryAfterSeconds = 0;
    try {
      await this.work(signal);
      this.failures = 0;
    } catch (error) {
      if (!signal.aborted) this.failures += 1;
      ({ retryAfterSeconds = 0 } = error as { retryAfterSeconds?: number });
    }
    this.isAtWork = false;
    if (!this.isOn || this.isHidden()) return;
    if (this.isWanted) void this.turn();
    else this.timer = setTimeout(() => this.now(), pauseMs(this.failures, retryAfterSeconds));
  }
}
