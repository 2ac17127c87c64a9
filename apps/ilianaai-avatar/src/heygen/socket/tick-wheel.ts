/** In how many steps a period is gone through. */
const SLOTS = 100;

/**
 * Calls each of many once a period, evenly spread over it: sockets that were opened together, after
 * a restart, are not pinged together for ever. One timer serves all, and what falls into one step
 * is done in one go: thousands of timers would wake the process for each socket on its own.
 */
export class TickWheel {
  private readonly slots = Array.from({ length: SLOTS }, () => new Set<() => void>());
  private timer: NodeJS.Timeout | undefined;
  private size = 0;
  private at = 0;
  private next = 0;

  constructor(private readonly periodMs: number) {}

  /** @returns what ends it */
  add(tick: () => void): () => void {
    const slot = this.slots[this.next];
    this.next = (this.next + 1) % SLOTS;
    slot?.add(tick);
    this.size += 1;
    this.timer ??= setInterval(() => this.step(), this.periodMs / SLOTS);
    return () => {
      if (slot?.delete(tick)) this.remove();
    };
  }

  private remove(): void {
    this.size -= 1;
    if (this.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private step(): void {
    this.at = (this.at + 1) % SLOTS;
    for (const tick of this.slots[this.at] ?? []) tick();
  }
}
