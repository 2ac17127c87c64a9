import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planPatch } from './patch-plan.js';

const keys = (text: string) => [...text];

/** What a list is after a plan was carried out. */
function patched(present: string, wanted: string): string {
  const { gone, placed } = planPatch(keys(present), keys(wanted));
  const list = keys(present).filter((key) => !gone.includes(key));
  for (const { key, before } of placed) {
    if (list.includes(key)) list.splice(list.indexOf(key), 1);
    list.splice(before === null ? list.length : list.indexOf(before), 0, key);
  }
  return list.join('');
}

describe('a list that becomes another', () => {
  it.each([
    ['abc', 'abc', '', ''],
    ['', 'ab', '', 'ab'],
    ['abc', '', 'abc', ''],
    ['abc', 'bcd', 'a', 'd'],
    ['abc', 'axbc', '', 'x'],
    ['abcd', 'dabc', '', 'd'],
    ['abcd', 'bcda', '', 'a'],
  ])(
    'from %j to %j loses %j and places %j, and moves nothing else',
    (present, wanted, lost, put) => {
      const { gone, placed } = planPatch(keys(present), keys(wanted));
      expect(gone.join('')).toBe(lost);
      expect(
        placed
          .map(({ key }) => key)
          .sort()
          .join(''),
      ).toBe(put);
      expect(patched(present, wanted)).toBe(wanted);
    },
  );

  const list = fc.uniqueArray(fc.constantFrom(...keys('abcdefghij'))).map((all) => all.join(''));

  it('becomes it, whatever it was', () => {
    fc.assert(
      fc.property(list, list, (present, wanted) => {
        expect(patched(present, wanted)).toBe(wanted);
      }),
    );
  });

  it('moves nothing where the order stays, whatever goes and comes', () => {
    fc.assert(
      fc.property(list, list, (some, others) => {
        const [present, wanted] = [keys(some).sort(), keys(others).sort()];
        const { placed } = planPatch(present, wanted);
        expect(placed.filter(({ key }) => present.includes(key))).toEqual([]);
      }),
    );
  });
});
