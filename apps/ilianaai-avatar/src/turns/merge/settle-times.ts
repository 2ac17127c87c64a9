import { MinHeap } from './min-heap.js';
import type { Steps } from './steps.js';
import { compareLines, compareStored, type SourceLine } from './source-line.js';

/** Clocks that are kept differ by less: a visitor's, ours, and those of two primaries. */
const CLOCKS_APART_MS = 1_000;

/**
 * Turns that follow one another keep their order whatever clocks say: a time is raised to that of
 * lines that were stored before, which a line has to follow if it was said after their
 * acknowledgement. At the same time it is the order of storing that counts (`compareLines`).
 *
 * - A line with our own time follows every one with our own time, and each with a told time that is
 *   not later than the clocks may be apart.
 * - A line with a told time may be told late. It follows those with our own time that are later by no
 *   more than the clocks may be apart. Told times are of one clock, the visitor's, and stand.
 *
 * Lines of which no order is known, those of the vendor's record among them, are left alone.
 */
export function* settleTimes<T extends SourceLine>(lines: readonly T[]): Steps<T[]> {
  const settled = lines.filter(({ stored }) => stored === undefined);
  const inOrder = lines
    .filter(({ stored }) => stored !== undefined)
    .toSorted((a, b) => compareStored(a, b) || compareLines(a, b));
  const floors = new Floors();
  for (const line of inOrder) {
    yield;
    const atMs = line.isTold ? floors.raiseTold(line.atMs) : floors.raiseOwn(line.atMs);
    settled.push(atMs === line.atMs ? line : { ...line, atMs });
  }
  return settled;
}

/** What the lines that were stored so far have for times. */
class Floors {
  /** Ascending, since each of them follows the others. */
  private readonly own: number[] = [];
  private readonly told = new MinHeap<number>((a, b) => a - b);
  private followedMs = -Infinity;

  raiseOwn(atMs: number): number {
    for (
      let first = this.told.first;
      first !== undefined && first <= atMs + CLOCKS_APART_MS;
      first = this.told.first
    ) {
      this.followedMs = Math.max(this.followedMs, first);
      this.told.pop();
    }
    const raisedMs = Math.max(atMs, this.followedMs, this.own.at(-1) ?? -Infinity);
    this.own.push(raisedMs);
    return raisedMs;
  }

  raiseTold(atMs: number): number {
    const raisedMs = Math.max(atMs, lastUpTo(this.own, atMs + CLOCKS_APART_MS));
    this.told.push(raisedMs);
    return raisedMs;
  }
}

/** The last of ascending numbers that is not over a limit; `-Infinity` where there is none. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  let least = 0;
  let most = numbers.length;
  while (least < most) {
    const middle = (least + most) >> 1;
    if ((numbers[middle] as number) <= limit) least = middle + 1;
    else most = middle;
  }
  return numbers[least - 1] ?? -Infinity;
}
