import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shortId, visible } from './visible.js';

describe('a value that somebody else has chosen', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['a\u0000b\nc\u007f', 'a␀b␊c␡'],
    ['\u202egnp.exe', '‹202E›gnp.exe'],
    ['a\u2066b\u2069', 'a‹2066›b‹2069›'],
    ['zero\u200bwidth\ufeff', 'zero‹200B›width‹FEFF›'],
    ['\u0085\u2028', '‹0085›‹2028›'],
    // Nothing at all to look at, or to press where it is a link.
    ['\u3164', '‹3164›'],
    ['\u2800\u115f', '‹2800›‹115F›'],
    [' ', '␣'],
    ['  acme ', '␣␣acme␣'],
    ['acme  ltd', 'acme␣␣ltd'],
    ['acme\u00a0ltd\u3000', 'acme‹00A0›ltd‹3000›'],
    // As another account's name, but for what takes no room.
    ['ac\u00adme\u034f\ufe0f\u206a', 'ac‹00AD›me‹034F›‹FE0F›‹206A›'],
    ['ac\u200cme\u200d', 'ac‹200C›me‹200D›'],
    ['acme\u{e0041}\ufffa', 'acme‹E0041›‹FFFA›'],
    ['😀\ufe0f😀\u200d', '😀‹FE0F›😀‹200D›'],
    // Halves of characters are all drawn alike.
    ['a\ud800b\udc00', 'a‹D800›b‹DC00›'],
    // A family is one sign, joined by U+200D.
    ['👨‍👩‍👧 héllo שלום', '👨‍👩‍👧 héllo שלום'],
    ['❤️‍🔥 👩🏽‍💻 ☂️ 1️⃣ ©', '❤️‍🔥 👩🏽‍💻 ☂️ 1️⃣ ©'],
    // Letters that are drawn otherwise where they are not joined, or are.
    ['می\u200cخواهم क्\u200dष', 'می\u200cخواهم क्\u200dष'],
    // Marks that belong there, and marks that are piled up.
    ['Z\u0323\u0302a\u0300', 'Z\u0323\u0302a\u0300'],
    [`Z${'\u0336'.repeat(300)}a`, `Z${'\u0336'.repeat(5)}…a`],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('is cut where it is too long, and says how long it was', () => {
    expect(visible('x'.repeat(10_000), 5)).toBe('xxxxx… (10000 characters)');
    expect(visible('x'.repeat(5), 5)).toBe('xxxxx');
  });

  it('is never cut between the halves of a character', () => {
    expect(visible('ab👍👍', 3)).toBe('ab… (6 characters)');
    expect(visible('ab👍👍', 4)).toBe('ab👍… (6 characters)');
  });

  it('has nothing that nobody sees, and is short, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 700 }), (text) => {
        const shown = visible(text, 50);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
        expect(shown).not.toMatch(/\p{L}[\p{Cf}\ufe0f]|^\s|\s$|(?! )\s/u);
        expect(shown.length).toBeLessThan(50 * 6 + 30);
      }),
    );
  });
});

describe('an id in a list', () => {
  it.each([
    ['9e3779b17a339b1f', '9e3779b1…'],
    ['acc_holm', 'acc_holm'],
    ['1234567890', '1234567890'],
    ['\u202e0123456789ab', '‹202E›0123456…'],
  ])('%j is %j', (id, shown) => {
    expect(shortId(id)).toBe(shown);
  });
});
