import { describe, expect, it } from '@jest/globals';
import { OpeningRepository } from './opening.repository.js';
import type { OpeningOrder } from './pause.js';

const ORDER: OpeningOrder = {
  paused: true,
  reason: null,
  until: null,
  by: 'anna',
  setAt: new Date('2026-11-30T06:00:00Z'),
};

/** What becomes of an order whose writes fail with these, one after the other, and how often it is written. */
async function outcomeOf(...faults: unknown[]): Promise<[unknown, number]> {
  let writes = 0;
  const updateOne = async () => {
    writes += 1;
    if (faults.length > 0) throw faults.shift();
  };
  type Model = ConstructorParameters<typeof OpeningRepository>[0];
  const openings = new OpeningRepository({ collection: { updateOne } } as unknown as Model);
  const outcome = await openings.replace(ORDER).catch((error: unknown) => error);
  return [outcome, writes];
}

describe('an order that is written', () => {
  const first = Object.assign(new Error('E11000 duplicate key error'), { code: 11000 });
  const away = new Error('no database');

  it.each<[string, unknown[], unknown, number]>([
    ['is there', [], undefined, 1],
    ['is there where another was the first meanwhile', [first], undefined, 2],
    ['fails where there is no database', [away], away, 1],
    ['fails where there is none any more', [first, away], away, 2],
  ])('%s', async (_what, faults, outcome, writes) => {
    expect(await outcomeOf(...faults)).toEqual([outcome, writes]);
  });
});
