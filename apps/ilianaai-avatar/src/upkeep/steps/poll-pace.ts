/** Longest a look at one running session may take; many others wait for the same few places. */
export const LOOK_MS = 5_000;

/** A look that takes no longer than this is no burden to anybody. */
const QUICK_MS = 1_000;

/** How many times longer the pause between two looks becomes at most. */
const MOST_TIMES = 4;

/**
 * How long a running session is not looked at again, in seconds. The slower the vendor or the
 * database, the longer: looks are put off before anything else waits for them.
 * @param everySeconds the pause while the vendor answers quickly
 * @param tookMs how long this look took from the claim on, whatever it brought
 */
export function pollPauseSeconds(everySeconds: number, tookMs: number): number {
  return everySeconds * Math.min(MOST_TIMES, Math.max(1, tookMs / QUICK_MS));
}
