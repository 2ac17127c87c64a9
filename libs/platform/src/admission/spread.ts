/** Weight of the newest of some times. */
const NEWEST_WEIGHT = 1 / 16;

/** So many of the usual differences over the mean hardly any time is, as a TCP timer reckons. */
const DIFFERENCES = 3;

/** What something takes, and by how much that differs. */
export class Spread {
  private meanMs: number | null = null;
  private differenceMs = 0;

  /** Hardly ever exceeded; 0 before the first one. */
  get mostMs(): number {
    return (this.meanMs ?? 0) + DIFFERENCES * this.differenceMs;
  }

  add(tookMs: number): void {
    this.meanMs ??= tookMs;
    const difference = tookMs - this.meanMs;
    this.differenceMs += (Math.abs(difference) - this.differenceMs) * NEWEST_WEIGHT;
    this.meanMs += difference * NEWEST_WEIGHT;
  }
}
