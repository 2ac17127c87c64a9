import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { SecretBox } from './secret-box.js';

const OLD = 'b1946ac92492d2347c6235b4d2611184';
const NEW = '591785b794601e212b260e25925636fd';
const PURPOSE = { app: 'an app', use: 'a use', unmarkedPlace: () => '' };
const boxOf = (...secrets: string[]) => new SecretBox(PURPOSE, secrets);
const box = boxOf(NEW);
const PLACE = { recordId: 'session-1', member: 'media' };

/** What is sealed begins with its version. */
const bytesOf = (sealed: string) => Buffer.from(sealed.replace(/^b1\./, ''), 'base64');
const boxed = (bytes: Uint8Array) => `b1.${Buffer.from(bytes).toString('base64')}`;

/** As an earlier version sealed: without a mark. */
function sealedBefore(text: string, boundTo = ''): string {
  const key = Buffer.from(hkdfSync('sha256', NEW, 'an app', 'a use', 32));
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(boundTo));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

describe('a secret box', () => {
  it('gives back any text that was put into it, which cannot be read meanwhile', () => {
    const utf16 = fc
      .array(fc.integer({ min: 0, max: 0xd7ff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(utf16, (text) => {
        const sealed = box.seal(text, PLACE);
        expect(box.open(sealed, PLACE)).toBe(text);
        if (text.length > 4) expect(bytesOf(sealed).includes(text)).toBe(false);
      }),
    );
  });

  it('seals the same text differently each time', () => {
    const sealed = Array.from({ length: 20 }, () => box.seal('token', PLACE));
    expect(new Set(sealed).size).toBe(20);
  });

  it('opens what an older secret has sealed, and seals with the first', () => {
    const rotated = boxOf(NEW, OLD);
    expect(rotated.open(boxOf(OLD).seal('token', PLACE), PLACE)).toBe('token');
    expect(box.open(rotated.seal('token', PLACE), PLACE)).toBe('token');
    expect(boxOf(OLD).open(rotated.seal('token', PLACE), PLACE)).toBeNull();
  });

  it('opens nothing with secrets that are not its own', () => {
    expect(boxOf(OLD).open(box.seal('token', PLACE), PLACE)).toBeNull();
    expect(boxOf().open(box.seal('token', PLACE), PLACE)).toBeNull();
  });

  it('opens nothing of which a single bit was changed', () => {
    const bytes = bytesOf(box.seal('vendor-token', PLACE));
    for (let index = 0; index < bytes.length * 8; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index >> 3] = (changed[index >> 3] ?? 0) ^ (1 << (index & 7));
      expect(box.open(boxed(changed), PLACE)).toBeNull();
    }
  });

  it('opens nothing that was cut, lengthened or never sealed', () => {
    const bytes = bytesOf(box.seal('vendor-token', PLACE));
    for (let length = 0; length < bytes.length; length += 1) {
      expect(box.open(boxed(bytes.subarray(0, length)), PLACE)).toBeNull();
    }
    expect(box.open(boxed(Buffer.concat([bytes, Buffer.from('x')])), PLACE)).toBeNull();
    for (const never of ['', 'x', 'not base64 at all!', 'A'.repeat(100)]) {
      expect(box.open(never, PLACE)).toBeNull();
    }
  });

  it.each([
    ['another record', { recordId: 'session-2', member: 'media' }],
    ['another member', { recordId: 'session-1', member: 'vendorToken' }],
    ['both run together', { recordId: 'session-1/media', member: '' }],
  ])('opens nothing that was put into %s', (_where, place) => {
    expect(box.open(box.seal('media', PLACE), place)).toBeNull();
  });

  it('opens what was sealed before it was bound, and no bound text without its version', () => {
    expect(box.open(sealedBefore('media'), PLACE)).toBe('media');
    expect(box.open(box.seal('media', PLACE).slice('b1.'.length), PLACE)).toBeNull();
    expect(box.open(`b1.${sealedBefore('media')}`, PLACE)).toBeNull();
  });

  it('opens nothing of a box with another purpose', () => {
    for (const other of [{ app: 'another app' }, { use: 'another use' }]) {
      const theirs = new SecretBox({ ...PURPOSE, ...other }, [NEW]);
      expect(theirs.open(box.seal('token', PLACE), PLACE)).toBeNull();
    }
  });

  it('opens what has no mark only where it was bound to', () => {
    const bound = new SecretBox({ ...PURPOSE, unmarkedPlace: (place) => place.recordId }, [NEW]);
    expect(bound.open(sealedBefore('media'), PLACE)).toBeNull();
    expect(bound.open(sealedBefore('media', 'session-1'), PLACE)).toBe('media');
    expect(bound.open(sealedBefore('media', 'session-2'), PLACE)).toBeNull();
  });

  it('cannot seal without a secret', () => {
    expect(() => boxOf().seal('token', PLACE)).toThrow(/needs a secret/);
  });
});
