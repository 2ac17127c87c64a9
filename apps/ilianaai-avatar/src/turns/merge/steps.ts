import { setImmediate as nextTurn } from 'node:timers/promises';

/** A computation that may pause at each `yield`; between two of them is little to do. */
export type Steps<T> = Generator<void, T, void>;

/** Longest that one computation keeps the event loop before others have their turn. */
const SLICE_MS = 10;

/** What takes no longer is done without waiting for a turn. */
const AT_ONCE_MS = 1;

/** Runs a computation to its end without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Runs a computation to its end in slices, between which the event loop goes round. */
export async function inSlices<T>(steps: Steps<T>): Promise<T> {
  let sliceMs = AT_ONCE_MS;
  for (;;) {
    const endMs = performance.now() + sliceMs;
    let step = steps.next();
    while (!step.done && performance.now() < endMs) step = steps.next();
    if (step.done) return step.value;
    await ownTurn();
    sliceMs = SLICE_MS;
  }
}

let lastTurn: Promise<void> = Promise.resolve();

/**
 * Resolves in a turn of the event loop that no other caller shares. Callers that merely waited for
 * the next turn would all run in the same one, and ten slices in a row are one long stretch.
 */
export function ownTurn(): Promise<void> {
  lastTurn = lastTurn.then(() => nextTurn());
  return lastTurn;
}
