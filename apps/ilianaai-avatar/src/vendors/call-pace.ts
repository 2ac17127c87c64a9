import { AvatarError } from '../errors.js';

/** The vendor's window is a second; clocks differ, hence a tenth more. */
export const WINDOW_MS = 1_100;

/** After a refusal the rate is halved; it rises by one for each such time without another. */
const RECOVER_MS = 5_000;

/** Refusals within a window are one: the calls were on their way together. */
const SAME_REFUSAL_MS = WINDOW_MS;

/** What a vendor's refusal for too many calls has done to the rate. */
export interface Slowed {
  /** Calls in a window right after it. */
  readonly to: number;
  readonly atMs: number;
}

/**
 * How many calls may go out in a window.
 * @param perWindow the most; 0 is no limit
 */
export function allowedNow(perWindow: number, slowed: Slowed | null, nowMs: number): number {
  if (perWindow === 0) return Number.POSITIVE_INFINITY;
  if (slowed === null) return perWindow;
  const risen = Math.floor((nowMs - slowed.atMs) / RECOVER_MS);
  return Math.min(perWindow, slowed.to + risen);
}

/**
 * When the next call may go out. A call counts until a window after its answer, so that however late
 * calls arrive, no window there has more of them.
 * @param freeAtMs when each of the calls that count now counts no more, in any order
 * @param allowed calls in a window
 */
export function nextCallAt(
  freeAtMs: readonly number[],
  allowed: number,
  pausedUntilMs: number,
): number {
  const tooMany = freeAtMs.length - allowed;
  if (tooMany < 0) return pausedUntilMs;
  const inOrder = freeAtMs.toSorted((one, other) => one - other);
  return Math.max(pausedUntilMs, inOrder[tooMany] ?? 0);
}

/** Owners that are remembered; beyond, all are as if none had been served. */
const MAX_OWNERS = 1_000;

/** Who calls, for whom, and how urgently. */
export interface Turn {
  /** Longest that it may wait, in milliseconds. */
  readonly patienceMs: number;
  /** Whether it was refused before, and goes before its owner's others. */
  readonly isAgain?: boolean;
  /** Whoever waits for others' many calls is served in turn with them; missing: in order. */
  readonly owner?: string | undefined;
}

/** A call that has had its turn. */
export interface PacedCall {
  /** When it counts no more; Infinity where nothing is counted. */
  freeAtMs: number;
}

const UNCOUNTED: PacedCall = { freeAtMs: Number.POSITIVE_INFINITY };

interface Waiter {
  readonly owner: string | undefined;
  readonly go: (call: PacedCall) => void;
  readonly patience: NodeJS.Timeout;
}

/** How many calls go before one of an owner that has so many waiting already, one of each in turn. */
export function aheadOf(
  waiting: readonly Pick<Waiter, 'owner'>[],
  owner: string | undefined,
): number {
  if (owner === undefined) return waiting.length;
  const counts = new Map<string | undefined, number>();
  for (const { owner: each } of waiting) counts.set(each, (counts.get(each) ?? 0) + 1);
  const own = counts.get(owner) ?? 0;
  const others = [...counts].filter(([each]) => each !== owner);
  return own + others.reduce((sum, [, count]) => sum + Math.min(count, own + 1), 0);
}

/**
 * Lets calls to one endpoint of a vendor out at its rate: one of each owner in turn, and in the order in
 * which they came where none names an owner. What the vendor refuses for too many calls holds up all
 * others too, and is the first of its owner when it goes on.
 */
export class CallPace {
  private readonly counted = new Set<PacedCall>();
  private readonly waiting: Waiter[] = [];
  private pausedUntilMs = 0;
  private slowed: Slowed | null = null;
  private alarm: NodeJS.Timeout | undefined;
  /** When each owner was served last, by counting. */
  private readonly served = new Map<string | undefined, number>();
  private servings = 0;

  /**
   * @param perWindow calls in each second; 0 is no limit but the vendor's own
   * @param least how slow refusals make it at most
   * @param unansweredMs how long a call without an answer counts from when it left: for good where it may
   * still be on its way, and for less where others must not wait for a vendor that hangs
   */
  constructor(
    private readonly perWindow: number,
    private readonly least = 1,
    private readonly unansweredMs = Number.POSITIVE_INFINITY,
  ) {}

  /**
   * Waits for a call's turn, which may be now. Whoever has had one says when it is over (`done`).
   * @throws AvatarError `vendor_busy` where its turn does not come in time
   */
  async turn({ patienceMs, isAgain = false, owner }: Turn): Promise<PacedCall> {
    const now = performance.now();
    if (this.waiting.length === 0 && this.nextAt(now) <= now) {
      return this.letGo(owner, now);
    }
    const waitMs = this.waitMs(now, isAgain ? 0 : aheadOf(this.waiting, owner));
    if (waitMs > patienceMs) throw busy(waitMs);
    return this.wait(patienceMs, isAgain, owner);
  }

  /** A call that had its turn has its answer, or none. */
  done(call: PacedCall): void {
    if (call === UNCOUNTED) return;
    const now = performance.now();
    call.freeAtMs = now + WINDOW_MS;
    // Its time may have been over before it had an answer.
    this.counted.add(call);
    this.arm(now);
  }

  /**
   * The vendor has refused a call.
   * @param pauseMs how long it wants to be left alone
   */
  refused(pauseMs: number): void {
    const now = performance.now();
    this.pausedUntilMs = Math.max(this.pausedUntilMs, now + pauseMs);
    const isNew = this.slowed === null || now - this.slowed.atMs > SAME_REFUSAL_MS;
    if (isNew && this.perWindow > 0) {
      const half = Math.floor(allowedNow(this.perWindow, this.slowed, now) / 2);
      const to = Math.min(this.perWindow, Math.max(this.least, half));
      this.slowed = { to, atMs: now };
    }
    this.arm(now);
  }

  private wait(
    patienceMs: number,
    isAgain: boolean,
    owner: string | undefined,
  ): Promise<PacedCall> {
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(busy(this.waitMs(performance.now(), this.waiting.length)));
      }, patienceMs);
      const waiter: Waiter = { owner, go: resolve, patience };
      if (isAgain) this.waiting.unshift(waiter);
      else this.waiting.push(waiter);
      this.arm(performance.now());
    });
  }

  private letOut(): void {
    for (let now = performance.now(); this.waiting.length > 0; now = performance.now()) {
      if (this.nextAt(now) > now) return this.arm(now);
      const waiter = this.nextWaiter();
      clearTimeout(waiter?.patience);
      waiter?.go(this.letGo(waiter.owner, now));
    }
  }

  /** The first of whoever was served longest ago. */
  private nextWaiter(): Waiter | undefined {
    const lastOf = ({ owner }: Waiter): number => this.served.get(owner) ?? 0;
    let found = 0;
    this.waiting.forEach((waiter, index) => {
      const best = this.waiting[found];
      if (best && lastOf(waiter) < lastOf(best)) found = index;
    });
    return this.waiting.splice(found, 1)[0];
  }

  private arm(now: number): void {
    clearTimeout(this.alarm);
    if (this.waiting.length === 0) return;
    const nextAt = Math.min(this.nextAt(now), this.risesAt(now));
    // It depends on an answer, which arms it again.
    if (nextAt === Number.POSITIVE_INFINITY) return;
    // A timer may be a fraction of a millisecond early.
    this.alarm = setTimeout(() => this.letOut(), Math.max(0, Math.ceil(nextAt - now)));
  }

  /** When one more call may go out in a window than now; Infinity where it may be all of them. */
  private risesAt(now: number): number {
    const { slowed, perWindow } = this;
    if (slowed === null || allowedNow(perWindow, slowed, now) >= perWindow) {
      return Number.POSITIVE_INFINITY;
    }
    return slowed.atMs + (Math.floor((now - slowed.atMs) / RECOVER_MS) + 1) * RECOVER_MS;
  }

  private nextAt(now: number): number {
    for (const call of this.counted) if (call.freeAtMs <= now) this.counted.delete(call);
    const allowed = allowedNow(this.perWindow, this.slowed, now);
    if (this.counted.size < allowed) return this.pausedUntilMs;
    const freeAtMs = Array.from(this.counted, (call) => call.freeAtMs);
    return nextCallAt(freeAtMs, allowed, this.pausedUntilMs);
  }

  /** How long a call waits that has so many before it, if those under way are answered soon. */
  private waitMs(now: number, ahead: number): number {
    const allowed = allowedNow(this.perWindow, this.slowed, now);
    const soon = Math.min(WINDOW_MS, this.nextAt(now) - now);
    const first = Math.max(0, soon, this.pausedUntilMs - now);
    return first + Math.floor(ahead / allowed) * WINDOW_MS;
  }

  private letGo(owner: string | undefined, now: number): PacedCall {
    this.remember(owner);
    if (this.perWindow === 0) return UNCOUNTED;
    const call: PacedCall = { freeAtMs: now + this.unansweredMs };
    this.counted.add(call);
    return call;
  }

  private remember(owner: string | undefined): void {
    if (owner === undefined) return;
    if (this.served.size === MAX_OWNERS) this.served.clear();
    this.servings += 1;
    this.served.set(owner, this.servings);
  }
}

function busy(waitMs: number): AvatarError {
  return new AvatarError('vendor_busy', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
