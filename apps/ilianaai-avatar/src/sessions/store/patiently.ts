import { delay, isDatabaseFault, isDuplicateKey } from '#platform';

/** Pause after the first attempt; each is twice as long as the one before, up to the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Writes again while the database is away: what was paid for is not given up for an election.
 * @param write may have taken effect though it failed; it is given the same question again
 * @param untilMs by `performance.now()`; later no attempt is begun
 * @param hurry once it aborts there is one more attempt, at once
 * @throws what the last attempt throws, and at once what is no fault of the database
 */
export async function patiently<T>(
  write: () => Promise<T>,
  untilMs: number,
  hurry?: AbortSignal,
): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const isLast = hurry?.aborted === true;
    try {
      return await write();
    } catch (error) {
      const isWeather = isDatabaseFault(error) && !isDuplicateKey(error);
      if (!isWeather || isLast || performance.now() + pauseMs >= untilMs) throw error;
      await delay(pauseMs, { signal: hurry }).catch(() => undefined);
    }
  }
}
