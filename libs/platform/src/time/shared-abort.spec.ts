import { expect, it } from '@jest/globals';
import { getMaxListeners } from 'node:events';
import { delay } from './delay.js';
import { sharedAbort } from './shared-abort.js';

it('an abort that many wait for ends all their waits, and Node takes them for no leak', async () => {
  const controller = sharedAbort();
  const waits = Array.from({ length: 20 }, () => delay(60_000, { signal: controller.signal }));
  controller.abort(new Error('going'));
  const ends = await Promise.allSettled(waits);
  expect(ends.map(({ status }) => status)).toEqual(waits.map(() => 'rejected'));
  expect(getMaxListeners(controller.signal)).toBe(Infinity);
});
