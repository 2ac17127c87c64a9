import { describe, expect, it } from '@jest/globals';
import { leastOfThree } from './least-of-three.js';

describe('the least of three measurements', () => {
  it.each([
    ['one that is below is the last', [90, 10], 90, 1],
    ['the collector came to the first', [300, 90, 10], 90, 2],
    ['what is long each time stays long', [300, 110, 120, 10], 110, 3],
    ['what is at the limit is not below it', [100, 100, 100], 100, 3],
  ])('%s', async (_what, told, least, times) => {
    let asked = 0;
    const measure = () => Promise.resolve(told[asked++] ?? Number.NaN);
    expect([await leastOfThree(100, measure), asked]).toEqual([least, times]);
  });
});
