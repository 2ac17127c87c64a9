import { describe, expect, it } from '@jest/globals';
import { keepNewest } from './keep-newest.js';

describe('the newest values of a map', () => {
  it.each([
    [['a'], ['a']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      ['a', 'b', 'c'],
      ['b', 'c'],
    ],
    [
      ['a', 'b', 'a', 'c'],
      ['a', 'c'],
    ],
  ])('after %j are %j of two', (put, kept) => {
    const map = new Map<string, number>();
    for (const [index, key] of put.entries()) keepNewest(map, key, index, 2);
    expect([...map.keys()]).toEqual(kept);
    expect(map.get(put.at(-1) ?? '')).toBe(put.length - 1);
  });
});
