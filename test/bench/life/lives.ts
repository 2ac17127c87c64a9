import type { Step } from './life-steps.js';

/** What the generator of lives is told to do. */
export interface LivesOrder {
  readonly port: number;
  /** How many lives; each takes a key `SE_life_…` in turn. */
  readonly lives: number;
  /** How they come; without it as fast as they go, a few at a time, and each stays open in the end. */
  readonly pace?: {
    /** Lives that begin each second, whether or not others were answered. */
    readonly perSecond: number;
    /** From one call of a life until its next is due. */
    readonly gapMs: number;
  };
}

/** Milliseconds from when each call was due until it was answered, by step. */
export interface LivesResult {
  readonly times: Readonly<Record<Step, readonly number[]>>;
  /** Answers that were not the expected ones, the first few as they were. */
  readonly wrong: readonly string[];
}
