const JITTER_SHARE = 0.2;
const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;

export interface AttemptState {
  /** Attempts made so far: 0 before the first, 1 after the first has failed. */
  attempt: number;
  /** Delay in seconds before each attempt, the first one's first (`RETRY_STEPS_SECONDS`). */
  steps: readonly number[];
  /** Time since the first attempt. */
  ageSeconds: number;
  /** What the last answer asked for, if it did. */
  retryAfterSeconds?: number;
  /** From 0 to below 1, as `Math.random` gives. */
  random: number;
}

/**
 * Seconds to wait before the next attempt: the configured steps, then the last of them again until
 * a day has passed, then one hour, without end. A step is spread by ±20 % so that sessions that
 * failed together do not return together. `Retry-After` counts between one and two of our own steps:
 * a server cannot make us hurry, nor put a transcript off for ten years.
 */
export function nextAttemptDelaySeconds(state: AttemptState): number {
  const { attempt, steps, ageSeconds, retryAfterSeconds, random } = state;
  const repeatedStep = ageSeconds < DAY_SECONDS ? (steps.at(-1) ?? HOUR_SECONDS) : HOUR_SECONDS;
  const step = steps[attempt] ?? repeatedStep;
  if (retryAfterSeconds === undefined) return step * (1 + JITTER_SHARE * (2 * random - 1));
  // Spread to later only: coming before the time asked for would be refused again.
  const asked = Math.max(step, retryAfterSeconds) * (1 + JITTER_SHARE * random);
  return Math.min(asked, 2 * step);
}
