import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SecretBox } from './secret-box.js';

const OLD = 'b1946ac92492d2347c6235b4d2611184';
const NEW = '591785b794601e212b260e25925636fd';
const box = new SecretBox([NEW]);

describe('a secret box', () => {
  it('gives back any text that was put into it, which cannot be read meanwhile', () => {
    const utf16 = fc
      .array(fc.integer({ min: 0, max: 0xd7ff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(utf16, (text) => {
        const sealed = box.seal(text);
        expect(box.open(sealed)).toBe(text);
        if (text.length > 4) expect(Buffer.from(sealed, 'base64').includes(text)).toBe(false);
      }),
    );
  });

  it('seals the same text differently each time', () => {
    const sealed = Array.from({ length: 20 }, () => box.seal('token'));
    expect(new Set(sealed).size).toBe(20);
  });

  it('opens what an older secret has sealed, and seals with the first', () => {
    const rotated = new SecretBox([NEW, OLD]);
    expect(rotated.open(new SecretBox([OLD]).seal('token'))).toBe('token');
    expect(box.open(rotated.seal('token'))).toBe('token');
    expect(new SecretBox([OLD]).open(rotated.seal('token'))).toBeNull();
  });

  it('opens nothing with secrets that are not its own', () => {
    expect(new SecretBox([OLD]).open(box.seal('token'))).toBeNull();
    expect(new SecretBox([]).open(box.seal('token'))).toBeNull();
  });

  it('opens nothing of which a single bit was changed', () => {
    const bytes = Buffer.from(box.seal('vendor-token'), 'base64');
    for (let index = 0; index < bytes.length * 8; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index >> 3] = (changed[index >> 3] ?? 0) ^ (1 << (index & 7));
      expect(box.open(changed.toString('base64'))).toBeNull();
    }
  });

  it('opens nothing that was cut, lengthened or never sealed', () => {
    const bytes = Buffer.from(box.seal('vendor-token'), 'base64');
    for (let length = 0; length < bytes.length; length += 1) {
      expect(box.open(bytes.subarray(0, length).toString('base64'))).toBeNull();
    }
    expect(box.open(Buffer.concat([bytes, Buffer.from('x')]).toString('base64'))).toBeNull();
    for (const never of ['', 'x', 'not base64 at all!', 'A'.repeat(100)]) {
      expect(box.open(never)).toBeNull();
    }
  });

  it('cannot seal without a secret', () => {
    expect(() => new SecretBox([]).seal('token')).toThrow(/needs a secret/);
  });
});
