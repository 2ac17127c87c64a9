import { LRUCache } from 'lru-cache';
import { boundedBy } from './bounded-by.js';

/** Nothing is given out that was kept longer ago. */
const MAX_AGE_MS = 2 * 60_000;

/** What is too old goes so often in an age. */
const PURGES_PER_AGE = 4;

export interface RecentMapOptions {
  /** Values at most; the one used longest ago goes first. */
  readonly max: number;
  readonly maxAgeMs?: number;
  /** A clock that never goes back, in milliseconds. */
  readonly nowMs?: () => number;
}

/**
 * What was kept last, by key: for values that are of no use a while after, and whose end nobody
 * tells of. An LRU cache alone fills up to its bound with those, since it notices that a value is too
 * old when somebody asks for it; here they also go a few times in an age, as others come, so that no
 * timer runs.
 */
export class RecentMap<K extends {}, V extends {}> {
  private readonly entries: LRUCache<K, V>;
  private readonly purgeEveryMs: number;
  private readonly nowMs: () => number;
  private purgedAtMs: number;

  constructor({ max, maxAgeMs = MAX_AGE_MS, nowMs = () => performance.now() }: RecentMapOptions) {
    this.entries = new LRUCache({
      ...boundedBy(max),
      ttl: maxAgeMs,
      ttlResolution: 0,
      perf: { now: nowMs },
    });
    this.purgeEveryMs = maxAgeMs / PURGES_PER_AGE;
    this.nowMs = nowMs;
    this.purgedAtMs = nowMs();
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  set(key: K, value: V): void {
    this.entries.set(key, value);
    const nowMs = this.nowMs();
    if (nowMs - this.purgedAtMs < this.purgeEveryMs) return;
    this.purgedAtMs = nowMs;
    this.entries.purgeStale();
  }

  delete(key: K): void {
    this.entries.delete(key);
  }
}
