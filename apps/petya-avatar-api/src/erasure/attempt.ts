import { Logger } from '@nestjs/common';
import { describeCause } from '#platform';

const logger = new Logger('Erasure');

/**
 * Does one account's part of a larger work. A failure is said, and left to the next time.
 * @returns what the work gave; null where it failed
 */
export async function attempt<Result>(
  accountId: string,
  work: () => Promise<Result>,
): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    logger.warn({ erasureNotResumed: accountId, cause: describeCause(error) });
    return null;
  }
}
