import { Logger } from '@nestjs/common';
import { delay, describeCause } from '#platform';
import type { TurnCount } from '../sessions/store/session-store.service.js';

/** How long counts are gathered: the caps of a session may be noticed so much later. */
const GATHER_MS = 250;

/** Of so many sessions at most the log tells which ones they are. */
const TOLD = 20;

/**
 * Adds up what turns weigh and writes it down a few times a second. Nothing but the caps of a
 * session reads it, so no answer waits for it, and a count that a crash loses costs a few turns of
 * exactness in a limit.
 */
export class TurnCounter {
  private readonly logger = new Logger('Turns');
  private waiting = new Map<string, TurnCount>();
  private writing: Promise<void> | null = null;

  constructor(private readonly write: (counts: readonly TurnCount[]) => Promise<void>) {}

  add(counts: readonly TurnCount[]): void {
    for (const { session, turns, textBytes } of counts) {
      const known = this.waiting.get(session.id) ?? { session, turns: 0, textBytes: 0 };
      this.waiting.set(session.id, {
        session,
        turns: known.turns + turns,
        textBytes: known.textBytes + textBytes,
      });
    }
    this.writing ??= this.writeAll().finally(() => (this.writing = null));
  }

  /** Resolves when everything is written down. */
  async idle(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.size > 0) {
      await delay(GATHER_MS);
      const counts = [...this.waiting.values()];
      this.waiting = new Map();
      await this.write(counts).catch((error: unknown) => {
        const traceIds = counts.flatMap(({ session }) => session.traceId ?? []);
        const cause = describeCause(error);
        this.logger.warn({
          turnsNotCounted: counts.length,
          traceIds: traceIds.slice(0, TOLD),
          cause,
        });
      });
    }
  }
}
