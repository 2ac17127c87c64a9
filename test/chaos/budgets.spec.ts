import { describe, expect, it } from '@jest/globals';
import { budgetBegunAnew } from './budgets.js';

describe('the time of a session that ended at 100, of 40', () => {
  it.each<[string, readonly number[], number]>([
    ['is 40 where no sweep died', [], 40],
    ['is not longer for a death before its end', [90, 100], 40],
    ['is not longer for a death after its time', [141], 40],
    ['begins anew with a death within it', [130], 70],
    ['begins anew with each, in what is its time by then', [130, 165], 105],
    ['but not with one after a pause', [130, 171], 70],
  ])('%s', (_title, deaths, expected) => {
    expect(budgetBegunAnew(40, 100, deaths)).toBe(expected);
  });
});
