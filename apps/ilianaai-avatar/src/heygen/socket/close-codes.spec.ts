import { describe, expect, it } from '@jest/globals';
import { asSent, isSendable, readClose } from './close-codes.js';

const NOTHING = Buffer.alloc(0);

describe('isSendable', () => {
  it.each([1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 4999])(
    'takes %d',
    (code) => {
      expect(isSendable(code)).toBe(true);
    },
  );

  it.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])('refuses %d', (code) => {
    expect(isSendable(code)).toBe(false);
  });
});

describe('asSent', () => {
  it.each([
    [1000, 1000],
    [1005, null],
    [1006, 1011],
    [1015, 1011],
    [null, null],
  ])('tells %p as %p', (code, told) => {
    expect(asSent({ code, reason: NOTHING }).code).toBe(told);
  });
});

describe('readClose', () => {
  it('reads a code with its reason, and nothing at all', () => {
    const reason = Buffer.from('bye ✓');
    const payload = Buffer.concat([Buffer.from([0x03, 0xe8]), reason]);
    expect(readClose(payload)).toEqual({ code: 1000, reason });
    expect(readClose(NOTHING)).toEqual({ code: null, reason: NOTHING });
  });

  it.each([
    [[3], 1002],
    [[0x03, 0xed], 1002],
    [[0x03, 0xe8, 0xff], 1007],
  ])('says what is wrong with %p', (bytes, code) => {
    expect(readClose(Buffer.from(bytes))).toBe(code);
  });
});
