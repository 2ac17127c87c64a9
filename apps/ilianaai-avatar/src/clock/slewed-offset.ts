/**
 * How fast another machine's time is gone over to, in milliseconds a millisecond: replicas that
 * learn of it some seconds apart differ by less than lies between two turns of a talk.
 */
const SLEW = 0.005;

/** What differs by more is no clock that is kept, and going over would take too long. */
const STEP_MS = 1_000;

/** An offset to a clock that never makes the time go back for a small difference. */
export class SlewedOffset {
  private target: number | null = null;
  /** Where going over began; null where it is done. */
  private from: { readonly atMs: number; readonly offsetMs: number } | null = null;

  /** @param isSameTime it only says more exactly what was known, and is taken at once */
  set(offsetMs: number, atMs: number, isSameTime: boolean): void {
    const given = this.at(atMs);
    const isSlewing = given !== this.target;
    const isFar = given === null || Math.abs(offsetMs - given) >= STEP_MS;
    this.from = isFar || (isSameTime && !isSlewing) ? null : { atMs, offsetMs: given };
    this.target = offsetMs;
  }

  /** @returns null before it was set */
  at(nowMs: number): number | null {
    if (this.target === null || this.from === null) return this.target;
    const most = (nowMs - this.from.atMs) * SLEW;
    const gap = this.target - this.from.offsetMs;
    return Math.abs(gap) <= most ? this.target : this.from.offsetMs + Math.sign(gap) * most;
  }
}
