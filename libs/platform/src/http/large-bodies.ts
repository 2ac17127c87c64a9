import type { Request, Response } from 'express';
import { AppError } from '../errors/app-error.js';

/** Bodies over the usual size that are in memory at the same time. */
const MAX_AT_ONCE = 2;

/** Requests that wait for their turn, unread; more are told to come again. */
const MAX_WAITING = 200;

/** How long somebody who is turned away is asked to wait. */
const RETRY_SECONDS = 2;

/** A body of up to so many bytes needs no room. */
export const SMALL_BODY_BYTES = 64 * 1024;

/** The room that one request's large body takes up, until it has its answer. */
export interface Room {
  /** Whether the request announces more than the usual size. */
  readonly isNeededNow: boolean;
  /** Resolves when there is room. @throws AppError `overloaded` when too many wait already */
  wait(): Promise<void>;
}

/** Bounds what large bodies may take of the memory: few at the same time, the others wait unread. */
export class LargeBodies {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly maxAtOnce = MAX_AT_ONCE,
    private readonly maxWaiting = MAX_WAITING,
  ) {}

  roomFor(request: Request, response: Response): Room {
    let held = false;
    return {
      isNeededNow: Number(request.headers['content-length'] ?? 0) > SMALL_BODY_BYTES,
      wait: async () => {
        if (held) return;
        held = true;
        await this.take(response);
      },
    };
  }

  private async take(response: Response): Promise<void> {
    if (this.taken < this.maxAtOnce) this.taken += 1;
    else {
      if (this.waiting.length >= this.maxWaiting) {
        throw new AppError('overloaded', { retryAfterSeconds: RETRY_SECONDS });
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    // Also when the caller went away while it waited.
    if (response.destroyed || response.closed) return this.free();
    response.once('close', () => this.free());
  }

  private free(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.taken -= 1;
  }
}
