import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { describeCause } from '#platform';
import { setTimeout as delay } from 'node:timers/promises';
import { ErasureService } from './erasure.service.js';

/** How often it is looked for erasures whose process died. */
const LOOK_MS = 10_000;

/** One that began so recently is being carried out. */
const PATIENCE_MS = 10_000;

/** An erasure that was ordered ends, whoever dies meanwhile: every replica looks for it. */
@Injectable()
export class ErasureResumeJob implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Erasure');
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly erasure: ErasureService) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopped;
    for (;;) {
      await delay(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.erasure.resume(new Date(Date.now() - PATIENCE_MS), signal);
      } catch (error) {
        this.logger.warn({ erasureNotResumed: describeCause(error) });
      }
    }
  }
}
