import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { delay, describeCause, sharedAbort } from '#platform';
import type { SessionNames } from '../sessions/domain/session-names.js';
import type { Vendor } from './vendor.js';

/** Pause after the first attempt; each is twice as long as the one before, up to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

type OwedNames = Partial<SessionNames> & Required<Pick<SessionNames, 'sessionId'>>;

/**
 * Stops what the vendor runs and no record of ours knows of: nobody else can, and it costs money.
 * It is tried for as long as the process lives, and once more when it goes.
 */
@Injectable()
export class OwedStops implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Stop');
  private readonly closing = sharedAbort();
  private readonly owed = new Map<string, Promise<void>>();

  /**
   * @param names what the log calls it beside the vendor's id
   * @returns when the session is stopped, or the process ends. It never rejects.
   */
  stop(vendor: Vendor, vendorSessionId: string, names: Partial<SessionNames> = {}): Promise<void> {
    const key = `${vendor.name} ${vendorSessionId}`;
    const known = this.owed.get(key);
    if (known) return known;
    const stopping = this.tryUntilStopped(vendor, { ...names, sessionId: vendorSessionId }).finally(
      () => void this.owed.delete(key),
    );
    this.owed.set(key, stopping);
    return stopping;
  }

  /** What waits for its next attempt has it now. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    await Promise.all(this.owed.values());
  }

  private async tryUntilStopped(vendor: Vendor, names: OwedNames): Promise<void> {
    const { signal } = this.closing;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      const isLast = signal.aborted;
      try {
        return await vendor.stop(names.sessionId);
      } catch (error) {
        const cause = describeCause(error);
        this.logger.warn({ owedStopFailed: vendor.name, ...names, cause });
      }
      if (isLast) return;
      await delay(pauseMs, { signal }).catch(() => undefined);
    }
  }
}
