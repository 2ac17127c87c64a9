import { describe, expect, it } from '@jest/globals';
import { SlewedOffset } from './slewed-offset.js';

function following(offsetMs: number): SlewedOffset {
  const offset = new SlewedOffset();
  offset.set(offsetMs, 0, false);
  return offset;
}

describe('an offset that is gone over to', () => {
  it('is unknown before it is set, and the first one is taken at once', () => {
    expect(new SlewedOffset().at(5)).toBeNull();
    expect(following(300).at(0)).toBe(300);
  });

  it.each([-500, -20, 20, 999])('never makes the time go back, nor jump: %i ms', (offsetMs) => {
    const offset = following(0);
    offset.set(offsetMs, 10_000, false);
    let before = offset.at(10_000) ?? NaN;
    expect(before).toBe(0);
    for (let nowMs = 10_100; nowMs < 300_000; nowMs += 100) {
      const now = offset.at(nowMs) ?? NaN;
      expect(Math.abs(now - before)).toBeLessThanOrEqual(0.5 + 1e-9);
      before = now;
    }
    expect(before).toBe(offsetMs);
  });

  it('is much the same in replicas that learn of it five seconds apart', () => {
    const [one, other] = [following(0), following(0)];
    one.set(-500, 1_000, false);
    other.set(-500, 6_000, false);
    for (let nowMs = 6_000; nowMs < 200_000; nowMs += 500) {
      expect(Math.abs((one.at(nowMs) ?? NaN) - (other.at(nowMs) ?? NaN))).toBeLessThan(26);
    }
  });

  it('goes on from where it is when it changes again', () => {
    const offset = following(0);
    offset.set(-100, 0, false);
    offset.set(100, 10_000, true);
    expect(offset.at(10_000)).toBe(-50);
    expect(offset.at(20_000)).toBe(0);
  });

  it.each([
    ['says the same more exactly', 20, true],
    ['is a second off or more', -1_000, false],
  ])('is taken at once where it %s', (_what, offsetMs, isSameTime) => {
    const offset = following(0);
    offset.set(offsetMs, 10_000, isSameTime);
    expect(offset.at(10_000)).toBe(offsetMs);
  });
});
