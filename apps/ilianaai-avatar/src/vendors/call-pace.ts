import { AvatarError } from '../errors.js';

/** The vendor's window is a second. Calls that leave evenly do not arrive evenly, hence a tenth more. */
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
 * When the next call may go out.
 * @param begun when the latest calls went out, oldest first
 * @param allowed calls in a window
 */
export function nextCallAt(
  begun: readonly number[],
  allowed: number,
  pausedUntilMs: number,
): number {
  const before = begun.length < allowed ? undefined : begun[begun.length - allowed];
  return Math.max(pausedUntilMs, before === undefined ? 0 : before + WINDOW_MS);
}

interface Waiter {
  readonly go: () => void;
  readonly patience: NodeJS.Timeout;
}

/**
 * Lets calls to one endpoint of a vendor out at its rate, in the order in which they came. What the
 * vendor refuses for too many calls holds up all others too, and goes first when it goes on.
 */
export class CallPace {
  private begun: number[] = [];
  private readonly waiting: Waiter[] = [];
  private pausedUntilMs = 0;
  private slowed: Slowed | null = null;
  private alarm: NodeJS.Timeout | undefined;

  /** @param perWindow calls in each second; 0 is no limit but the vendor's own */
  constructor(private readonly perWindow: number) {}

  /**
   * Waits for a call's turn.
   * @param patienceMs longest that it may wait
   * @param isAgain whether it was refused, and goes before all others
   * @returns undefined where it may go out now
   * @throws AvatarError `vendor_busy` where its turn does not come in time
   */
  turn(patienceMs: number, isAgain = false): Promise<void> | undefined {
    const now = performance.now();
    if (this.waiting.length === 0 && this.nextAt(now) <= now) {
      this.note(now);
      return undefined;
    }
    const waitMs = this.waitMs(now, isAgain ? 0 : this.waiting.length);
    if (waitMs > patienceMs) throw busy(waitMs);
    return this.wait(patienceMs, isAgain);
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
      const to = Math.max(1, Math.floor(allowedNow(this.perWindow, this.slowed, now) / 2));
      this.slowed = { to, atMs: now };
    }
    this.arm(now);
  }

  private wait(patienceMs: number, isAgain: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(busy(this.waitMs(performance.now(), this.waiting.length)));
      }, patienceMs);
      const waiter: Waiter = { go: resolve, patience };
      if (isAgain) this.waiting.unshift(waiter);
      else this.waiting.push(waiter);
      this.arm(performance.now());
    });
  }

  private letOut(): void {
    for (let now = performance.now(); this.waiting.length > 0; now = performance.now()) {
      if (this.nextAt(now) > now) return this.arm(now);
      const waiter = this.waiting.shift();
      clearTimeout(waiter?.patience);
      this.note(now);
      waiter?.go();
    }
  }

  private arm(now: number): void {
    clearTimeout(this.alarm);
    if (this.waiting.length === 0) return;
    // A timer may be a fraction of a millisecond early.
    this.alarm = setTimeout(() => this.letOut(), Math.ceil(this.nextAt(now) - now));
  }

  private nextAt(now: number): number {
    return nextCallAt(this.begun, allowedNow(this.perWindow, this.slowed, now), this.pausedUntilMs);
  }

  /** How long a call waits that has so many before it, as far as is known now. */
  private waitMs(now: number, ahead: number): number {
    const allowed = allowedNow(this.perWindow, this.slowed, now);
    return Math.max(0, this.nextAt(now) - now) + Math.floor(ahead / allowed) * WINDOW_MS;
  }

  private note(now: number): void {
    if (this.perWindow === 0) return;
    this.begun.push(now);
    if (this.begun.length > this.perWindow) this.begun.shift();
  }
}

function busy(waitMs: number): AvatarError {
  return new AvatarError('vendor_busy', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
}
