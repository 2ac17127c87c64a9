import { describe, expect, it } from '@jest/globals';
import type { SpeechEvent } from '../vendors/heygen/heygen.events.js';
import { SpokenLines } from './spoken-lines.js';

type Heard = [role: 'user' | 'avatar', kind: SpeechEvent['kind'], taskId: string, text?: string];

/** The lines that come of some events, one a millisecond, and of the end after them. */
function linesOf(...events: Heard[]): string[] {
  const lines: string[] = [];
  const spoken = new SpokenLines(({ role, taskId, text, atMs }) =>
    lines.push(`${role} ${taskId} @${atMs}: ${text}`),
  );
  for (const [index, [role, kind, taskId, text = null]] of events.entries()) {
    spoken.hear({ role, kind, taskId, text }, index);
  }
  spoken.close();
  return lines;
}

describe('SpokenLines', () => {
  it('joins words until their end, and gives them the time of the first', () => {
    expect(
      linesOf(
        ['avatar', 'begin', 'a'],
        ['avatar', 'words', 'a', 'We open '],
        ['avatar', 'words', 'a', 'at nine.'],
        ['avatar', 'end', 'a'],
      ),
    ).toEqual(['avatar a @1: We open at nine.']);
  });

  it('takes the text of the end where it has one, and keeps the words where it has none', () => {
    expect(linesOf(['avatar', 'words', 'a', 'Wee'], ['avatar', 'end', 'a', 'We open.'])).toEqual([
      'avatar a @0: We open.',
    ]);
    expect(linesOf(['avatar', 'words', 'a', 'We'], ['avatar', 'end', 'a', ''])).toEqual([
      'avatar a @0: We',
    ]);
  });

  it('keeps what was said of a line that is interrupted by the next one, or by the end', () => {
    expect(
      linesOf(
        ['avatar', 'words', 'a', 'We open'],
        ['avatar', 'begin', 'b'],
        ['avatar', 'words', 'b', 'Sorry'],
      ),
    ).toEqual(['avatar a @0: We open', 'avatar b @2: Sorry']);
  });

  it('keeps two speakers apart who speak at the same time', () => {
    expect(
      linesOf(
        ['avatar', 'words', 'x', 'We '],
        ['user', 'words', 'x', 'Wait'],
        ['avatar', 'words', 'x', 'open.'],
        ['user', 'end', 'x'],
        ['avatar', 'end', 'x'],
      ),
    ).toEqual(['user x @1: Wait', 'avatar x @0: We open.']);
  });

  it('makes nothing of silence', () => {
    expect(
      linesOf(['avatar', 'begin', 'a'], ['avatar', 'words', 'a', ' '], ['avatar', 'end', 'a']),
    ).toEqual([]);
  });
});
