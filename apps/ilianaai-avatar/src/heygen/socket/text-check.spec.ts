import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUtf8 } from 'node:buffer';
import { TextCheck } from './text-check.js';

/** Whether text that arrives in pieces of some sizes is taken. */
function isTaken(bytes: Buffer, sizes: readonly number[]): boolean {
  const check = new TextCheck();
  for (let at = 0, index = 0; at <= bytes.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    const isLast = at + size >= bytes.length;
    if (!check.push(bytes.subarray(at, at + size), isLast)) return false;
    if (isLast) return true;
    at += size;
  }
  return true;
}

const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 });

describe('TextCheck', () => {
  it('takes every text, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), sizes, (text, cut) =>
        isTaken(Buffer.from(text), cut),
      ),
    );
  });

  it('takes exactly those bytes that are UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), sizes, (bytes, cut) => {
        const buffer = Buffer.from(bytes);
        return isTaken(buffer, cut) === isUtf8(buffer);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([[[0xf4, 0x90]], [[0xed, 0xa0]], [[0xc0]], [[0xf8]], [[0xe0, 0x80]]])(
    'refuses %p as soon as nothing can make it valid',
    (bytes) => {
      expect(new TextCheck().push(Buffer.from(bytes), false)).toBe(false);
    },
  );
});
