import { describe, expect, it } from '@jest/globals';
import { correctRecord } from './correct-record.js';
import { placeVendorLines } from './vendor-lines.js';
import type { SourceLine } from './source-line.js';

/** Lines of the vendor's record, as `second text`. */
const record = (...lines: string[]): SourceLine[] =>
  placeVendorLines(
    lines.map((line) => {
      const [second, text = ''] = line.split(' ');
      return { role: 'user', text, atMs: Number(second) * 1_000 };
    }),
  );

const reported: SourceLine = {
  source: 'client',
  key: 'v/1000/0',
  role: 'user',
  text: 'reported',
  atMs: 1_000,
  position: 1,
};

const textsOf = (lines: readonly SourceLine[]) => lines.map(({ text }) => text).toSorted();

type Case = [
  what: string,
  before: string[],
  after: string[],
  lines: string[],
  changed: string[],
  gone: string[],
];

describe("a whole reading of the vendor's record", () => {
  it.each<Case>([
    ['says what is stored', ['1 a', '2 b'], ['1 a', '2 b'], ['a', 'b'], [], []],
    ['has one more', ['1 a'], ['1 a', '2 b'], ['a', 'b'], ['b'], []],
    ['has one less', ['1 a', '2 b'], ['2 b'], ['b'], [], ['v/1000/0']],
    ['has one at another second', ['1 a'], ['2 a'], ['a'], ['a'], ['v/1000/0']],
    ['has other words in one place', ['1 a'], ['1 ab'], ['ab'], ['ab'], []],
    ['has one less in a second', ['1 a', '1 b'], ['1 b'], ['b'], ['b'], ['v/1000/1']],
    ['holds everything else', ['1 a', '2 b'], ['3 c'], ['c'], ['c'], ['v/1000/0', 'v/2000/0']],
    ['is the first', [], ['1 a'], ['a'], ['a'], []],
    ['is empty, and corrects nothing', ['1 a', '2 b'], [], ['a', 'b'], [], []],
  ])('%s', (_what, before, after, lines, changed, gone) => {
    const correction = correctRecord([reported, ...record(...before)], record(...after));
    expect(textsOf(correction.lines)).toEqual([...lines, 'reported'].toSorted());
    expect([textsOf(correction.changed), correction.gone]).toEqual([changed, gone]);
  });

  it('counts a place once that two pages hold', () => {
    const { lines } = correctRecord([], [...record('1 a', '2 b'), ...record('2 b', '3 c')]);
    expect(textsOf(lines)).toEqual(['a', 'b', 'c']);
  });

  it('changes nothing when it is read again', () => {
    const { lines } = correctRecord([reported, ...record('1 a', '4 b')], record('2 a', '3 c'));
    expect(correctRecord(lines, record('2 a', '3 c'))).toEqual({ lines, changed: [], gone: [] });
  });
});
