import { setTimeout as sleep } from 'node:timers/promises';

/** Polls until something holds. False when it does not within the time. */
export async function holdsWithin(
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
