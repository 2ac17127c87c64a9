import { describe, expect, it } from '@jest/globals';
import { isWatchedOver, shardTarget } from './shard-target.js';

const find = { command: 'find', isOfOne: false };
const one = { command: 'update', isOfOne: true };
const many = { command: 'update', isOfOne: false };

describe('where a cluster sends a statement', () => {
  it.each([
    ['the whole key', find, { a: 'x', b: 'y', c: 1 }, 'one'],
    ['lists of values', find, { a: { $in: ['x'] }, b: { $eq: 'y' } }, 'one'],
    ['the beginning of the key', find, { a: 'x' }, 'some'],
    ['the beginning and a range', find, { a: 'x', b: { $gt: 'y' } }, 'some'],
    ['the end of the key only', find, { b: 'y' }, 'all'],
    ['a range', find, { a: { $gt: 'x' } }, 'all'],
    ['a pattern', find, { a: /x/ }, 'all'],
    ['nothing there', find, { a: null, b: 'y' }, 'all'],
    ['alternatives', find, { $or: [{ a: 'x' }] }, 'all'],
    ['one record by the whole key', one, { a: 'x', b: 'y' }, 'one'],
    ['one record by the beginning', one, { a: 'x', _id: 'z' }, 'all'],
    ['many by the beginning', many, { a: 'x' }, 'some'],
    ['the first of many', { ...find, isOfOne: true }, { a: 'x' }, 'some'],
    ['a new record', { command: 'insert', isOfOne: true }, {}, 'one'],
  ])('%s', (_what, about, filter, expected) => {
    expect(shardTarget({ ...about, filter }, ['a', 'b'])).toBe(expected);
  });
});

describe('a unique index', () => {
  it.each([
    [['a'], ['a'], true],
    [['a', 'b', 'c'], ['a', 'b'], true],
    [['a', 'c'], ['a', 'b'], false],
    [['b', 'a'], ['a'], false],
    [['a'], ['a', 'b'], false],
  ])('of %j in a cluster by %j: %s', (indexKey, shardKey, is) => {
    expect(isWatchedOver(indexKey, shardKey)).toBe(is);
  });
});
