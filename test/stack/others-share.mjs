// Plain JavaScript: `npm test` reads it before anything is installed.
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 1_000;

/** From here on a test would have less than half of what it needs. */
const BUSY_SHARE = 0.5;

/** Looks at the processors for a second, in which this process does nothing: 0 idle, 1 all taken. */
export async function othersShare() {
  const before = cpus();
  await delay(LOOK_MS);
  return shareBetween(before, cpus());
}

/** Of all processors' time between two looks, what was not idle. */
export function shareBetween(before, after) {
  const idle = sumOf(after, ({ times }) => times.idle) - sumOf(before, ({ times }) => times.idle);
  const all = sumOf(after, timeOf) - sumOf(before, timeOf);
  return all > 0 ? 1 - idle / all : 0;
}

/**
 * How many test files run side by side. On a busy machine half as many: what each promises within
 * seconds it would not keep beside that many neighbours of its own.
 */
export function workersFor(most, share) {
  return isBusy(share) ? Math.ceil(most / 2) : most;
}

export function isBusy(share) {
  return share >= BUSY_SHARE;
}

function timeOf({ times }) {
  return Object.values(times).reduce((sum, time) => sum + time, 0);
}

function sumOf(processors, time) {
  return processors.reduce((sum, processor) => sum + time(processor), 0);
}
