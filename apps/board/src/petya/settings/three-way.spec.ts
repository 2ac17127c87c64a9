import { describe, expect, it } from '@jest/globals';
import { mergeLists, mergeMaps } from './three-way.js';

describe('a list that two have changed', () => {
  it.each([
    ['ab', 'abc', 'abd', 'abdc'],
    ['ab', 'a', 'abd', 'ad'],
    ['ab', 'ab', 'a', 'a'],
    ['ab', 'a', 'b', ''],
    ['ab', 'abc', 'abc', 'abc'],
    ['', 'a', 'b', 'ba'],
    ['ab', 'ba', 'abc', 'abc'],
  ])('from %j to %j here and %j there is %j', (base, mine, theirs, merged) => {
    expect(mergeLists([...base], [...mine], [...theirs]).join('')).toBe(merged);
  });
});

describe('names with values that two have changed', () => {
  const map = (text: string) => new Map(text.split(' ').map((each) => [each[0] ?? '', each]));

  it.each([
    ['a1 b1', 'a2 b1', 'a1 b2', 'a2 b2'],
    ['a1 b1', 'a1', 'a1 b1 c1', 'a1 c1'],
    ['a1', 'a2', 'a3', 'a2'],
    ['a1 b1', 'a1 b1 c1', 'a1', 'a1 c1'],
  ])('from %j to %j here and %j there are %j', (base, mine, theirs, merged) => {
    expect(mergeMaps(map(base), map(mine), map(theirs))).toEqual(map(merged));
  });
});
