import { Injectable } from '@nestjs/common';

/** Whether this process is on its way out. Health, the worker and the sockets ask it. */
@Injectable()
export class Lifecycle {
  private readonly controller = new AbortController();

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
}
