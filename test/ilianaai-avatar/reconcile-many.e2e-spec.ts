import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { compared, dayBefore, inDay, seedEqual } from './reconciliation.js';
import { startWorld, type World } from './world.js';

const MANY = 10_000;
/** Of them, those that the vendor alone has. */
const STRANGERS = 1_500;

let world: World;

beforeAll(async () => {
  // The pace of production: the vendor's calls are most of the time.
  const environment = { ADMIN_TOKEN: PETYA_ADMIN_TOKEN, VENDOR_CALLS_PER_SECOND: '10' };
  world = await startWorld({ environment });
}, 60_000);
afterAll(() => world.stop());

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** The most that is held at once while something is done, beyond what was held before. */
async function heldWhile(work: () => Promise<void>): Promise<number> {
  const before = heldBytes();
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, heldBytes() - before)), 2_000);
  await work().finally(() => clearInterval(timer));
  return most;
}

describe('a day of ten thousand sessions', () => {
  it('is compared page by page', async () => {
    const day = dayBefore(2);
    await seedEqual(world, day, MANY - STRANGERS);
    for (let from = 0; from < STRANGERS; from += 500) {
      await world.vendor.enter(
        Array.from({ length: 500 }, (_, index) => ({
          startedAt: inDay(day, 20_000 + from + index),
          endedAt: inDay(day, 20_060 + from + index),
        })),
      );
    }
    const sinceMs = performance.now();
    const held = await heldWhile(async () => {
      const report = await compared(world.avatar, day);
      expect(report).toMatchObject({
        verdicts: { equal: MANY - STRANGERS, missing_here: STRANGERS, missing_there: 0 },
        sums: { sessions: MANY - STRANGERS, vendorSessions: MANY },
        truncated: true,
      });
      expect(report.rows).toHaveLength(1_000);
    });
    const seconds = ((performance.now() - sinceMs) / 1000).toFixed(1);
    const megabytes = (held / 1024 / 1024).toFixed(1);
    process.stdout.write(`${MANY} sessions: ${seconds} s, ${megabytes} MB more at most\n`);
  }, 180_000);
});
