import { Injectable } from '@nestjs/common';
import { AppError, delay } from '#platform';
import { AvatarError } from '../errors.js';
import { ResolveStartStep } from '../upkeep/steps/resolve-start.step.js';
import { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import { mayHaveActed } from '../vendors/outcome.js';
import type { Media, Room, StartedSession } from '../vendors/vendor.js';
import { VendorRegistry } from '../vendors/vendor-registry.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { giveUp } from './domain/session-moves.js';
import { SessionStore } from './store/session-store.service.js';
import { isAtVendor, type Session, type SessionAtVendor, type StopWish } from './domain/session.js';

/**
 * A vendor frees a slot late after one of our stops: a full vendor is asked again for so long, and so is
 * one that asks to slow down. Neither has acted.
 */
const PATIENCE_MS = 3_000;
const FULL_PAUSE_MS = 500;

const FAILED = { reason: 'vendor_fault', by: 'vendor' } as const satisfies StopWish;

/** Asks the vendor to start a session and never guesses what an unanswered call has done. */
@Injectable()
export class VendorStart {
  constructor(
    private readonly vendors: VendorRegistry,
    private readonly sessions: SessionStore,
    private readonly resolve: ResolveStartStep,
    private readonly worker: UpkeepWorker,
    private readonly clock: DatabaseClock,
  ) {}

  /**
   * @param vendorToken null when our secrets have changed since the token was made
   * @throws AvatarError after the record says what became of the session
   */
  async start(held: Session, vendorToken: string | null): Promise<StartedSession> {
    if (!isAtVendor(held) || vendorToken === null) {
      return this.failed(held, new AvatarError('session_ended'));
    }
    try {
      return await this.startPatiently(held, vendorToken);
    } catch (error) {
      return this.failed(held, error);
    }
  }

  /** How a browser joins the room of a session that was started. */
  roomOf(session: Session, media: Media): Room {
    return this.vendors.of(session).roomOf(media);
  }

  /** The vendor has started a session that our record knows nothing of: nobody else will stop it. */
  undo(held: Session): void {
    if (isAtVendor(held)) void this.vendors.stopOwed(held);
  }

  private async startPatiently(
    held: SessionAtVendor,
    vendorToken: string,
  ): Promise<StartedSession> {
    const { vendorSessionId } = held;
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.vendors.of(held).start({ vendorSessionId, vendorToken });
      } catch (error) {
        const pauseMs = pauseAfter(error);
        if (pauseMs === null || performance.now() + pauseMs > deadline) throw error;
        await delay(pauseMs);
      }
    }
  }

  private async failed(held: Session, error: unknown): Promise<never> {
    if (!mayHaveActed(error)) {
      await this.sessions.writeAndRelease(held, (current) =>
        current.state === 'starting' ? giveUp(current, FAILED, this.clock.now()) : null,
      );
      this.worker.wake();
      throw afterFailedStart(error);
    }
    const resolved = await this.resolve.run(held);
    this.worker.resume(resolved);
    if (resolved?.state === 'failed') throw afterFailedStart(error);
    throw afterFailedStart(
      new AvatarError('start_unresolved', { cause: error, retryAfterSeconds: 1 }),
    );
  }
}

/** How long a start that was refused waits before it is asked for again; null where that is no use. */
function pauseAfter(error: unknown): number | null {
  if (!(error instanceof AppError)) return null;
  if (error.code === 'vendor_full') return FULL_PAUSE_MS;
  return error.code === 'vendor_busy' ? (error.details.retryAfterSeconds ?? 1) * 1000 : null;
}

/** A session that could not be started is given up: its token starts nothing any more. */
function afterFailedStart(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  return new AppError(error.code, { ...error.details, instead: 'Ask for a new token.' });
}
