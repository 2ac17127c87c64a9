import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateLimiter } from './rate-limiter.js';

function limiterAt(perMinute: number, maxCallers?: number) {
  const clock = { ms: 1_000_000 };
  const options = { perMinute, now: () => clock.ms, ...(maxCallers ? { maxCallers } : {}) };
  return { clock, limiter: new RateLimiter(options) };
}

describe('a rate limit', () => {
  it('lets the whole minute’s hits come at once and refuses the next', () => {
    const { limiter } = limiterAt(5);
    const verdicts = Array.from({ length: 6 }, () => limiter.hit('a'));
    expect(verdicts.map(({ isAllowed }) => isAllowed)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(verdicts.map(({ remaining }) => remaining)).toEqual([4, 3, 2, 1, 0, 0]);
    expect(verdicts[5]?.retryAfterSeconds).toBeCloseTo(12);
  });

  it('frees one hit after its share of the minute, and all after a minute', () => {
    const { clock, limiter } = limiterAt(5);
    for (let hit = 0; hit < 6; hit += 1) limiter.hit('a');
    clock.ms += 12_001;
    expect(limiter.hit('a').isAllowed).toBe(true);
    expect(limiter.hit('a').isAllowed).toBe(false);
    clock.ms += 60_001;
    expect(limiter.look('a').remaining).toBe(5);
  });

  it('counts each caller for itself', () => {
    const { limiter } = limiterAt(1);
    expect([limiter.hit('a').isAllowed, limiter.hit('b').isAllowed]).toEqual([true, true]);
    expect(limiter.hit('a').isAllowed).toBe(false);
  });

  it('does not count what it only looks at or refuses', () => {
    const { clock, limiter } = limiterAt(1);
    limiter.look('a');
    expect(limiter.hit('a').isAllowed).toBe(true);
    for (let hit = 0; hit < 100; hit += 1) limiter.hit('a');
    clock.ms += 60_001;
    expect(limiter.hit('a').isAllowed).toBe(true);
  });

  it('lets everything through at 0', () => {
    const { limiter } = limiterAt(0);
    expect(Array.from({ length: 1000 }, () => limiter.hit('a')).every((v) => v.isAllowed)).toBe(
      true,
    );
    expect(limiter.size).toBe(0);
  });

  it('never remembers more callers than it may', () => {
    const { limiter } = limiterAt(10, 100);
    for (let caller = 0; caller < 5_000; caller += 1) {
      limiter.hit(`caller-${caller}`);
      expect(limiter.size).toBeLessThanOrEqual(100);
    }
    expect(limiter.size).toBeGreaterThanOrEqual(90);
  });

  it('forgets those first that were seen longest ago', () => {
    const { limiter } = limiterAt(10, 100);
    for (let caller = 0; caller < 100; caller += 1) limiter.hit(`caller-${caller}`);
    limiter.hit('caller-0');
    limiter.hit('another');
    const remembered = ['caller-0', 'caller-99', 'another', 'caller-1'].map(
      (caller) => limiter.look(caller).remaining < 10,
    );
    expect(remembered).toEqual([true, true, true, false]);
  });

  it('never lets more through than the limit and what a minute frees', () => {
    const steps = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), steps, (perMinute, pauses) => {
        const { clock, limiter } = limiterAt(perMinute);
        const began = clock.ms;
        let allowed = 0;
        for (const pause of pauses) {
          clock.ms += pause;
          if (limiter.hit('a').isAllowed) allowed += 1;
        }
        const freed = ((clock.ms - began) / 60_000) * perMinute;
        return allowed <= perMinute + freed + 1e-6;
      }),
    );
  });
});
