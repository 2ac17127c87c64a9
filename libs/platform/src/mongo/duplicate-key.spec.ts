import { describe, expect, it } from '@jest/globals';
import { mongo } from 'mongoose';
import { isDuplicateKey } from './duplicate-key.js';

const refused = new mongo.MongoServerError({ code: 11_000, keyPattern: { accountId: 1, slot: 1 } });

describe('a write that a unique index refused', () => {
  it('is known by its code, and by a member of the index where one is asked for', () => {
    expect(isDuplicateKey(refused)).toBe(true);
    expect(isDuplicateKey(refused, 'slot')).toBe(true);
    expect(isDuplicateKey(refused, 'accountId')).toBe(true);
    expect(isDuplicateKey(refused, 'vendorSessionId')).toBe(false);
  });

  it('is of no known index where the server does not say which', () => {
    expect(isDuplicateKey(new mongo.MongoServerError({ code: 11_000 }))).toBe(true);
    expect(isDuplicateKey(new mongo.MongoServerError({ code: 11_000 }), 'slot')).toBe(false);
    expect(
      isDuplicateKey(new mongo.MongoServerError({ code: 11_000, keyPattern: null }), 'slot'),
    ).toBe(false);
  });

  it.each([
    ['E11000 duplicate key error collection: a.b index: digest_1 dup key: { digest: "x" }', true],
    ['E11000 duplicate key error collection: a.b index: byDigest dup key: { : "x" }', false],
    ['E11000 duplicate key error index: a.b.$digest_1 dup key: { : 3 }', true],
    [
      'E11000 duplicate key error collection: a.b index: c dup key: { c: " index: digest_1 dup key" }',
      false,
    ],
    ['E11000 duplicate key error', false],
    ["Duplicate key violation on the requested collection: Index 'digest_1'", true],
    ["Duplicate key violation on the requested collection: Index 'byDigest'", false],
  ])('is told by its index’s name where the server says no pattern: %s', (errmsg, is) => {
    const error = new mongo.MongoServerError({ code: 11_000, errmsg });
    expect(isDuplicateKey(error, 'digest')).toBe(is);
    expect(isDuplicateKey(error, 'digest', 'byDigest')).toBe(errmsg.includes('byDigest'));
  });

  it.each([
    [new mongo.MongoServerError({ code: 112, keyPattern: { slot: 1 } })],
    [new Error('E11000 duplicate key error')],
    [{ code: 11_000, keyPattern: { slot: 1 } }],
    [Object.assign(new Error('x'), { code: '11000' })],
    [null],
    [undefined],
    ['E11000'],
  ])('is not %p', (error) => {
    expect(isDuplicateKey(error)).toBe(false);
  });
});
