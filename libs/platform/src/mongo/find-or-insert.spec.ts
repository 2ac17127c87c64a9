import { describe, expect, it } from '@jest/globals';
import { findOrInsert } from './find-or-insert.js';

/** Gives these one after the other, and the last one from then on. */
function giving<T>(...results: readonly T[]): () => Promise<T> {
  let calls = 0;
  return async () => {
    calls += 1;
    return results[Math.min(calls, results.length) - 1] as T;
  };
}

describe('what a unique index refused an insert for', () => {
  it.each([
    [['stands'], ['new'], 'stands'],
    [[null], ['new'], 'new'],
    [[null, 'stands'], [null], 'stands'],
    [[null], [null, null, 'new'], 'new'],
  ])('%j, and an insert %j: %s', async (found, inserted, result) => {
    expect(await findOrInsert(giving(...found), giving(...inserted))).toBe(result);
  });

  it('is a fault that passes where it is neither there nor gone', async () => {
    const call = findOrInsert(giving(null), giving(null));
    await expect(call).rejects.toMatchObject({ code: 'unavailable' });
  });
});
