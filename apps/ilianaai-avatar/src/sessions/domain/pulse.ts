/**
 * Keep-alives that come without a promise, one after the other. The vendor's SDK sends one a minute by
 * itself where a page switches that on (`autoKeepAlive`): as good as a promise of the next one.
 */
export interface Pulse {
  /** The last of them. */
  readonly at: Date;
  /** How many before it came about a minute after the one before them, without a break. */
  readonly regular: number;
}

/** What the SDK's timer is set to, in seconds. */
const PULSE_SECONDS = 60;

/** Bounds of a minute: a timer may be late, and a call takes its time. */
const REGULAR_SECONDS = [50, 75] as const;

/** Fewer may be a page that calls by chance, say when its visitor clicks. */
const ENOUGH = 2;

/** The pulse with a keep-alive that came now. */
export function beat(pulse: Pulse | null, at: Date): Pulse {
  const gapSeconds = pulse ? (at.getTime() - pulse.at.getTime()) / 1000 : 0;
  const [least, most] = REGULAR_SECONDS;
  const isRegular = gapSeconds >= least && gapSeconds <= most;
  return { at, regular: pulse && isRegular ? pulse.regular + 1 : 0 };
}

/** Within how many seconds a pulse has its next beat; null where it is not regular. */
export function promisedBy(pulse: Pulse | null): number | null {
  return pulse && pulse.regular >= ENOUGH ? PULSE_SECONDS : null;
}
