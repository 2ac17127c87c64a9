import { jest } from '@jest/globals';

/** Every deadline of ours divides by it: a signal takes whole milliseconds only. */
const TIMES_FASTER = 20;

/**
 * Lets time pass twenty times as fast for deadlines, until `jest.restoreAllMocks()`.
 * @returns the deadlines that were asked for, in milliseconds
 */
export function shortenDeadlines(): readonly number[] {
  const asked: number[] = [];
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    asked.push(ms);
    return timeout(ms / TIMES_FASTER);
  });
  return asked;
}
