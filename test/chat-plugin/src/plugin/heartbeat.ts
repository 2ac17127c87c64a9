import { Refusal } from '#client';

/** Sent a little earlier than promised, and soon again when the network swallowed one. */
const EARLY = 0.7;
const AGAIN_MS = 1_500;

/** How the service says that a session is over. */
const ENDS: readonly number[] = [401, 404, 410];

/** Keeps the promise that the visitor is still there. */
export class Heartbeat {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isRunning = false;

  /**
   * @param beat promises the next one within `seconds`
   * @param ended the service says that the session is over
   */
  constructor(
    private readonly seconds: number,
    private readonly beat: (nextWithinSeconds: number) => Promise<void>,
    private readonly ended: () => void,
  ) {}

  start(): void {
    this.isRunning = true;
    this.now();
  }

  /** At once, for a page that has just come back. */
  now(): void {
    if (!this.isRunning) return;
    clearTimeout(this.timer);
    void this.send();
  }

  stop(): void {
    this.isRunning = false;
    clearTimeout(this.timer);
  }

  private async send(): Promise<void> {
    let pauseMs = this.seconds * 1000 * EARLY;
    try {
      await this.beat(this.seconds);
    } catch (error) {
      const refusal = error instanceof Refusal && !error.isForeign ? error : null;
      if (refusal && ENDS.includes(refusal.status) && this.isRunning) {
        this.stop();
        this.ended();
        return;
      }
      // What was refused is refused again; what did not come through may do so at once.
      if (refusal === null || refusal.status >= 500) pauseMs = AGAIN_MS;
    }
    if (this.isRunning) this.timer = setTimeout(() => void this.send(), pauseMs);
  }
}
