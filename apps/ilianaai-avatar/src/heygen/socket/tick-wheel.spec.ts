import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TickWheel } from './tick-wheel.js';

const PERIOD_MS = 10_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

describe('TickWheel', () => {
  it('calls each once a period, and not all at the same time', () => {
    const wheel = new TickWheel(PERIOD_MS);
    const times: number[][] = Array.from({ length: 250 }, () => []);
    for (const own of times) wheel.add(() => own.push(Date.now()));
    jest.advanceTimersByTime(3 * PERIOD_MS);
    for (const own of times) {
      expect(own).toHaveLength(3);
      expect((own[2] ?? 0) - (own[0] ?? 0)).toBe(2 * PERIOD_MS);
    }
    expect(new Set(times.map(([first]) => first)).size).toBe(100);
  });

  it('calls nobody after its end, and rests when nobody is left', () => {
    const wheel = new TickWheel(PERIOD_MS);
    let calls = 0;
    const ends = [1, 2].map(() => wheel.add(() => (calls += 1)));
    jest.advanceTimersByTime(PERIOD_MS);
    for (const end of [...ends, ...ends]) end();
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(PERIOD_MS);
    expect(calls).toBe(2);
    wheel.add(() => (calls += 1));
    jest.advanceTimersByTime(PERIOD_MS);
    expect(calls).toBe(3);
  });
});
