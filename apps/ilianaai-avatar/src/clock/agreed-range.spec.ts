import { describe, expect, it } from '@jest/globals';
import { agreedRange } from './agreed-range.js';

describe('what ranges have in common', () => {
  it.each([
    ['one', [[0, 4]], 100, [0, 4]],
    [
      'two that meet',
      [
        [0, 4],
        [3, 9],
      ],
      100,
      [3, 4],
    ],
    [
      'two that touch',
      [
        [0, 4],
        [4, 9],
      ],
      100,
      [4, 4],
    ],
    [
      'two apart: the nearer one',
      [
        [0, 4],
        [50, 54],
      ],
      30,
      [50, 54],
    ],
    [
      'two apart: the nearer one, whichever comes first',
      [
        [50, 54],
        [0, 4],
      ],
      20,
      [0, 4],
    ],
    [
      'most of them, however far away',
      [
        [0, 4],
        [50, 54],
        [53, 60],
      ],
      0,
      [53, 54],
    ],
    [
      'three in a chain: the nearer pair',
      [
        [0, 4],
        [3, 8],
        [7, 9],
      ],
      9,
      [7, 8],
    ],
    [
      'a wide one and two narrow ones in it',
      [
        [0, 100],
        [10, 12],
        [80, 82],
      ],
      0,
      [10, 12],
    ],
  ])('of %s', (_what, ranges, near, expected) => {
    const given = ranges.map(([least = NaN, most = NaN]) => ({ least, most }));
    expect(agreedRange(given, { expected: near, before: null })).toEqual({
      least: expected[0],
      most: expected[1],
    });
  });

  it.each([
    ['stays, as far as it is no second nearer elsewhere', 50, 0, 50],
    ['stays, however far both are from what is expected', 50, 86_400_000, 50],
    ['is left for what is nearer by more', 5_000, 0, 0],
  ])('what was taken before %s', (_what, other, expected, taken) => {
    const given = [0, other].map((least) => ({ least, most: least }));
    expect(agreedRange(given, { expected, before: { least: other, most: other } })?.least).toBe(
      taken,
    );
  });

  it('of none is nothing', () => {
    expect(agreedRange([], { expected: 0, before: null })).toBeNull();
  });
});
