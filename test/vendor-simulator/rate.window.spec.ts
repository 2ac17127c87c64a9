import { expect, it } from '@jest/globals';
import { RateWindow } from './rate.window.js';

it('counts each caller for itself and starts anew with the second', () => {
  const window = new RateWindow();
  const remaining = (caller: string, ms: number) => window.count(caller, 2, ms).remaining;
  expect([1, 2, 3].map(() => remaining('a', 5_100))).toEqual([1, 0, -1]);
  expect(remaining('b', 5_200)).toBe(1);
  expect(remaining('a', 6_000)).toBe(1);
  expect(window.count('a', 2, 6_250).resetSeconds).toBe(0.75);
});
