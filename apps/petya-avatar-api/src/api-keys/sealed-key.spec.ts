import { describe, expect, it } from '@jest/globals';
import { openKey, sealKey } from './sealed-key.js';

const KEY = 'SK_0123456789abcdefghijklmnopqrstuv';
const pepper = 'pepper-number-one-of-two';
const older = 'pepper-number-two-of-two';

describe('a secret key that is kept', () => {
  it('opens in its own record, with every pepper that is still listed', () => {
    expect(openKey(sealKey(KEY, 'record-1', pepper), 'record-1', [pepper])).toBe(KEY);
    expect(openKey(sealKey(KEY, 'record-1', older), 'record-1', [pepper, older])).toBe(KEY);
  });

  it('does not open elsewhere, under another pepper, or when it was changed', () => {
    const sealed = sealKey(KEY, 'record-1', pepper);
    expect(openKey(sealed, 'record-2', [pepper])).toBeNull();
    expect(openKey(sealed, 'record-1', [older])).toBeNull();
    const bytes = Buffer.from(sealed, 'base64');
    for (const at of [0, 12, 28, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openKey(changed.toString('base64'), 'record-1', [pepper])).toBeNull();
    }
    for (const broken of ['', 'AAAA']) expect(openKey(broken, 'record-1', [pepper])).toBeNull();
  });

  it('looks different each time and shows nothing of itself', () => {
    const sealed = sealKey(KEY, 'record-1', pepper);
    expect(sealKey(KEY, 'record-1', pepper)).not.toBe(sealed);
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain(KEY.slice(3, 12));
  });
});
