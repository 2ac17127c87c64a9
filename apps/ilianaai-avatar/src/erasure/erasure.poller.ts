import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { ErasureOrderDto } from '#contracts';
import { describeCause, failPoint, PeriodicTask } from '#platform';
import { AvatarConfig } from '../config/avatar-config.js';
import { DatabaseClock } from '../clock/database-clock.js';
import { SessionStore } from '../sessions/store/session-store.service.js';
import { ErasureOrdersService } from './erasure-orders.service.js';
import { PetyaErasuresClient } from './petya-erasures.client.js';

/** A Petya that has no erasures may have some after its next release. */
const NOT_OURS_MS = 10 * 60_000;

/** Most answers with orders read in one round. */
const MAX_ANSWERS = 1_000;

/** Asks Petya for erasures from time to time, in every replica, and confirms what is done. */
@Injectable()
export class ErasurePoller implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Erasure');
  private readonly task: PeriodicTask;
  private hasErasures = true;
  private isFailing = false;
  private arePurgesDated = false;

  constructor(
    private readonly petya: PetyaErasuresClient,
    private readonly orders: ErasureOrdersService,
    private readonly sessions: SessionStore,
    private readonly clock: DatabaseClock,
    config: AvatarConfig,
  ) {
    const pollMs = config.budgets.erasurePollSeconds * 1000;
    this.task = new PeriodicTask({
      pauseMs: () => (this.hasErasures ? pollMs : Math.max(pollMs, NOT_OURS_MS)),
      run: async (signal) => {
        await this.datePurges();
        await this.round(signal);
      },
      onError: (error) => this.logger.warn({ erasuresNotAsked: describeCause(error) }),
    });
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }

  private async round(signal: AbortSignal): Promise<void> {
    try {
      this.hasErasures = await this.carryOutAll(signal);
      this.isFailing = false;
    } catch (error) {
      // Once an outage: it is asked every few seconds.
      if (!this.isFailing) this.logger.warn({ erasuresNotAsked: describeCause(error) });
      this.isFailing = true;
      this.hasErasures = true;
    }
  }

  /**
   * All of them, also where one waits for a vendor: none keeps another from being begun.
   * @returns false where Petya has no such thing
   */
  private async carryOutAll(signal: AbortSignal): Promise<boolean> {
    let after: string | null = null;
    for (let answer = 0; answer < MAX_ANSWERS && !signal.aborted; answer += 1) {
      const orders = await this.petya.list(after);
      if (orders === null) return false;
      const last = orders.at(-1)?.erasureId;
      if (last === undefined || last === after) return true;
      await failPoint('erase.fetched');
      for (const order of orders) await this.carryOut(order);
      after = last;
    }
    return true;
  }

  /** One that fails is tried again with the next round, and holds up no other one. */
  private async carryOut(order: ErasureOrderDto): Promise<void> {
    const { erasureId, accountId } = order;
    try {
      if (!(await this.orders.carryOut(order))) return;
      await failPoint('erase.beforeConfirm');
      await this.petya.confirm(erasureId);
      this.logger.log({ erasureDone: erasureId, accountId });
    } catch (error) {
      this.logger.warn({ erasureLeft: erasureId, accountId, cause: describeCause(error) });
    }
  }

  /** Once; not before the database is there. */
  private async datePurges(): Promise<void> {
    if (this.arePurgesDated) return;
    try {
      await this.sessions.datePurges(this.clock.now());
      this.arePurgesDated = true;
    } catch (error) {
      this.logger.warn({ purgesNotDated: describeCause(error) });
    }
  }
}
