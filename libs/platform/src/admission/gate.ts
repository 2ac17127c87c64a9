import { AppError } from '../errors/app-error.js';
import { Stays } from './stays.js';
import { Spread } from './spread.js';
import { CallQueue, type QueuedCall } from './call-queue.js';

/** What goes before what, of all that may be put off: `second` is what somebody talks with. */
export type Order = 'second' | 'third';

/** A call that may have to wait. */
export interface Arrival {
  /** When it came, and until when it is to be answered, on the gate's clock. */
  readonly cameAtMs: number;
  readonly dueAtMs: number;
}

/** A call that waits for a place. */
export interface Waiting {
  /** Resolves with the place. @throws AppError `busy` when it can no longer be answered in time */
  readonly admitted: Promise<void>;
  /** Its caller has gone: it is not worked off. */
  forget(): void;
}

/** What the gate says of itself. */
export interface GateState {
  readonly atWork: number;
  readonly places: number;
  readonly waiting: number;
  /** Calls refused since the process began. */
  readonly refused: number;
}

/**
 * The newest is refused when it would wait for more than this share of its time: the rest is for what
 * an expectation gets wrong.
 */
const WAIT_SHARE = 0.5;

/**
 * While a command waits for a connection no longer than that, more calls may be at work: several
 * share a read or a write, or wait for each other.
 */
const SHORT_LINE_MS = 10;

/** From so long a wait for a connection on fewer calls may be at work: what goes first stands there too. */
const LONG_LINE_MS = 50;

/** Weight of the newest command in the time that one waits for a connection. */
const COMMAND_WEIGHT = 1 / 16;

/** How many calls may be at work at once; in between it is what the database shows. */
export interface Places {
  /** However long they take. */
  readonly least: number;
  /** At first, and however long commands wait for a connection. */
  readonly usual: number;
  readonly most: number;
}

/** Within these a refused caller is asked to come again, in seconds. */
const RETRY_SECONDS = { min: 1, max: 10 };

/** After a refusal there is said to be no room for so long. */
const FULL_MS = 3_000;

/** A call in its queue. */
interface Place extends QueuedCall {
  readonly arrival: Arrival;
  readonly order: Order;
  readonly admitted: Promise<void>;
  readonly admit: () => void;
  readonly refuse: (reason: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Bounds by time what waits in front of the database: so many calls are at work at once, the others
 * wait by their order, oldest first, and only as long as they can still be answered in time. What
 * cannot is refused at once, the newest before those that wait already. While a place is free a call
 * costs a counter.
 */
export class Gate {
  private atWork = 0;
  private places: number;
  private readonly stays: Stays;
  private lineMs = 0;
  private refused = 0;
  private refusedAtMs = -Infinity;
  private readonly queues = { second: new CallQueue<Place>(), third: new CallQueue<Place>() };
  /** What calls of an order take from their admission to their answer. */
  private readonly takes = { second: new Spread(), third: new Spread() };

  /**
   * @param bounds of the calls at work at once
   * @param nowMs a clock that only runs forwards
   */
  constructor(
    private readonly bounds: Places,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.places = bounds.usual;
    this.stays = new Stays(nowMs());
  }

  get state(): GateState {
    const { second, third } = this.queues;
    const { atWork, places, refused } = this;
    return { atWork, places, waiting: second.length + third.length, refused };
  }

  /** Whether calls were refused just now. */
  get isFull(): boolean {
    return this.nowMs() - this.refusedAtMs < FULL_MS;
  }

  /** Whether a call may go on at once; whoever may gives its place back with `leave`. */
  tryEnter(order: Order): boolean {
    if (this.atWork >= this.places || this.isAhead(order)) return false;
    this.count(1);
    return true;
  }

  /**
   * Puts a call that may not go on at once into its queue.
   * @throws AppError `busy` when it could not be answered in time
   */
  wait(order: Order, arrival: Arrival): Waiting {
    const queue = this.queues[order];
    const nowMs = this.nowMs();
    const { cameAtMs, dueAtMs } = arrival;
    const leftMs = this.latestMs(order, arrival) - nowMs;
    const mayWaitMs = Math.min(leftMs, (dueAtMs - cameAtMs) * WAIT_SHARE);
    if (leftMs <= 0 || queue.waitMs(queue.length + 1, nowMs) > mayWaitMs) {
      throw this.refusal(order, nowMs);
    }
    const place = newPlace(order, arrival);
    queue.push(place, nowMs);
    place.timer = setTimeout(() => this.refuse(place), leftMs);
    this.trim(nowMs);
    return {
      admitted: place.admitted,
      forget: () => {
        if (this.drop(place)) place.refuse(new AppError('bad_request'));
      },
    };
  }

  /** @param waitedMs how long a command has waited for a connection */
  hear(waitedMs: number): void {
    this.lineMs += (waitedMs - this.lineMs) * COMMAND_WEIGHT;
  }

  /** @param tookMs from its admission to its answer */
  leave(order: Order, tookMs: number): void {
    this.takes[order].add(tookMs);
    this.fit();
    this.giveBack();
  }

  /**
   * Runs what a call waits for elsewhere: at the vendor, at Petya, for a moment to pass. It needs no
   * place for that, and comes back without waiting for one.
   */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.giveBack();
    try {
      return await work();
    } finally {
      this.count(1);
    }
  }

  /** Gives what goes on for a call that was answered before its end a place until then. */
  async workOn(work: Promise<unknown>): Promise<void> {
    this.count(1);
    await work.catch(() => null);
    this.giveBack();
  }

  private fit(): void {
    const { least, usual, most } = this.bounds;
    const nowMs = this.nowMs();
    this.stays.pass(nowMs, this.atWork);
    const share = this.stays.leave(nowMs, this.isAhead('third'));
    if (this.lineMs > LONG_LINE_MS && this.places > usual) this.places -= 1;
    else if (share !== null && share < 1) {
      this.places = Math.max(least, Math.floor(this.places * share));
    } else if (share !== null && share > 1 && this.mayGrow) {
      this.places = Math.min(most, Math.max(this.places + 1, Math.floor(this.places * share)));
    }
  }

  private get mayGrow(): boolean {
    return this.lineMs < SHORT_LINE_MS || this.places < this.bounds.usual;
  }

  private count(change: 1 | -1): void {
    this.stays.pass(this.nowMs(), this.atWork);
    this.atWork += change;
  }

  private giveBack(): void {
    this.count(-1);
    const { second, third } = this.queues;
    while (this.atWork < this.places && second.length + third.length > 0) {
      const nowMs = this.nowMs();
      const next = (second.length > 0 ? second : third).shift(nowMs);
      if (!next) return;
      clearTimeout(next.timer);
      this.count(1);
      next.admit();
      this.trim(nowMs);
    }
  }

  private isAhead(order: Order): boolean {
    const { second, third } = this.queues;
    return second.length > 0 || (order === 'third' && third.length > 0);
  }

  /** The newest go first where those before them, or of a higher order, have taken their time. */
  private trim(nowMs: number): void {
    for (const order of ['third', 'second'] as const) {
      const queue = this.queues[order];
      for (let last = queue.last; last && queue.length > 1; last = queue.last) {
        const letInAtMs = nowMs + queue.waitMs(queue.length, nowMs);
        if (letInAtMs <= this.latestMs(order, last.arrival)) break;
        this.refuse(last);
      }
    }
  }

  /** Let in later than that it would not be answered in time. */
  private latestMs(order: Order, { cameAtMs, dueAtMs }: Arrival): number {
    // What takes longest may be the vendor, whom no refusal makes quicker.
    const mostMs = (dueAtMs - cameAtMs) * (1 - WAIT_SHARE);
    return dueAtMs - Math.min(this.takes[order].mostMs, mostMs);
  }

  private refuse(place: Place): void {
    if (this.drop(place)) place.refuse(this.refusal(place.order, this.nowMs()));
  }

  private drop(place: Place): boolean {
    clearTimeout(place.timer);
    return this.queues[place.order].remove(place, this.nowMs());
  }

  private refusal(order: Order, nowMs: number): AppError {
    this.refused += 1;
    this.refusedAtMs = nowMs;
    const queue = this.queues[order];
    const { min, max } = RETRY_SECONDS;
    const seconds = Math.ceil(queue.waitMs(queue.length, nowMs) / 1000);
    return new AppError('busy', { retryAfterSeconds: Math.min(max, Math.max(min, seconds)) });
  }
}

function newPlace(order: Order, arrival: Arrival): Place {
  let admit = () => {};
  let refuse: Place['refuse'] = () => {};
  const admitted = new Promise<void>((resolve, reject) => {
    admit = resolve;
    refuse = reject;
  });
  return { order, arrival, admitted, admit, refuse, isQueued: false, timer: undefined };
}
