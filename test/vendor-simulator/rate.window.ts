/** Counts requests per caller and route in fixed windows of one second (reference 2.13). */
export class RateWindow {
  private second = 0;
  private counts = new Map<string, number>();

  /** Counts one request; `remaining` is below zero when it is one too many. */
  count(caller: string, limit: number, nowMs: number): { remaining: number; resetSeconds: number } {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.second) {
      this.second = second;
      this.counts = new Map();
    }
    const used = (this.counts.get(caller) ?? 0) + 1;
    this.counts.set(caller, used);
    return { remaining: limit - used, resetSeconds: second + 1 - nowMs / 1000 };
  }
}
