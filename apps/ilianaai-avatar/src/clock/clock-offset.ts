import { agreedRange, narrowed, type Range } from './agreed-range.js';
import { SlewedOffset } from './slewed-offset.js';

/** One question for another clock's time: ours before and after, and what it said in between. */
export interface ClockReading {
  /** Whose clock it is: machines of one database have one each. */
  readonly server: string;
  readonly askedMs: number;
  readonly answeredMs: number;
  /** Whole milliseconds, cut off. */
  readonly theirsMs: number;
}

/** What is known of one machine's clock, as of its last answer. */
interface Known extends Range {
  readonly readMs: number;
}

/** How far two clocks may part, in milliseconds a millisecond; good ones keep a tenth of it. */
const DRIFT = 0.0002;

/** A machine that has not answered for so long has no say any more. */
const FORGET_MS = 60_000;

/**
 * What to add to our clock for another one's time. An answer only says that its time was true at
 * some instant between question and answer, so each reading leaves a range; the ranges of all
 * readings of a machine, older ones widened by the drift, are narrowed down to what they have in
 * common. A slow answer therefore tells little and harms nothing (Marzullo 1984; NTP's clock filter).
 *
 * A database may answer from several machines: from one `mongos` or another, or from the primary that
 * was elected last. What most of their clocks agree on is taken. Where they are divided it stays with
 * what was taken before, unless our own clock is clearly with another, so that the time never goes
 * back and forth with whoever answers.
 */
export class ClockOffset {
  private readonly known = new Map<string, Known>();
  private taken: Range | null = null;
  private readonly followed = new SlewedOffset();

  /** @param ownMs the offset by our own clock, which is believed only where machines are divided */
  constructor(private readonly ownMs: number) {}

  /** Milliseconds that the offset may be wrong by; `Infinity` before the first reading. */
  get errorMs(): number {
    return this.taken === null ? Infinity : (this.taken.most - this.taken.least) / 2;
  }

  /** @returns null before the first reading */
  get offsetMs(): number | null {
    return this.taken && middleOf(this.taken);
  }

  /**
   * The offset to go by at an instant: another machine's time is gone over to slowly, since turns
   * that follow one another would change places.
   * @returns null before the first reading
   */
  at(nowMs: number): number | null {
    return this.followed.at(nowMs);
  }

  add({ server, askedMs, answeredMs, theirsMs }: ClockReading): void {
    const read = { least: theirsMs - answeredMs, most: theirsMs + 1 - askedMs };
    const before = this.known.get(server);
    const both = before ? narrowed(widened(before, answeredMs), read) : read;
    // Nothing in common: its clock was set. What it says now counts.
    this.known.set(server, { ...(both ?? read), readMs: answeredMs });
    for (const [name, { readMs }] of this.known) {
      if (answeredMs - readMs > FORGET_MS) this.known.delete(name);
    }
    const ranges = [...this.known.values()].map((each) => widened(each, answeredMs));
    const known = this.taken;
    this.taken = agreedRange(ranges, { expected: this.ownMs, before: known }) ?? read;
    const isSameTime = known !== null && narrowed(known, this.taken) !== null;
    this.followed.set(middleOf(this.taken), answeredMs, isSameTime);
  }
}

function middleOf({ least, most }: Range): number {
  return (least + most) / 2;
}

function widened({ least, most, readMs }: Known, atMs: number): Range {
  const driftMs = (atMs - readMs) * DRIFT;
  return { least: least - driftMs, most: most + driftMs };
}
