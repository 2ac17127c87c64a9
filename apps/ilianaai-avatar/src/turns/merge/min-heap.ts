/** A binary heap: `push` and `pop` in logarithmic time, the smallest by `compare` first. */
export class MinHeap<T> {
  private readonly items: T[] = [];

  constructor(private readonly compare: (a: T, b: T) => number) {}

  /** The one that `pop` would take; undefined when the heap is empty. */
  get first(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    let index = this.items.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.compare(this.items[parent] as T, item) <= 0) break;
      this.items[index] = this.items[parent] as T;
      index = parent;
    }
    this.items[index] = item;
  }

  /** Undefined when the heap is empty. */
  pop(): T | undefined {
    const smallest = this.items[0];
    const last = this.items.pop();
    if (this.items.length > 0) this.sink(last as T);
    return smallest;
  }

  private sink(item: T): void {
    let index = 0;
    for (;;) {
      const child = this.smallerChild(index);
      if (child === undefined || this.compare(this.items[child] as T, item) >= 0) break;
      this.items[index] = this.items[child] as T;
      index = child;
    }
    this.items[index] = item;
  }

  private smallerChild(index: number): number | undefined {
    const left = 2 * index + 1;
    const right = left + 1;
    if (left >= this.items.length) return undefined;
    if (right >= this.items.length) return left;
    return this.compare(this.items[right] as T, this.items[left] as T) < 0 ? right : left;
  }
}
