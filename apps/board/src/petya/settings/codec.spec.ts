import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Codec,
  LINES,
  LINES_OR_NONE,
  MINUTES_OR_NONE,
  NUMBER_OR_NONE,
  PAIRS_OR_NONE,
  TEXT,
  TEXT_OR_NONE,
  WORD_OR_NONE,
  YES_NO,
  YES_NO_OR_NONE,
} from './codec.js';

describe('a field', () => {
  it.each<[string, Codec, string, unknown]>([
    ['text', TEXT, '', ''],
    ['text', TEXT, ' a ', ' a '],
    ['text or none', TEXT_OR_NONE, ' ', null],
    ['text or none', TEXT_OR_NONE, 'Hello\nand welcome ', 'Hello\nand welcome '],
    ['word or none', WORD_OR_NONE, ' id ', 'id'],
    ['number', NUMBER_OR_NONE, '', null],
    ['number', NUMBER_OR_NONE, ' 5 ', 5],
    ['number', NUMBER_OR_NONE, '-1.5', -1.5],
    ['number', NUMBER_OR_NONE, 'five', 'five'],
    ['number', NUMBER_OR_NONE, '1e3', '1e3'],
    ['minutes', MINUTES_OR_NONE, '', null],
    ['minutes', MINUTES_OR_NONE, '2', 120],
    ['yes or no', YES_NO, 'no', false],
    ['yes, no or none', YES_NO_OR_NONE, '', null],
    ['lines', LINES, '', []],
    ['lines', LINES, ' a \n\r\n\nb\n', ['a', 'b']],
    ['lines or none', LINES_OR_NONE, '\n', null],
    ['pairs', PAIRS_OR_NONE, '', null],
    ['pairs', PAIRS_OR_NONE, 'a=1\n b = x = y \nc =', { a: '1', b: 'x = y', c: '' }],
  ])('of %s: %s', (_what, codec, text, value) => {
    expect(codec.read(text)).toEqual({ value });
  });

  it.each<[Codec, string]>([
    [MINUTES_OR_NONE, 'soon'],
    [PAIRS_OR_NONE, 'a 1'],
    [PAIRS_OR_NONE, '= 1'],
  ])('says what it must be of %#', (codec, text) => {
    expect(codec.read(text)).toEqual({ problem: expect.stringMatching(/^must be /) });
  });

  it('gives back whatever values variables have', () => {
    const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,9}$/);
    fc.assert(
      fc.property(fc.dictionary(names, fc.string(), { minKeys: 1 }), (variables) => {
        const kept = Object.fromEntries(
          // Space of other kinds at an end is trimmed with the line.
          Object.entries(variables).filter(([, value]) => /^ *(\S(.*\S)? *)?$/su.test(value)),
        );
        if (Object.keys(kept).length === 0) return;
        expect(PAIRS_OR_NONE.read(PAIRS_OR_NONE.write(kept))).toEqual({ value: { ...kept } });
      }),
    );
  });

  it.each<[Codec, unknown]>([
    [TEXT_OR_NONE, null],
    [LINES, ['https://a.example', 'https://b.example']],
    [MINUTES_OR_NONE, 100],
    [YES_NO_OR_NONE, true],
    [NUMBER_OR_NONE, 0],
  ])('gives back what it was given: %#', (codec, value) => {
    expect(codec.read(codec.write(value))).toEqual({ value });
  });
});
