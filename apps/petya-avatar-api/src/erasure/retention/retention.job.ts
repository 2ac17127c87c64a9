import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { describeCause, PeriodicTask } from '#platform';
import { PetyaConfig } from '../../config/petya-config.js';
import { RetentionService } from './retention.service.js';

/** Sweeps from time to time in every replica; a sweep may run in two of them at once. */
@Injectable()
export class RetentionJob implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Retention');
  private readonly task: PeriodicTask;

  constructor(retention: RetentionService, config: PetyaConfig) {
    this.task = new PeriodicTask({
      // A tenth more or less, so that replicas that started together drift apart.
      pauseMs: () => config.retentionSweepSeconds * 1000 * (0.9 + Math.random() * 0.2),
      run: (signal) => retention.sweep(new Date(), signal),
      onError: (error) => this.logger.warn({ sweepFailed: describeCause(error) }),
    });
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }
}
