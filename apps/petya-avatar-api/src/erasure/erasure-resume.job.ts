import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { describeCause, PeriodicTask } from '#platform';
import { ErasureService } from './erasure.service.js';

/** How often it is looked for erasures whose process died. */
const LOOK_MS = 10_000;

/** One that began so recently is being carried out. */
const PATIENCE_MS = 10_000;

/** An erasure that was ordered ends, whoever dies meanwhile: every replica looks for it. */
@Injectable()
export class ErasureResumeJob implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Erasure');
  private readonly task: PeriodicTask;

  constructor(erasure: ErasureService) {
    this.task = new PeriodicTask({
      pauseMs: () => LOOK_MS,
      run: (signal) => erasure.resume(new Date(Date.now() - PATIENCE_MS), signal),
      onError: (error) => this.logger.warn({ erasureNotResumed: describeCause(error) }),
    });
  }

  onApplicationBootstrap(): void {
    this.task.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.task.stop();
  }
}
