import { describe, expect, it } from '@jest/globals';
import { mergeSources } from './merge-sources.js';
import type { SourceLine, LineSource } from './source-line.js';

function heard(text: string, atMs: number, source: LineSource = 'vendor'): SourceLine {
  return { source, key: `${source}-${atMs}`, role: 'user', text, atMs, position: 0 };
}

describe('limits of a merged transcript', () => {
  const lines = ['aa', 'éé', '😀', 'd'].map((text, index) => heard(text, index));
  it.each([
    ['enough of everything', 4, 11, 4, false],
    ['one turn less', 3, 11, 3, true],
    ['one byte less', 4, 10, 3, true],
    ['a byte too few for the third', 4, 9, 2, true],
    ['no turns', 0, 11, 0, true],
    ['no text', 4, 0, 0, true],
  ])('with %s cuts whole turns from the end', (_t, maxTurns, maxTextBytes, count, truncated) => {
    const merged = mergeSources(lines, { maxTurns, maxTextBytes });
    expect(merged.turns.map(({ text }) => text)).toEqual(
      lines.slice(0, count).map(({ text }) => text),
    );
    expect(merged.truncated).toBe(truncated);
  });

  it('leaves out everything behind a turn that does not fit, though it would', () => {
    const three = ['a', 'bbbb', 'c'].map((text, index) => heard(text, index));
    expect(mergeSources(three, { maxTurns: 9, maxTextBytes: 3 })).toMatchObject({
      turns: [{ text: 'a' }],
      truncated: true,
    });
  });

  it('counts turns after the merge, not lines before it', () => {
    const both = [heard('yes', 0), heard('yes', 0, 'client')];
    expect(mergeSources(both, { maxTurns: 1, maxTextBytes: 3 }).truncated).toBe(false);
  });

  it('cuts nothing from nothing', () => {
    expect(mergeSources([], { maxTurns: 0, maxTextBytes: 0 }).truncated).toBe(false);
  });
});
