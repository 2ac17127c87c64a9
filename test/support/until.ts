import { setTimeout as delay } from 'node:timers/promises';
import { isDriversFault, isFaultyRun } from './faulty-run.js';

/**
 * Longer than any outcome takes on a machine that is busy with other things. What a fault of the
 * database interrupts goes on when its lease is over.
 */
const DEFAULT_MS = isFaultyRun ? 40_000 : 30_000;
const PAUSE_MS = 20;

/**
 * Looks again and again until `look` gives something, and gives that. Tests wait for outcomes with
 * it and never sleep for a time that may be too short or too long.
 * @param what named in the failure
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  withinMs: number = DEFAULT_MS,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look().catch(nothingYet);
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`after ${withinMs} ms still not: ${what}`);
    await delay(PAUSE_MS);
  }
}

function nothingYet(error: unknown): null {
  if (isDriversFault(error)) return null;
  throw error;
}
