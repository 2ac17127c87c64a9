/**
 * What calls may take at work on average while others wait: of 3 s a message has, half are for its
 * wait, and its own stay may be several times the average. What goes before all of them, such as a
 * stop, takes as long as they do.
 */
const LONG_MS = 250;

/** Or so many times what they take when few are at work: a slow database is not quicker for fewer. */
const LONG_TIMES = 1.5;

/** Judged are so many calls at least, over so long. */
const MIN_CALLS = 8;
const MIN_MS = 100;

/** No more than so many at work hardly slow one another down. */
export const FEW_CALLS = 8;

/** Bounds of the share in one step: a few calls may be slow or quick by chance. */
const SHARE = { least: 0.7, most: 1.1 };

/** Of what calls may take; above it nobody is added. */
const SHORT_SHARE = 0.8;

/** Weight of the newest average when few are at work. */
const NEWEST_WEIGHT = 1 / 8;

/**
 * How long calls are at work on average: those at work at each instant, added up over a time, by how
 * many left in it (Little's law). So what they wait for elsewhere, without a place, does not count.
 */
export class Stays {
  private addedMs = 0;
  private left = 0;
  private hasWaited = false;
  private fromMs: number;
  private atMs: number;
  /** When few are at work; 0 as long as that is not known. */
  private calmMs = 0;

  constructor(nowMs: number) {
    this.fromMs = this.atMs = nowMs;
  }

  /** @param atWork how many were at work until now */
  pass(nowMs: number, atWork: number): void {
    this.addedMs += (nowMs - this.atMs) * atWork;
    this.atMs = nowMs;
  }

  /**
   * Counts a call that is done.
   * @returns what share of the calls at work there may be; null as long as there is nothing to go by
   */
  leave(nowMs: number, isWaiting: boolean): number | null {
    this.left += 1;
    this.hasWaited ||= isWaiting;
    if (this.left < MIN_CALLS || nowMs - this.fromMs < MIN_MS) return null;
    const { addedMs, left, hasWaited, fromMs } = this;
    const averageMs = addedMs / left;
    if (addedMs <= FEW_CALLS * (nowMs - fromMs)) this.learn(averageMs);
    this.addedMs = this.left = 0;
    this.hasWaited = false;
    this.fromMs = nowMs;
    return hasWaited ? this.shareAt(averageMs) : null;
  }

  private shareAt(averageMs: number): number {
    const { longMs } = this;
    if (averageMs > longMs) return Math.max(SHARE.least, longMs / averageMs);
    return averageMs < SHORT_SHARE * longMs ? SHARE.most : 1;
  }

  private get longMs(): number {
    return Math.max(LONG_MS, LONG_TIMES * this.calmMs);
  }

  private learn(averageMs: number): void {
    const { calmMs } = this;
    this.calmMs = calmMs === 0 ? averageMs : calmMs + (averageMs - calmMs) * NEWEST_WEIGHT;
  }
}
