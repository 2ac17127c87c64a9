import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { AdminListener } from './admin-listener.js';
import { sharedAbort } from '../time/shared-abort.js';

/** Whether this process is on its way out. Health, the worker and the sockets ask it. */
@Injectable()
export class Lifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly controller = sharedAbort();
  /** The operator's door, where it is one of its own. It opens and closes with the app. */
  adminListener: AdminListener | null = null;

  /** Aborts when the drain begins. */
  get drainSignal(): AbortSignal {
    return this.controller.signal;
  }

  get isDraining(): boolean {
    return this.controller.signal.aborted;
  }

  beginDrain(): void {
    this.controller.abort();
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.adminListener?.open();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.adminListener?.close();
  }
}
