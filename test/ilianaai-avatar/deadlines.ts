import { jest } from '@jest/globals';

/** Every deadline of ours divides by it: a signal takes whole milliseconds only. */
const TIMES_FASTER = 20;

/** The shortest deadline; timers below it are no deadlines and keep their pace. */
const SHORTEST_MS = 5_000;

/**
 * Lets time pass twenty times as fast for deadlines, until `jest.restoreAllMocks()`.
 * @returns the deadlines that were asked for, in milliseconds
 */
export function shortenDeadlines(): readonly number[] {
  const asked: number[] = [];
  const shorten = (ms: number): number => {
    if (ms < SHORTEST_MS) return ms;
    asked.push(ms);
    return ms / TIMES_FASTER;
  };
  const signalIn = AbortSignal.timeout.bind(AbortSignal);
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => signalIn(shorten(ms)));
  const runIn = globalThis.setTimeout;
  // With its arguments: the timers of libraries come by here as well.
  const runSooner = ((run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    runIn(run, shorten(ms), ...args)) as typeof setTimeout;
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(runSooner);
  return asked;
}
