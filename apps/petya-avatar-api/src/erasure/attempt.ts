import { Logger } from '@nestjs/common';
import { describeCause } from '#platform';

/** Does one account's part of a larger work. It resolves also where that fails. */
export type Attempt = (accountId: string, work: () => Promise<void>) => Promise<void>;

const logger = new Logger('Erasure');

/** A failure is said, and left to the next time. */
export const attempt: Attempt = async (accountId, work) => {
  try {
    await work();
  } catch (error) {
    logger.warn({ erasureNotResumed: accountId, cause: describeCause(error) });
  }
};
