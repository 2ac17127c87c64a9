import { describe, expect, it } from '@jest/globals';
import { type Index, servingIndex } from './serving-index.js';

const DAY = new Date('2026-01-01');
const ID: Index = { name: '_id_', key: { _id: 1 }, unique: true };
const plain = (key: Record<string, 1 | -1>): Index => ({ name: 'i', key });
const partial = (key: Record<string, 1 | -1>, filter: object): Index => ({
  ...plain(key),
  partialFilterExpression: filter,
});

/** Who serves a query, by which members it is bound, whether in order, and what is left to look at. */
function served(filter: object, sort: Record<string, number>, ...indexes: Index[]) {
  const { index, bound, isInOrder, rest } = servingIndex({ filter, sort }, [ID, ...indexes]);
  return [index, bound.join(' '), isInOrder, rest.join(' ')];
}

describe('the index that serves a query', () => {
  it.each<[string, object, Record<string, number>, Index, unknown[]]>([
    ['one value', { a: 1 }, {}, plain({ a: 1 }), ['i', 'a', true, '']],
    ['null', { a: null }, {}, plain({ a: 1 }), ['i', 'a', true, '']],
    ['a list of values', { a: { $in: [1, 2] } }, {}, plain({ a: 1 }), ['i', 'a', true, '']],
    ['a range', { a: { $gt: 1, $lte: 3 } }, {}, plain({ a: 1 }), ['i', 'a', true, '']],
    ['the prefix', { a: 1 }, {}, plain({ a: 1, b: 1 }), ['i', 'a', true, '']],
    ['two in any order', { b: 2, a: 1 }, {}, plain({ a: 1, b: 1 }), ['i', 'a b', true, '']],
    ['nothing of the beginning', { b: 1 }, {}, plain({ a: 1, b: 1 }), [null, '', true, 'b']],
    [
      'what comes behind a gap',
      { a: 1, c: 1 },
      {},
      plain({ a: 1, b: 1, c: 1 }),
      ['i', 'a', true, 'c'],
    ],
    [
      'what comes behind a range',
      { a: { $gt: 1 }, b: 1 },
      {},
      plain({ a: 1, b: 1 }),
      ['i', 'a', true, 'b'],
    ],
    ['a negation', { a: { $ne: 1 } }, {}, plain({ a: 1 }), [null, '', true, 'a']],
    [
      'alternatives',
      { a: 1, $or: [{ b: 1 }, { c: 1 }] },
      {},
      plain({ a: 1 }),
      ['i', 'a', true, '$or'],
    ],
    ['the id first', { _id: 'x', a: 1 }, {}, plain({ a: 1 }), ['_id_', '_id', true, 'a']],
    ['everything', {}, {}, plain({ a: 1 }), [null, '', true, '']],
  ])('%s', (_what, filter, sort, index, expected) => {
    expect(served(filter, sort, index)).toEqual(expected);
  });

  // Equality, sort, range.
  it.each<[string, object, Record<string, number>, Index, unknown[]]>([
    ['behind equality', { a: 1 }, { b: 1 }, plain({ a: 1, b: 1 }), ['i', 'a', true, '']],
    ['backwards', { a: 1 }, { b: -1, c: -1 }, plain({ a: 1, b: 1, c: 1 }), ['i', 'a', true, '']],
    [
      'half backwards',
      { a: 1 },
      { b: 1, c: -1 },
      plain({ a: 1, b: 1, c: 1 }),
      ['i', 'a', false, ''],
    ],
    ['by the range itself', { a: { $gt: 1 } }, { a: 1 }, plain({ a: 1 }), ['i', 'a', true, '']],
    [
      'before the range',
      { a: 1, c: { $gt: 1 } },
      { b: 1 },
      plain({ a: 1, b: 1, c: 1 }),
      ['i', 'a', true, 'c'],
    ],
    ['behind the range', { a: { $gt: 1 } }, { b: 1 }, plain({ a: 1, b: 1 }), ['i', 'a', false, '']],
    ['without a condition', {}, { a: 1 }, plain({ a: 1, b: 1 }), ['i', '', true, '']],
    ['by the id', {}, { _id: 1 }, plain({ a: 1 }), ['_id_', '', true, '']],
    ['by what no index has', { a: 1 }, { z: 1 }, plain({ a: 1 }), ['i', 'a', false, '']],
    [
      'a member of the sort that is bound',
      { a: 1, b: 2 },
      { a: 1, c: 1 },
      plain({ a: 1, b: 1, c: 1 }),
      ['i', 'a b', true, ''],
    ],
  ])('gives the order %s', (_what, filter, sort, index, expected) => {
    expect(served(filter, sort, index)).toEqual(expected);
  });

  it.each<[string, object, object, boolean]>([
    ['a text', { a: 'x' }, { a: { $gt: '' } }, true],
    ['texts', { a: { $in: ['x', 'y'] } }, { a: { $gt: '' } }, true],
    ['an empty text', { a: '' }, { a: { $gt: '' } }, false],
    ['an empty text among others', { a: { $in: ['x', ''] } }, { a: { $gt: '' } }, false],
    ['null', { a: null }, { a: { $gt: '' } }, false],
    ['a number for a text', { a: 3 }, { a: { $gt: '' } }, false],
    ['nothing', { b: 1 }, { a: { $gt: '' } }, false],
    [
      'a range with both ends',
      { a: { $gt: new Date(0), $lte: DAY } },
      { a: { $gt: new Date(0) } },
      true,
    ],
    ['a range that begins later', { a: { $gte: DAY } }, { a: { $gt: new Date(0) } }, true],
    ['a range from the same on', { a: { $gte: new Date(0) } }, { a: { $gt: new Date(0) } }, false],
    ['a range with an end only', { a: { $lte: DAY } }, { a: { $gt: new Date(0) } }, false],
    ['a range from zero', { a: { $gte: 0, $lt: 9 } }, { a: { $gte: 0 } }, true],
    ['a range from below zero', { a: { $gt: -1 } }, { a: { $gte: 0 } }, false],
    ['a negation', { a: { $ne: null } }, { a: { $gt: '' } }, false],
    [
      'something that exists',
      { a: { $exists: true, $type: 'date' } },
      { a: { $exists: true } },
      true,
    ],
    ['a range, which exists', { a: { $gt: 0 } }, { a: { $exists: true } }, true],
    ['null, which may not exist', { a: null }, { a: { $exists: true } }, false],
    ['null among others', { a: { $in: [null, 'x'] } }, { a: { $exists: true } }, false],
  ])('has a filter that is implied by %s: %j, %j: %s', (_what, filter, condition, is) => {
    const { index } = servingIndex({ filter, sort: {} }, [partial({ a: 1 }, condition)]);
    expect(index).toBe(is ? 'i' : null);
  });

  it('is the unique one that finds a single record, then the one in order, then the longest', () => {
    const unique: Index = { name: 'u', key: { a: 1, b: 1 }, unique: true };
    const ordered: Index = { name: 'o', key: { a: 1, s: 1 } };
    const long: Index = { name: 'l', key: { a: 1, b: 1, c: 1 } };
    const all = [long, ordered, unique];
    const asked = { filter: { a: 1, b: 2, c: 3 }, sort: { s: 1 } };
    expect(servingIndex(asked, all)).toMatchObject({ index: 'u', isPoint: true });
    expect(servingIndex(asked, [long, ordered]).index).toBe('o');
    expect(servingIndex({ ...asked, sort: {} }, [ordered, long]).index).toBe('l');
  });
});
