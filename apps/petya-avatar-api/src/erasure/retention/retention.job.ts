import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { describeCause } from '#platform';
import { setTimeout as delay } from 'node:timers/promises';
import { PetyaConfig } from '../../config/petya-config.js';
import { RetentionService } from './retention.service.js';

/** Sweeps from time to time in every replica; a sweep may run in two of them at once. */
@Injectable()
export class RetentionJob implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Retention');
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly retention: RetentionService,
    private readonly config: PetyaConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (await this.pause()) {
      try {
        await this.retention.sweep(new Date(), this.stopped.signal);
      } catch (error) {
        this.logger.warn({ sweepFailed: describeCause(error) });
      }
    }
  }

  /** False when the app is shutting down. */
  private async pause(): Promise<boolean> {
    const pauseMs = this.config.retentionSweepSeconds * 1000;
    // A tenth more or less, so that replicas that started together drift apart.
    const spreadMs = pauseMs * (0.9 + Math.random() * 0.2);
    const { signal } = this.stopped;
    await delay(spreadMs, undefined, { signal, ref: false }).catch(() => undefined);
    return !signal.aborted;
  }
}
