import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { keyDigest } from './key-digest.js';

describe('the digest of a key', () => {
  it('is one for each key, and tells nothing of it', () => {
    const digest = keyDigest('SE_a');
    expect(keyDigest('SE_a')).toBe(digest);
    expect(keyDigest('SE_b')).not.toBe(digest);
    expect(digest).not.toContain('SE_a');
    // Whoever has the key and the dump cannot recognize it either: there is a salt.
    expect(digest).not.toBe(createHash('sha256').update('SE_a').digest('base64'));
  });
});
