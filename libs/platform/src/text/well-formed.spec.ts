import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toWellFormed, truncateUtf8, utf8Bytes } from './well-formed.js';

/** Strings of any UTF-16 units, so that lone surrogates turn up. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.constantFrom(0xd800, 0xdbff, 0xdc00, 0xdfff, 0x41, 0xe9, 0x20ac),
    ),
  )
  .map((units) => String.fromCharCode(...units));

describe('toWellFormed', () => {
  it.each([
    ['nothing', '', ''],
    ['plain text', 'yes', 'yes'],
    ['a pair', '😀', '😀'],
    ['a lone high surrogate', 'a\ud83d', 'a\ufffd'],
    ['a lone low surrogate', '\ude00a', '\ufffda'],
    ['a swapped pair', '\ude00\ud83d', '\ufffd\ufffd'],
    ['a high surrogate before a pair', '\ud83d😀', '\ufffd😀'],
    ['a low surrogate after a pair', '😀\ude00', '😀\ufffd'],
    ['NUL and controls', '\u0000\u001b[31m', '\u0000\u001b[31m'],
    ['right-to-left text', 'שלום \u202eabc', 'שלום \u202eabc'],
    ['combining marks', 'e\u0301\u0301', 'e\u0301\u0301'],
  ])('leaves well-formed or repairs %s', (_title, text, expected) => {
    expect(toWellFormed(text)).toBe(expected);
  });

  it('gives what a trip through UTF-8 gives', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(toWellFormed(text)).toBe(Buffer.from(text, 'utf8').toString('utf8'));
      }),
    );
  });
});

describe('utf8Bytes', () => {
  it.each([
    ['', 0],
    ['a', 1],
    ['é', 2],
    ['€', 3],
    ['😀', 4],
    ['\ud83d', 3],
  ])('counts %j as %i', (text, bytes) => {
    expect(utf8Bytes(text)).toBe(bytes);
  });
});

describe('truncateUtf8', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abc', 2, 'ab'],
    ['abc', 0, ''],
    ['abc', -1, ''],
    ['é€😀', 9, 'é€😀'],
    ['é€😀', 8, 'é€'],
    ['é€😀', 4, 'é'],
    ['é€😀', 1, ''],
    ['a\ud83d', 3, 'a'],
    ['a\ud83d', 4, 'a\ud83d'],
  ])('cuts %j at %i bytes to %j', (text, maxBytes, expected) => {
    expect(truncateUtf8(text, maxBytes)).toBe(expected);
  });

  it('keeps the longest beginning that fits and splits no code point', () => {
    fc.assert(
      fc.property(anyText, fc.nat(60), (text, maxBytes) => {
        const cut = truncateUtf8(text, maxBytes);
        expect(text.startsWith(cut)).toBe(true);
        expect(utf8Bytes(cut)).toBeLessThanOrEqual(maxBytes);
        const [next] = text.slice(cut.length);
        if (next !== undefined) expect(utf8Bytes(cut + next)).toBeGreaterThan(maxBytes);
        expect(toWellFormed(cut)).toBe(toWellFormed(text).slice(0, cut.length));
      }),
    );
  });
});
