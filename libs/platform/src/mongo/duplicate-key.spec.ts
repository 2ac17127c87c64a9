import { describe, expect, it } from '@jest/globals';
import { MongoServerError } from 'mongodb';
import { isDuplicateKey } from './duplicate-key.js';

const refused = new MongoServerError({ code: 11_000, keyPattern: { accountId: 1, slot: 1 } });

describe('a write that a unique index refused', () => {
  it('is known by its code, and by a member of the index where one is asked for', () => {
    expect(isDuplicateKey(refused)).toBe(true);
    expect(isDuplicateKey(refused, 'slot')).toBe(true);
    expect(isDuplicateKey(refused, 'accountId')).toBe(true);
    expect(isDuplicateKey(refused, 'vendorSessionId')).toBe(false);
  });

  it('is of no known index where the server does not say which', () => {
    expect(isDuplicateKey(new MongoServerError({ code: 11_000 }))).toBe(true);
    expect(isDuplicateKey(new MongoServerError({ code: 11_000 }), 'slot')).toBe(false);
    expect(isDuplicateKey(new MongoServerError({ code: 11_000, keyPattern: null }), 'slot')).toBe(
      false,
    );
  });

  it.each([
    [new MongoServerError({ code: 112, keyPattern: { slot: 1 } })],
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
