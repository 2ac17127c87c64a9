import { Injectable, Logger } from '@nestjs/common';
import { failPoint } from '#platform';
import { AvatarConfig } from '../../config/avatar-config.js';
import {
  type DeliveryResult,
  DeliveryService,
  putTogetherAgain,
} from '../../delivery/delivery.service.js';
import { DatabaseClock } from '../../clock/database-clock.js';
import { keepLease } from '../../sessions/domain/session-moves.js';
import { sessionNames } from '../../sessions/domain/session-names.js';
import { SessionStore } from '../../sessions/store/session-store.service.js';
import type { Session } from '../../sessions/domain/session.js';
import type { UpkeepStep } from './step.js';

/** Sends the current version of a session to Petya once and writes down what came of it. */
@Injectable()
export class DeliverStep implements UpkeepStep {
  private readonly logger = new Logger('Delivery');

  constructor(
    private readonly sessions: SessionStore,
    private readonly deliveries: DeliveryService,
    private readonly clock: DatabaseClock,
    private readonly config: AvatarConfig,
  ) {}

  async run(held: Session): Promise<Session | null> {
    await failPoint('deliver.claimed');
    const result = await this.deliveries.send(held);
    await failPoint('deliver.answered');
    const now = this.clock.now();
    if (result === null) return this.putTogetherFirst(held, now);
    const after = await this.sessions.writeAndRelease(held, (session) =>
      this.deliveries.afterAttempt(session, result, now),
    );
    if (after === null) await this.keepTaken(held, result, now);
    await failPoint('deliver.recorded');
    this.logger.log({
      delivery: after?.state ?? 'lease lost',
      ...sessionNames(held),
      version: result.version,
      answer: result.attempt.summary,
    });
    return after;
  }

  /**
   * That Petya has taken a version stays true for whoever has lost the lease meanwhile, to a turn that
   * was counted late: kept, it is not sent again.
   */
  private async keepTaken(held: Session, result: DeliveryResult, now: Date): Promise<void> {
    await this.sessions.readAndChange(held, (session) =>
      this.deliveries.afterTaken(session, result, now),
    );
  }

  /**
   * What is put together goes on under this lease: it would be due for both, and whoever sends looks
   * at least as often as whoever reads.
   */
  private putTogetherFirst(held: Session, now: Date): Promise<Session | null> {
    const { leaseSeconds } = this.config.budgets;
    return this.sessions.writeAndRelease(held, (session) => ({
      ...putTogetherAgain(session, now),
      ...keepLease(session, 'life', now, leaseSeconds),
    }));
  }
}
