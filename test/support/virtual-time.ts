import { standIn } from './stand-in.js';

interface Timer {
  atMs: number;
  readonly everyMs: number | null;
  readonly run: () => void;
}

/** What `setTimeout` gives back; its name alone tells it from others. */
interface Handle {
  readonly name: number;
  unref(): Handle;
  ref(): Handle;
}

/**
 * The time of a test, which passes when the test says so: `performance.now()` and the timers of the
 * global object. A timer may run late, as on a busy machine, and never early.
 */
export class VirtualTime {
  private readonly timers = new Map<number, Timer>();
  private names = 0;

  constructor(public nowMs = 7_200_000) {}

  /** @returns gives the real time back */
  takeOver(): () => void {
    const real = [
      standIn(performance, 'now', () => this.nowMs),
      standIn(globalThis, 'setTimeout', this.adds(false)),
      standIn(globalThis, 'setInterval', this.adds(true)),
      standIn(globalThis, 'clearTimeout', (handle) => this.remove(handle)),
      standIn(globalThis, 'clearInterval', (handle) => this.remove(handle)),
    ];
    return () => real.forEach((giveBack) => giveBack());
  }

  /** When the next timer is due; null where there is none. */
  nextAtMs(): number | null {
    const due = [...this.timers.values()].map(({ atMs }) => atMs);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** Time goes by; what is due by then runs at its end, the earliest first. */
  pass(ms: number): void {
    this.nowMs += ms;
    const due = [...this.timers].filter(([, { atMs }]) => atMs <= this.nowMs);
    for (const [name, timer] of due.toSorted(([, one], [, other]) => one.atMs - other.atMs)) {
      if (!this.timers.has(name)) continue;
      if (timer.everyMs === null) this.timers.delete(name);
      else timer.atMs = this.nowMs + timer.everyMs;
      timer.run();
    }
  }

  private adds(isRepeated: boolean): never {
    const add = (run: () => void, ms = 0): Handle => {
      this.names += 1;
      const name = this.names;
      this.timers.set(name, { atMs: this.nowMs + ms, everyMs: isRepeated ? ms : null, run });
      const handle: Handle = { name, unref: () => handle, ref: () => handle };
      return handle;
    };
    return add as never;
  }

  private remove(handle: unknown): void {
    this.timers.delete((handle as Handle | undefined)?.name ?? 0);
  }
}
