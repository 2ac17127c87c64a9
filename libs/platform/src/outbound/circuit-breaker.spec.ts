import { describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.js';

function circuit() {
  const clock = { ms: 0 };
  const breaker = new CircuitBreaker({ failures: 3, openMs: 1000, now: () => clock.ms });
  const fail = (times: number) => {
    for (let index = 0; index < times; index += 1) breaker.failed();
  };
  return { breaker, clock, fail };
}

describe('CircuitBreaker', () => {
  it('lets calls through until the failures in a row reach the limit', () => {
    const { breaker, fail } = circuit();
    fail(2);
    expect(breaker.tryAcquire()).toBe(true);
    fail(1);
    expect(breaker.tryAcquire()).toBe(false);
    expect(breaker.isOpen).toBe(true);
  });

  it('starts to count anew after a success', () => {
    const { breaker, fail } = circuit();
    fail(2);
    expect(breaker.succeeded()).toBe(false);
    fail(2);
    expect(breaker.isOpen).toBe(false);
  });

  it('lets exactly one probe through when its time is over', () => {
    const { breaker, clock, fail } = circuit();
    fail(3);
    clock.ms = 999;
    expect(breaker.tryAcquire()).toBe(false);
    clock.ms = 1000;
    expect([breaker.tryAcquire(), breaker.tryAcquire()]).toEqual([true, false]);
  });

  it('opens again when the probe fails, and closes when it succeeds', () => {
    const { breaker, clock, fail } = circuit();
    fail(3);
    clock.ms = 1000;
    breaker.tryAcquire();
    breaker.failed();
    expect(breaker.retryAfterSeconds).toBe(1);
    expect(breaker.tryAcquire()).toBe(false);
    clock.ms = 2000;
    breaker.tryAcquire();
    expect(breaker.succeeded()).toBe(true);
    expect(breaker.tryAcquire()).toBe(true);
  });

  it('says how many seconds are left while it is open', () => {
    const clock = { ms: 0 };
    const breaker = new CircuitBreaker({ failures: 1, openMs: 15_000, now: () => clock.ms });
    breaker.failed();
    clock.ms = 4_200;
    expect(breaker.retryAfterSeconds).toBe(11);
  });
});
