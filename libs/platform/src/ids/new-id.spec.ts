import { describe, expect, it } from '@jest/globals';
import { newId } from './new-id.js';

describe('newId', () => {
  it('is URL-safe text of 128 bits', () => {
    expect(newId()).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(Buffer.from(newId(), 'base64url')).toHaveLength(16);
  });

  it('takes every value of every byte', () => {
    const bytes = Array.from({ length: 20_000 }, () => Buffer.from(newId(), 'base64url'));
    for (let at = 0; at < 16; at += 1) {
      expect(new Set(bytes.map((each) => each[at])).size).toBe(256);
    }
  });
});
