import { Refusal } from './call.js';

/** Sent a little earlier than promised, and soon again when the network swallowed one. */
const EARLY = 0.7;
const AGAIN_MS = 1_500;

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
      const isOver = error instanceof Refusal && [401, 404, 410].includes(error.status);
      if (isOver && this.isRunning) {
        this.stop();
        this.ended();
        return;
      }
      pauseMs = AGAIN_MS;
    }
    if (this.isRunning) this.timer = setTimeout(() => void this.send(), pauseMs);
  }
}
