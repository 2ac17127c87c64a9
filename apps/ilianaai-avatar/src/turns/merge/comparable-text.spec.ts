import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparableText } from './comparable-text.js';

describe('comparableText', () => {
  it.each([
    ['letter case', 'OK, Sure.', 'ok, sure.'],
    ['runs of white space', 'one  two\n\tthree', 'one two three'],
    ['space around', '  yes \r\n', 'yes'],
    ['no-break and ideographic spaces', 'one\u00a0two\u3000three', 'one two three'],
    ['composed and combining marks', 'caf\u00e9', 'cafe\u0301'],
    ['the order of combining marks', 'a\u0323\u0301', 'a\u0301\u0323'],
    ['sharp s', 'Straße', 'STRASSE'],
    ['both small sigmas', 'ΟΔΟΣ', 'οδοσ'],
    ['conjoining Hangul', '한', '\u1112\u1161\u11ab'],
    ['the apostrophe of a phone', 'I don\u2019t', "I don't"],
    ['the quotes of a phone', '\u201cNo,\u201d she said', '"No," she said'],
    ['an ellipsis in one character', 'Well\u2026', 'Well...'],
    ['dashes and hyphens', 'nine\u2013five \u2014 e\u2011mail', 'nine-five - e-mail'],
    ['how an emoji is to be drawn', '\u2764\ufe0f 1\ufe0f\u20e3', '\u2764 1\u20e3'],
    ['places to break a line', 'super\u200bmarket\u2060s\u00ad', 'supermarkets'],
  ])('does not tell apart %s', (_title, a, b) => {
    expect(comparableText(a)).toBe(comparableText(b));
  });

  it.each([
    ['punctuation', 'yes', 'yes!'],
    ['accents', 'resume', 'résumé'],
    ['white space inside a word', 'to gether', 'together'],
    ['width variants', 'A', 'Ａ'],
    ['emoji of another skin', '👍🏽', '👍'],
    ['NUL', 'a\u0000', 'a'],
    ['quotes of two kinds', "'no'", '"no"'],
    ['two dots and three', 'Well..', 'Well\u2026'],
    ['an emoji family and its members', '👩\u200d👧', '👩👧'],
    ['a direction mark', 'שלום\u200f', 'שלום'],
    ['two texts', 'yes', 'no'],
  ])('tells apart %s', (_title, a, b) => {
    expect(comparableText(a)).not.toBe(comparableText(b));
  });

  it.each(['', ' ', '\n\t\u00a0\u2003\ufeff', '\u200b', ' \u2060\ufe0f\u00ad '])(
    'makes nothing of the blank text %j',
    (text) => {
      expect(comparableText(text)).toBe('');
    },
  );

  it('gives the same for every canonical form of a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(comparableText(text.normalize('NFD'))).toBe(comparableText(text.normalize('NFC')));
      }),
    );
  });

  it('has no white space but single spaces between words', () => {
    const space = fc.constantFrom(' ', '  ', '\n', '\t ', ' \u00a0', '\u2003\ufeff');
    const word = fc.constantFrom('A', 'É', '👍');
    fc.assert(
      fc.property(fc.array(fc.tuple(space, word)), space, (words, end) => {
        const text = `${words.flat().join('')}${end}`;
        expect(comparableText(text)).toBe(words.map(([, each]) => each).join(' '));
      }),
    );
  });
});
