import { describe, expect, it } from '@jest/globals';
import { SimulatorClock } from './clock.js';

describe('SimulatorClock', () => {
  it('runs with the machine until it is moved, and again after a reset', () => {
    const clock = new SimulatorClock();
    const before = Date.now();
    clock.advance(3600);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(before + 3_600_000);
    clock.reset();
    expect(clock.nowMs()).toBeLessThan(before + 3_600_000);
  });

  it('refuses to run backwards or to nowhere', () => {
    const clock = new SimulatorClock();
    for (const seconds of [-1, Number.NaN, Infinity]) {
      expect(() => clock.advance(seconds)).toThrow(RangeError);
    }
  });
});
