import { delay } from '../time/delay.js';

export interface LatestReadingOptions<T> {
  readonly read: () => Promise<T>;
  /** Shortest pause between two readings, however the first one ended, in milliseconds. */
  readonly everyMs: number;
  /**
   * What was asked for no longer ago is given at once while it is read anew; where it is older, since
   * nobody has looked for a while, the new reading is waited for.
   */
  readonly staleMs: number;
  /** How long a new reading is waited for from its beginning on, where there is an older one. */
  readonly patienceMs: number;
  /** Told of a reading that failed; the last one stays. */
  readonly onError: (error: unknown) => void;
}

/**
 * What costs something to read and may be some seconds old: it is read at most so often, whoever looks,
 * and never twice at the same time. Nothing is read while nobody looks.
 */
export class LatestReading<T> {
  private last: { readonly value: T; readonly askedAtMs: number } | null = null;
  private newest: Promise<T> | null = null;
  private isUnderWay = false;
  private begunAtMs = -Infinity;
  private endedAtMs = -Infinity;

  constructor(private readonly options: LatestReadingOptions<T>) {}

  /** @throws what the last reading failed with, as long as none has succeeded */
  async look(): Promise<T> {
    const nowMs = performance.now();
    const newest = this.newestAt(nowMs);
    const { last } = this;
    if (last === null) return newest;
    const { staleMs, patienceMs } = this.options;
    const leftMs = this.begunAtMs + patienceMs - nowMs;
    const isFresh = nowMs - last.askedAtMs <= staleMs;
    if (!this.isUnderWay || isFresh || leftMs <= 0) return last.value;
    const patience = delay(leftMs, { ref: false }).then(() => last.value);
    return Promise.race([newest, patience]).catch(() => last.value);
  }

  private newestAt(nowMs: number): Promise<T> {
    const isDue = !this.isUnderWay && nowMs - this.endedAtMs >= this.options.everyMs;
    if (this.newest !== null && !isDue) return this.newest;
    const newest = this.read(nowMs);
    this.newest = newest;
    // There may be nobody that waits for it.
    newest.catch(() => undefined);
    return newest;
  }

  private async read(askedAtMs: number): Promise<T> {
    const { read, onError } = this.options;
    this.isUnderWay = true;
    this.begunAtMs = askedAtMs;
    try {
      const value = await read();
      this.last = { value, askedAtMs };
      return value;
    } catch (error) {
      onError(error);
      throw error;
    } finally {
      this.endedAtMs = performance.now();
      this.isUnderWay = false;
    }
  }
}
