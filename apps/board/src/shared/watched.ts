/** A value that several parts of the board show. */
export class Watched<Value> {
  private readonly watchers = new Set<(value: Value) => void>();
  private latest: Value | null = null;

  get value(): Value | null {
    return this.latest;
  }

  set(value: Value): void {
    this.latest = value;
    for (const watcher of this.watchers) watcher(value);
  }

  /** Forgets it, as at the end of a visit; who watches goes on. */
  forget(): void {
    this.latest = null;
  }

  /**
   * Calls with the value that there is, and with each that comes.
   * @returns ends that
   */
  watch(watcher: (value: Value) => void): () => void {
    this.watchers.add(watcher);
    if (this.latest !== null) watcher(this.latest);
    return () => this.watchers.delete(watcher);
  }
}
