import { describe, expect, it } from '@jest/globals';
import { Random } from './random.js';
import { trendOf } from './flatness.js';

const COUNT = 60;

/** One sample each 15 s. */
function samples(value: (index: number) => number, count = COUNT) {
  return Array.from({ length: count }, (_, index) => ({
    atMs: index * 15_000,
    value: value(index),
  }));
}

/** Up to so much more or less. */
function scattered(by: number): () => number {
  const random = new Random(7);
  return () => (random.next() - 0.5) * 2 * by;
}

const noise = scattered(2);

describe('the second half of samples', () => {
  it.each([
    ['the same all the time', true, () => 60],
    ['scattered', true, () => 60 + noise()],
    ['a cache that fills in the first half', true, (at: number) => 60 + Math.min(at, 25)],
    ['up and down', true, (at: number) => 60 + (at % 7)],
    ['less and less', true, (at: number) => 60 - at / 10],
    ['a little more, which is none', true, (at: number) => 60 + at / 100],
    ['a single peak', true, (at: number) => (at === 50 ? 90 : 60)],
    ['more each time', false, (at: number) => 60 + at / 5],
    ['more each time, scattered', false, (at: number) => 60 + at / 5 + noise()],
    ['a step that stays', false, (at: number) => (at < 45 ? 60 : 70)],
    ['flat at first, then more each time', false, (at: number) => 60 + Math.max(0, at - 30) / 5],
  ])('%s: flat is %p', (_what, isFlat, value: (index: number) => number) => {
    expect(trendOf(samples(value), 1).isFlat).toBe(isFlat);
  });

  it('tells by how much it grew', () => {
    const { grew, noise: allowed } = trendOf(
      samples((at) => 60 + at),
      1,
    );
    expect(grew).toBeCloseTo(29);
    expect(allowed).toBeCloseTo(0);
  });

  it.each([0, 1, 8])('is not judged by %d samples', (count) => {
    expect(() =>
      trendOf(
        samples(() => 60, count),
        1,
      ),
    ).toThrow('say nothing');
  });

  it('is not judged by samples of one moment', () => {
    const same = samples(() => 60).map(({ value }) => ({ atMs: 1, value }));
    expect(() => trendOf(same, 1)).toThrow('say nothing');
  });
});
