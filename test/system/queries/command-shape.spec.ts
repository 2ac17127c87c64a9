import { describe, expect, it } from '@jest/globals';
import { statementsOf } from './command-shape.js';

const shapesOf = (command: object) =>
  statementsOf(command, Object.keys(command)[0] ?? '').map(({ shape }) => shape);

describe('the shape of a command', () => {
  it.each<[object, string[]]>([
    [{ find: 'c', filter: { b: 1, a: 'x' } }, ['find c: a, b']],
    [{ find: 'c', filter: {} }, ['find c: everything']],
    [{ find: 'c', filter: { a: { $in: [1, 2] } }, limit: 1 }, ['find c: a; first']],
    [{ find: 'c', filter: { a: { $lte: 2, $gt: 1 } }, limit: 5 }, ['find c: a $gt $lte; some']],
    [
      {
        find: 'c',
        filter: { a: null },
        sort: new Map([
          ['b', -1],
          ['c', 1],
        ]),
      },
      ['find c: a null; by -b, c'],
    ],
    [{ find: 'c', filter: { $or: [{ b: 1 }, { a: { $ne: 2 } }] } }, ['find c: $or(a $ne | b)']],
    [{ find: 'c', filter: { a: { $elemMatch: { x: 1, y: 2 } } } }, ['find c: a $elemMatch(x, y)']],
    [{ find: 'c', filter: { a: new Date() } }, ['find c: a']],
    [
      { update: 'c', updates: [{ q: { a: 1 }, u: { $set: { b: 1 }, $inc: { c: 1 } } }] },
      ['update one c: a; $inc $set'],
    ],
    [
      {
        update: 'c',
        updates: [
          { q: { a: 1 }, u: [{ $set: { b: 1 } }], multi: true },
          { q: { b: 1 }, u: { $set: { c: 1 } }, upsert: true },
        ],
      },
      ['update all c: a; by pipeline', 'update one c: b; $set; or insert'],
    ],
    [
      {
        delete: 'c',
        deletes: [
          { q: { a: 1 }, limit: 1 },
          { q: { a: 1 }, limit: 0 },
        ],
      },
      ['delete one c: a', 'delete all c: a'],
    ],
    [
      { findAndModify: 'c', query: { a: 1 }, update: { $set: { b: 1 } } },
      ['findAndModify one c: a; $set'],
    ],
    [
      { aggregate: 'c', pipeline: [{ $match: { a: 1 } }, { $group: { _id: '$b' } }] },
      ['aggregate c: a; then $group'],
    ],
    [{ aggregate: 'c', pipeline: [{ $count: 'n' }] }, ['aggregate c: everything; then $count']],
    [{ insert: 'c', documents: [{ a: 1 }] }, ['insert c']],
    [{ hello: 1 }, []],
    [{ createIndexes: 'c', indexes: [] }, []],
  ])('%j', (command, shapes) => {
    expect(shapesOf(command)).toEqual(shapes);
  });

  it('comes with the operators that are in use, wherever they stand', () => {
    const [statement] = statementsOf(
      {
        update: 'c',
        updates: [
          {
            q: { a: { $gt: 1 }, $expr: { $eq: ['$b', 1] } },
            u: [
              {
                $set: { x: { $cond: [true, '$$ROOT', { $literal: { $notOne: 1 } }] }, y: '$$this' },
              },
            ],
          },
        ],
      },
      'update',
    );
    const own = ['$$ROOT', '$cond', '$eq', '$expr', '$gt', '$literal', '$set'];
    expect(statement?.operators).toEqual([...own, 'update by pipeline']);
  });

  it('comes with the members that are changed', () => {
    const changesOf = (u: object) =>
      statementsOf({ update: 'c', updates: [{ q: {}, u }] }, 'update')[0]?.changes;
    expect(changesOf({ $set: { b: 1 }, $unset: { a: 1 }, $inc: { c: 1 } })).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(changesOf([{ $set: { b: 1 } }, { $unset: ['a', 'c'] }])).toEqual(['a', 'b', 'c']);
  });
});
