import { Logger } from '@nestjs/common';
import { type CauseDescription, describeCause } from '../../errors/describe-cause.js';

/** So often it is told how many were lost. */
const TELL_MS = 60_000;

/** Counts spans that reach nobody, and tells of them now and then: a line for each would be a flood. */
export class LostSpans {
  private readonly logger = new Logger('Traces');
  private count = 0;
  private cause: CauseDescription | undefined;
  private toldAtMs = -Infinity;

  /** @param error where the collector gave one; without it there was no room for them */
  add(count: number, error?: unknown): void {
    this.count += count;
    if (error !== undefined) this.cause = describeCause(error);
    if (performance.now() - this.toldAtMs >= TELL_MS) this.tell();
  }

  /** Tells of those that were not told of yet. */
  tell(): void {
    if (this.count === 0) return;
    const cause = this.cause ? { cause: this.cause } : {};
    this.logger.warn({ spansLost: this.count, ...cause });
    this.count = 0;
    this.cause = undefined;
    this.toldAtMs = performance.now();
  }
}
