import { describe, expect, it } from '@jest/globals';
import { MessageRate } from './message-rate.js';

describe('MessageRate', () => {
  it('lets a second’s messages pass at once, and then as many as it refills', () => {
    const rate = new MessageRate(100, 0);
    expect(rate.take(100, 0)).toBe(0);
    expect(rate.take(50, 500)).toBe(0);
    expect(rate.take(10, 500)).toBe(100);
  });

  it('never lets wait for longer than a second at a time', () => {
    expect(new MessageRate(100, 0).take(10_000, 0)).toBe(1000);
  });

  it('refuses who does not get calmer', () => {
    const rate = new MessageRate(100, 0);
    for (let nowMs = 0; nowMs < 5_000; nowMs += 1_000)
      expect(rate.take(300, nowMs)).toBeGreaterThan(0);
    expect(rate.take(300, 5_000)).toBeNull();
  });

  it('forgets a hasty moment once its sender was calm', () => {
    const rate = new MessageRate(100, 0);
    expect(rate.take(150, 0)).toBeGreaterThan(0);
    expect(rate.take(1, 4_000)).toBe(0);
    expect(rate.take(150, 6_000)).toBeGreaterThan(0);
  });
});
