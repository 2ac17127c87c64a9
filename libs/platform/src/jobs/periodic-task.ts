import { delay } from '../time/delay.js';

export interface PeriodicTaskOptions {
  /** Pause before each run, in milliseconds; asked anew each time. */
  readonly pauseMs: () => number;
  /** One run. The signal aborts when the app goes: what is left is another replica's, or the next start's. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Told of a run that failed; the next one comes all the same. */
  readonly onError: (error: unknown) => void;
}

/**
 * Runs something again and again, one run after another, in every replica: two of them may run it at
 * the same time. It keeps no process alive.
 */
export class PeriodicTask {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: PeriodicTaskOptions) {}

  start(): void {
    this.running = this.runAll();
  }

  /** Begins no run any more. @returns when the one under way has ended */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async runAll(): Promise<void> {
    const { signal } = this.stopped;
    for (;;) {
      await delay(this.options.pauseMs(), { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.options.run(signal);
      } catch (error) {
        this.options.onError(error);
      }
    }
  }
}
