/** The service's time: a phone's may be minutes off, and ages are told by it. */
export class Clock {
  private aheadMs = 0;

  /** @param date the `Date` header of an answer that has just come */
  learn(date: string | null): void {
    const atMs = Date.parse(date ?? '');
    if (Number.isNaN(atMs)) return;
    const aheadMs = atMs - Date.now();
    // The header has whole seconds: what it cannot tell is left as it is.
    if (Math.abs(aheadMs - this.aheadMs) > 2_000) this.aheadMs = aheadMs;
  }

  nowMs(): number {
    return Date.now() + this.aheadMs;
  }
}
