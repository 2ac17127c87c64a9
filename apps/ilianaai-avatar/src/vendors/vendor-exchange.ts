import type { Dispatcher } from 'undici';
import { AvatarError } from '../errors.js';

/** An answer that arrived whole. */
export interface WholeAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/** Largest answer that is read. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Makes one call and reads its answer, within a deadline on all of it: waiting for a connection,
 * too. Bytes are taken as they come; a stream with its iterator and a signal for each call would
 * cost as much as the rest of the call.
 * @throws AvatarError `vendor_timeout`, `vendor_garbled` for an answer that is too long, or what
 * undici says
 */
export function exchange(
  dispatcher: Dispatcher,
  request: Dispatcher.DispatchOptions,
  deadlineMs: number,
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(request, new Exchange(deadlineMs, resolve, reject));
  });
}

class Exchange implements Dispatcher.DispatchHandler {
  private readonly timer: NodeJS.Timeout;
  private readonly chunks: Buffer[] = [];
  private controller: Dispatcher.DispatchController | null = null;
  private fault: Error | null = null;
  private size = 0;
  private status = 0;
  private retryAfter: string | undefined;

  constructor(
    deadlineMs: number,
    private readonly resolve: (answer: WholeAnswer) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.timer = setTimeout(() => this.giveUp(new AvatarError('vendor_timeout')), deadlineMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Its deadline passed while it waited for a connection.
    if (this.fault) controller.abort(this.fault);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    const retryAfter = headers['retry-after'];
    this.status = status;
    this.retryAfter = typeof retryAfter === 'string' ? retryAfter : undefined;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > MAX_ANSWER_BYTES) this.giveUp(new AvatarError('vendor_garbled'));
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.timer);
    const text = Buffer.concat(this.chunks, this.size).toString('utf8');
    this.resolve({ status: this.status, retryAfter: this.retryAfter, text });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.timer);
    this.reject(error);
  }

  private giveUp(fault: Error): void {
    clearTimeout(this.timer);
    this.fault = fault;
    this.reject(fault);
    this.controller?.abort(fault);
  }
}
