/** Nothing is kept for longer, unless nothing was kept since. */
const MAX_AGE_MS = 2 * 60_000;

interface Entry<V> {
  readonly value: V;
  readonly keptAtMs: number;
}

export interface RecentMapOptions {
  /** Values at most; the one kept longest goes first. */
  readonly max: number;
  readonly maxAgeMs?: number;
  /** A clock that never goes back, in milliseconds. */
  readonly nowMs?: () => number;
}

/**
 * What was kept last, by key: for values that are of no use a while after, and whose end nobody
 * tells of. A map with a bound alone would fill up to it with those. What is too old goes, two at a
 * time, as others come, so that each `set` takes a few steps and no timer runs.
 */
export class RecentMap<K, V> {
  private readonly entries = new Map<K, Entry<V>>();
  private readonly max: number;
  private readonly maxAgeMs: number;
  private readonly nowMs: () => number;

  constructor({ max, maxAgeMs = MAX_AGE_MS, nowMs = () => performance.now() }: RecentMapOptions) {
    this.max = max;
    this.maxAgeMs = maxAgeMs;
    this.nowMs = nowMs;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    return this.entries.get(key)?.value;
  }

  set(key: K, value: V): void {
    const keptAtMs = this.nowMs();
    // Taken out first, so that the map stays in the order of time.
    this.entries.delete(key);
    this.entries.set(key, { value, keptAtMs });
    this.dropOldest(keptAtMs);
    this.dropOldest(keptAtMs);
  }

  delete(key: K): void {
    this.entries.delete(key);
  }

  private dropOldest(nowMs: number): void {
    const oldest = this.entries.entries().next();
    if (oldest.done) return;
    const [key, { keptAtMs }] = oldest.value;
    const isTooOld = nowMs - keptAtMs > this.maxAgeMs;
    if (isTooOld || this.entries.size > this.max) this.entries.delete(key);
  }
}
