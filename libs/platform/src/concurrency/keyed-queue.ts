/** Runs work about the same thing one after another, in the order in which it came. */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<unknown>>();

  /** @throws what `work` throws; what went before it does not matter */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const running = before ? before.then(work, work) : work();
    this.last.set(key, running);
    try {
      return await running;
    } finally {
      if (this.last.get(key) === running) this.last.delete(key);
    }
  }
}
