import { Injectable, Logger } from '@nestjs/common';
import { AppError, failPoint, nextAttemptDelaySeconds } from '#platform';
import { AvatarConfig } from '../../config/avatar-config.js';
import { DeliveryService } from '../../delivery/delivery.service.js';
import { DatabaseClock } from '../../clock/database-clock.js';
import { blank } from '../../sessions/domain/session-moves.js';
import { sessionNames } from '../../sessions/domain/session-names.js';
import { later } from '../../sessions/domain/session-timing.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import type { ErasureProgress, Session } from '../../sessions/domain/session.js';
import { VendorRegistry } from '../../vendors/vendor-registry.js';
import type { UpkeepStep } from './step.js';

/** How long a vendor is asked to delete what it kept, before the operator has to: two weeks. */
const VENDOR_SECONDS = 14 * 86_400;

/**
 * Erases a session that is over: its turns, what the vendor kept of it, its turns again once every
 * late writer is done, and then its record but for what is billed. Each part may be repeated.
 */
@Injectable()
export class EraseStep implements UpkeepStep {
  private readonly logger = new Logger('Erasure');

  constructor(
    private readonly sessions: SessionStore,
    private readonly deliveries: DeliveryService,
    private readonly vendors: VendorRegistry,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  async run(held: Session): Promise<Session | null> {
    await this.deliveries.removeWords(held);
    await failPoint('erase.turnsDeleted');
    const erasure = held.erasure ?? { isForgotten: false, failures: 0, nextAt: this.clock.now() };
    const fault = erasure.isForgotten ? null : await this.tellVendor(held);
    if (fault !== null) return this.tryLater(held, erasure, fault);
    await failPoint('erase.vendorForgot');
    const now = this.clock.now();
    const settledAt = later(held.erasedAt ?? now, this.config.budgets.erasureSettleSeconds);
    if (now.getTime() < settledAt.getTime()) {
      const waiting = { isForgotten: true, failures: 0, nextAt: settledAt };
      return this.sessions.writeAndRelease(held, () => ({ erasure: waiting }));
    }
    await this.deliveries.removeWords(held);
    await failPoint('erase.deletedAgain');
    return this.finish(held);
  }

  private async finish(held: Session): Promise<Session | null> {
    const { erasureSettleSeconds } = this.config.budgets;
    const lastLookAt = later(this.clock.now(), erasureSettleSeconds);
    const after = await this.sessions.writeAndRelease(held, (session) =>
      blank(session, lastLookAt),
    );
    await failPoint('erase.blanked');
    this.logger.log({ erased: held.vendor, ...sessionNames(held) });
    return after;
  }

  private isGivenUp({ erasedAt }: Session): boolean {
    const giveUpAt = erasedAt && later(erasedAt, VENDOR_SECONDS);
    return Boolean(giveUpAt) && Number(giveUpAt) <= this.clock.now().getTime();
  }

  /** Nothing else may wait for it for ever; the operator is told what is left to do. */
  private goOnWithout(held: Session, fault: string): Promise<Session | null> {
    this.logger.error({
      vendorKeeps: held.vendor,
      ...sessionNames(held),
      cause: fault,
      todo: 'The vendor did not delete the events of this session. Delete them by hand.',
    });
    const nextAt = this.clock.now();
    return this.sessions.writeAndRelease(held, () => ({
      erasure: { isForgotten: true, failures: 0, nextAt },
    }));
  }

  /** @returns what went wrong */
  private async tellVendor(held: Session): Promise<string | null> {
    if (held.vendorSessionId === null) return null;
    try {
      await this.vendors.of(held).forget(held.vendorSessionId);
      return null;
    } catch (error) {
      return error instanceof AppError ? error.code : 'unknown';
    }
  }

  /** The vendor is asked until it has deleted what it kept: nobody else would ask it. */
  private tryLater(
    held: Session,
    erasure: ErasureProgress,
    fault: string,
  ): Promise<Session | null> {
    const failures = erasure.failures + 1;
    if (this.isGivenUp(held)) return this.goOnWithout(held, fault);
    this.logger.warn({ vendorForgetsNot: fault, ...sessionNames(held), failures });
    const delay = nextAttemptDelaySeconds({
      attempt: failures,
      steps: this.config.budgets.retryStepsSeconds,
      ageSeconds: 0,
      random: Math.random(),
    });
    const nextAt = later(this.clock.now(), delay);
    return this.sessions.writeAndRelease(held, () => ({
      erasure: { isForgotten: false, failures, nextAt },
    }));
  }
}
