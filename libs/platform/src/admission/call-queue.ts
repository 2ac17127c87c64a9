/** Weight of the newest interval in the pace of a queue. */
const NEWEST_WEIGHT = 1 / 8;

/** A queue that was empty for so long moves at a pace that nobody knows. */
const PACE_VALID_MS = 1_000;

/** One call that waits. */
export interface QueuedCall {
  isQueued: boolean;
}

/** Calls in the order in which they came, and the pace at which they are let in. */
export class CallQueue<T extends QueuedCall> {
  private calls: T[] = [];
  private head = 0;
  private count = 0;
  /** Milliseconds between two calls that are let in. */
  private paceMs = 0;
  private intervals = 0;
  /** When the last one was let in or, since then, the first one came. */
  private sinceMs = 0;
  private emptyAtMs = 0;

  get length(): number {
    return this.count;
  }

  get last(): T | undefined {
    while (this.calls.length > this.head && this.calls.at(-1)?.isQueued === false) this.calls.pop();
    return this.count === 0 ? undefined : this.calls.at(-1);
  }

  push(call: T, nowMs: number): void {
    if (this.count === 0) {
      this.sinceMs = nowMs;
      if (nowMs - this.emptyAtMs > PACE_VALID_MS) this.intervals = this.paceMs = 0;
    }
    call.isQueued = true;
    this.calls.push(call);
    this.count += 1;
  }

  /** The one that has waited longest; its going counts for the pace. */
  shift(nowMs: number): T | undefined {
    while (this.calls[this.head]?.isQueued === false) this.head += 1;
    const next = this.calls[this.head];
    if (!next) return undefined;
    this.intervals += 1;
    const weight = Math.max(NEWEST_WEIGHT, 1 / (this.intervals + 1));
    this.paceMs += (nowMs - this.sinceMs - this.paceMs) * weight;
    this.sinceMs = nowMs;
    this.remove(next, nowMs);
    return next;
  }

  /** @returns whether it waited */
  remove(call: T, nowMs: number): boolean {
    if (!call.isQueued) return false;
    call.isQueued = false;
    this.count -= 1;
    if (this.count === 0) {
      this.calls = [];
      this.head = 0;
      this.emptyAtMs = nowMs;
    } else if (this.head > this.calls.length / 2) {
      this.calls = this.calls.slice(this.head);
      this.head = 0;
    }
    return true;
  }

  /**
   * How long the last of so many is expected to wait: by the pace, and for as long again as nothing
   * has moved.
   */
  waitMs(length: number, nowMs: number): number {
    const stillMs = this.count === 0 ? 0 : nowMs - this.sinceMs;
    return Math.max(length * this.paceMs, stillMs);
  }
}
