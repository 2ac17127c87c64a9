import { describe, expect, it } from '@jest/globals';
import type { SpeechEvent } from '../vendor/heygen.events.js';
import { SpokenLines } from './spoken-lines.js';

type Heard = [
  role: 'user' | 'avatar',
  kind: SpeechEvent['kind'],
  taskId: string | null,
  text?: string,
];

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

  it.each<[what: string, events: Heard[], lines: string[]]>([
    [
      'words and end',
      [
        ['avatar', 'begin', null],
        ['avatar', 'words', null, 'We '],
        ['avatar', 'words', null, 'open.'],
        ['avatar', 'end', null],
      ],
      ['avatar null @1: We open.'],
    ],
    [
      'two lines, one behind the other',
      [
        ['user', 'words', null, 'Yes'],
        ['user', 'end', null],
        ['user', 'words', null, 'Yes'],
        ['user', 'end', null],
      ],
      ['user null @0: Yes', 'user null @2: Yes'],
    ],
    [
      'an end alone',
      [
        ['user', 'end', null, 'One'],
        ['user', 'end', null, 'Two'],
      ],
      ['user null @0: One', 'user null @1: Two'],
    ],
    [
      'an end without an id behind words with one',
      [
        ['avatar', 'words', 'a', 'We'],
        ['avatar', 'end', null, 'We open.'],
      ],
      ['avatar a @0: We open.'],
    ],
    [
      'an end with an id behind words without',
      [
        ['avatar', 'words', null, 'We'],
        ['avatar', 'end', 'a', 'We open.'],
      ],
      ['avatar a @0: We open.'],
    ],
    [
      'words of which every other has an id',
      [
        ['avatar', 'begin', 'a'],
        ['avatar', 'words', null, 'We '],
        ['avatar', 'words', 'a', 'open '],
        ['avatar', 'words', null, 'now.'],
        ['avatar', 'end', 'a'],
      ],
      ['avatar a @1: We open now.'],
    ],
    [
      'one that is interrupted by the next',
      [
        ['avatar', 'words', null, 'We open'],
        ['avatar', 'begin', null],
        ['avatar', 'words', null, 'Sorry'],
      ],
      ['avatar null @0: We open', 'avatar null @2: Sorry'],
    ],
    [
      'one that is interrupted by one with an id',
      [
        ['avatar', 'words', null, 'We open'],
        ['avatar', 'begin', 'b'],
        ['avatar', 'words', 'b', 'Sorry'],
      ],
      ['avatar null @0: We open', 'avatar b @2: Sorry'],
    ],
    [
      'two speakers at once',
      [
        ['avatar', 'words', null, 'We '],
        ['user', 'words', null, 'Wait'],
        ['avatar', 'words', null, 'open.'],
        ['user', 'end', null],
        ['avatar', 'end', null],
      ],
      ['user null @1: Wait', 'avatar null @0: We open.'],
    ],
  ])('makes one line of each that was said without an id: %s', (_what, events, lines) => {
    expect(linesOf(...events)).toEqual(lines);
  });

  it.each<[what: string, events: Heard[], lines: string[]]>([
    [
      'the end of a line that was interrupted, amid the next one',
      [
        ['avatar', 'words', 'a', 'We open'],
        ['avatar', 'begin', 'b'],
        ['avatar', 'words', 'b', 'Sor'],
        ['avatar', 'end', 'a', 'We open at nine.'],
        ['avatar', 'words', 'b', 'ry.'],
        ['avatar', 'end', 'b'],
      ],
      ['avatar a @0: We open', 'avatar b @2: Sorry.'],
    ],
    [
      'words of a line that was interrupted, amid the next one',
      [
        ['user', 'words', 'a', 'Wait'],
        ['user', 'words', 'b', 'No, '],
        ['user', 'words', 'a', ' a moment'],
        ['user', 'words', 'b', 'thanks'],
      ],
      ['user a @0: Wait', 'user b @1: No, thanks'],
    ],
    [
      'a second copy of every event',
      [
        ['avatar', 'begin', 'a'],
        ['avatar', 'end', 'a', 'We open.'],
        ['avatar', 'end', 'a', 'We open.'],
        ['avatar', 'begin', 'b'],
        ['avatar', 'begin', 'a'],
        ['avatar', 'words', 'b', 'Yes'],
        ['avatar', 'end', 'b'],
        ['avatar', 'end', 'b'],
      ],
      ['avatar a @1: We open.', 'avatar b @5: Yes'],
    ],
    [
      'the same id for the other speaker',
      [
        ['user', 'end', 'a', 'When?'],
        ['avatar', 'words', 'a', 'At nine.'],
        ['avatar', 'end', 'a'],
      ],
      ['user a @0: When?', 'avatar a @1: At nine.'],
    ],
  ])(
    'adds nothing to a line that is over, nor cuts the next one short: %s',
    (_what, events, lines) => {
      expect(linesOf(...events)).toEqual(lines);
    },
  );

  it('joins the halves of a character that two events carry', () => {
    expect(
      linesOf(
        ['avatar', 'words', 'a', 'Bye \ud83d'],
        ['avatar', 'words', 'a', '\udc4b\ud83c'],
        ['avatar', 'words', 'a', '\udffd!'],
      ),
    ).toEqual(['avatar a @0: Bye 👋🏽!']);
  });

  it('makes nothing of silence', () => {
    expect(
      linesOf(['avatar', 'begin', 'a'], ['avatar', 'words', 'a', ' '], ['avatar', 'end', 'a']),
    ).toEqual([]);
  });
});
