import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTypedText } from './typed-text.js';

/** A field with a length shorter than 128. */
const field = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);

describe('readTypedText', () => {
  it('reads the text of a text frame, between an id and a name', () => {
    const id = Buffer.from([0x08, 0x96, 0x01]);
    const inner = [id, field(2, Buffer.from('user')), field(3, Buffer.from('Hé ✓'))];
    expect(readTypedText(field(1, Buffer.concat(inner)))).toBe('Hé ✓');
  });

  it('makes nothing of audio, of cut frames, and of bytes that are no text', () => {
    expect(readTypedText(field(2, field(3, Buffer.alloc(64))))).toBeNull();
    expect(readTypedText(field(1, field(3, Buffer.from('cut'))).subarray(0, 5))).toBeNull();
    expect(readTypedText(field(1, field(3, Buffer.from([0xff]))))).toBeNull();
  });

  it('comes to an end with whatever it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = readTypedText(Buffer.from(bytes));
        return text === null || typeof text === 'string';
      }),
    );
  });
});
