import { SetMetadata } from '@nestjs/common';
import type { Order } from './gate.js';

/** Metadata of a route: how the gate takes its calls. */
export const ADMISSION = 'admission';

/** Nobody waits longer than this for an answer of a route that says nothing else. */
export const DEADLINE_MS = 5_000;

/** Somebody has spoken and waits. */
export const MESSAGE_DEADLINE_MS = 3_000;

/** The rest of the time is for the answer on its way: a busy process sends it later than it is made. */
const ANSWER_SHARE = 0.9;

export interface Admission {
  /**
   * `first` is never put off: it ends or keeps what is paid by the minute, and a refusal would save a
   * command or two; or it asks the database for nothing. `second` is what somebody talks with, `third`
   * all else.
   */
  readonly order: 'first' | Order;
  /** From its arrival, in milliseconds. */
  readonly deadlineMs: number;
}

/**
 * Says how a route's calls are admitted when more come than can be worked on. A route without it is
 * of order `third`.
 * @param deadlineMs a call that cannot be answered in that time is refused; one that is at work goes on
 */
export const Admitted = (order: Admission['order'], deadlineMs = DEADLINE_MS) =>
  SetMetadata(ADMISSION, { order, deadlineMs } satisfies Admission);

/** Until when an answer, or a refusal, is to be made. */
export function answerDueAtMs(cameAtMs: number, deadlineMs: number): number {
  return cameAtMs + ANSWER_SHARE * deadlineMs;
}
