import { describe, expect, it } from '@jest/globals';
import { mergeSources } from './merge-sources.js';
import type { SourceLine, LineSource } from './source-line.js';

const noLimits = { maxTurns: 100_000, maxTextBytes: 1e9 };

let lastKey = 0;

function line(source: LineSource, atMs: number, text: string, more: Partial<SourceLine> = {}) {
  lastKey += 1;
  const made: SourceLine = {
    source,
    key: `key-${lastKey}`,
    role: 'user',
    text,
    atMs,
    position: 0,
    ...more,
  };
  return made;
}

const merge = (...lines: SourceLine[]) => mergeSources(lines, noLimits).turns;

const brief = (lines: SourceLine[]) =>
  merge(...lines).map(({ text, sources }) => `${text} (${sources.join('+')})`);

describe('mergeSources', () => {
  it('makes nothing of nothing', () => {
    expect(mergeSources([], noLimits)).toEqual({ turns: [], truncated: false });
  });

  it('answers role, text, time and key of the line of highest authority', () => {
    const client = line('client', 3_500, 'hello  there', { key: 'message-1' });
    const vendor = line('vendor', 3_000, 'Hello there', { key: 'vendor-1' });
    expect(merge(client, vendor)).toEqual([
      {
        key: 'vendor-1',
        role: 'user',
        text: 'Hello there',
        atMs: 3_000,
        sources: ['vendor', 'client'],
      },
    ]);
  });

  it('keeps greeting and last words that only the vendor heard', () => {
    const lines = [
      line('vendor', 1_000, 'Hello and welcome.', { role: 'avatar' }),
      line('client', 5_000, 'Hi'),
      line('vendor', 5_000, 'hi'),
      line('vendor', 9_000, 'Goodbye.', { role: 'avatar' }),
    ];
    expect(brief(lines)).toEqual([
      'Hello and welcome. (vendor)',
      'hi (vendor+client)',
      'Goodbye. (vendor)',
    ]);
  });
});

describe('one turn or two', () => {
  const avatar = { role: 'avatar' } as const;
  it.each<[string, SourceLine[], string[]]>([
    [
      'a repeat seen as a task and again on the socket is one',
      [line('task', 0, 'Welcome!', avatar), line('socket', 900, 'Welcome!', avatar)],
      ['Welcome! (task+socket)'],
    ],
    [
      'a turn that all four saw is one',
      (['socket', 'vendor', 'task', 'client'] as const).map((s, at) => line(s, at, 'yes')),
      ['yes (vendor+client+task+socket)'],
    ],
    [
      'a turn heard 15 s apart is one',
      [line('vendor', 0, 'yes'), line('client', 15_000, 'yes')],
      ['yes (vendor+client)'],
    ],
    [
      'a turn heard later than that is two',
      [line('vendor', 0, 'yes'), line('client', 15_001, 'yes')],
      ['yes (vendor)', 'yes (client)'],
    ],
    [
      'the same words by visitor and avatar are two',
      [line('vendor', 0, 'yes'), line('client', 0, 'yes', avatar)],
      ['yes (vendor)', 'yes (client)'],
    ],
    [
      'the same words twice in one source are two',
      [line('client', 0, 'yes'), line('client', 1, 'yes')],
      ['yes (client)', 'yes (client)'],
    ],
    [
      'other punctuation is two',
      [line('vendor', 0, 'yes'), line('client', 0, 'yes?')],
      ['yes (vendor)', 'yes? (client)'],
    ],
    [
      'one key in two sources is one, whatever the text, the time and the role',
      [
        line('task', 0, 'Good morning', { key: 'k', ...avatar }),
        line('socket', 90_000, 'Good mor', { key: 'k' }),
      ],
      ['Good morning (task+socket)'],
    ],
    [
      'a line pairs once: the second yes of the client stays',
      [line('vendor', 0, 'yes'), line('client', 100, 'yes'), line('client', 2_000, 'yes')],
      ['yes (vendor+client)', 'yes (client)'],
    ],
    [
      'a pair by key takes part in no other pair of the same source',
      [
        line('vendor', 0, 'yes', { key: 'k' }),
        line('client', 9_000, 'yes', { key: 'k' }),
        line('client', 0, 'yes'),
      ],
      ['yes (vendor+client)', 'yes (client)'],
    ],
    [
      'a third source joins what two others share by key',
      [
        line('task', 0, 'Good morning', { key: 'k', ...avatar }),
        line('socket', 900, 'Good mor', { key: 'k', ...avatar }),
        line('vendor', 1_000, 'Good morning', avatar),
      ],
      ['Good morning (vendor+task+socket)'],
    ],
    [
      'three sources that heard it twice heard it twice, whichever lines stand nearest',
      [
        ...[0, 5_000].map((at) => line('vendor', at, 'yes')),
        ...[100, 7_000].map((at) => line('task', at, 'yes')),
        ...[6_900, 5_100].map((at) => line('socket', at, 'yes')),
      ],
      ['yes (vendor+task+socket)', 'yes (vendor+task+socket)'],
    ],
  ])('%s', (_title, lines, expected) => {
    expect(brief(lines)).toEqual(expected);
    expect(brief(lines.toReversed())).toEqual(expected);
  });
});

describe('order', () => {
  it('keeps the vendor in its own order, by time and position', () => {
    const lines = [
      line('vendor', 2_000, 'fourth', { position: 0 }),
      line('vendor', 1_000, 'third', { position: 10 }),
      line('vendor', 1_000, 'second', { position: 9 }),
      line('vendor', 0, 'first', { position: 30 }),
    ];
    expect(brief(lines)).toEqual([
      'first (vendor)',
      'second (vendor)',
      'third (vendor)',
      'fourth (vendor)',
    ]);
  });

  it('leaves the vendor in its order where the client saw another', () => {
    const lines = [
      line('vendor', 1_000, 'a'),
      line('vendor', 2_000, 'b'),
      line('client', 900, 'b'),
      line('client', 2_100, 'a'),
    ];
    expect(brief(lines)).toEqual(['a (vendor+client)', 'b (vendor+client)']);
  });

  it('places what the vendor lacks by time, behind what it heard in the same second', () => {
    const lines = [
      line('vendor', 1_000, 'v1'),
      line('vendor', 2_000, 'v2'),
      line('client', 500, 'before'),
      line('client', 1_000, 'same'),
      line('client', 1_999, 'between'),
      line('client', 3_000, 'after'),
    ];
    expect(brief(lines)).toEqual([
      'before (client)',
      'v1 (vendor)',
      'same (client)',
      'between (client)',
      'v2 (vendor)',
      'after (client)',
    ]);
  });

  it('orders others at one time by source, position and key', () => {
    const lines = [
      line('socket', 1, 'f', { key: 'f' }),
      line('task', 1, 'e', { key: 'e' }),
      line('client', 1, 'd', { key: 'a', position: 2 }),
      line('client', 1, 'c', { key: 'c', position: 1 }),
      line('client', 1, 'b', { key: 'b', position: 1 }),
      line('socket', 0, 'a', { key: 'z' }),
    ];
    expect(merge(...lines).map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });
});

describe('repeats and cuts', () => {
  it('takes a repeat of one source and key for one line', () => {
    const once = line('client', 5, 'yes');
    expect(merge(once, once, { ...once })).toHaveLength(1);
  });

  it.each([
    ['the longer text', 'Good mor', 'Good morning', 'Good morning'],
    ['of equally long ones the first by code point', 'b', 'a', 'a'],
    [
      'a code point below the surrogates before one above',
      '\uff5e\uff5e',
      '\u{1f600}',
      '\uff5e\uff5e',
    ],
    ['a short text before a long blank', '    ', 'a', 'a'],
  ])('lets stand %s', (_title, a, b, expected) => {
    const first = line('vendor', 5, a);
    const second = { ...first, text: b };
    expect(merge(first, second).map(({ text }) => text)).toEqual([expected]);
    expect(merge(second, first).map(({ text }) => text)).toEqual([expected]);
  });

  it('does not depend on which of two disagreeing repeats came first', () => {
    const first = line('client', 5, 'yes');
    const second: SourceLine = { ...first, atMs: 4, position: 3, role: 'avatar' };
    const third: SourceLine = { ...first, role: 'avatar' };
    const orders = [
      [first, second, third],
      [third, second, first],
      [second, first, third],
    ];
    expect(new Set(orders.map((lines) => JSON.stringify(merge(...lines)))).size).toBe(1);
  });

  it('lets the avatar have said what two repeats give to both', () => {
    const user = line('client', 5, 'yes');
    const avatar: SourceLine = { ...user, role: 'avatar' };
    expect(merge(user, avatar).map(({ role }) => role)).toEqual(['avatar']);
    expect(merge(avatar, user).map(({ role }) => role)).toEqual(['avatar']);
  });

  it('takes keys that differ only in white space for two', () => {
    const lines = [line('client', 0, 'a', { key: 'k' }), line('client', 0, 'b', { key: 'k ' })];
    expect(merge(...lines)).toHaveLength(2);
  });
});

describe('text', () => {
  it.each(['', ' ', '\n\t', '\u00a0\u3000', '\ufeff'])('drops the blank line %j', (text) => {
    expect(merge(line('vendor', 0, text), line('client', 0, text))).toEqual([]);
  });

  it.each([
    ['a lone surrogate', 'a\ud83d', 'a\ufffd'],
    ['NUL', 'a\u0000b', 'a\u0000b'],
    ['right-to-left text', 'שלום \u202eabc', 'שלום \u202eabc'],
    ['an emoji family', '👩‍👩‍👧', '👩‍👩‍👧'],
    ['white space around and inside', ' a  b ', ' a  b '],
    ['combining marks as they came', 'cafe\u0301', 'cafe\u0301'],
    ['database operators and markup', '{"$ne": null} <b>', '{"$ne": null} <b>'],
    ['names of inherited members', '__proto__', '__proto__'],
  ])('gives back %s well-formed and otherwise unchanged', (_title, text, expected) => {
    expect(merge(line('client', 0, text)).map((turn) => turn.text)).toEqual([expected]);
  });

  it('pairs a lone surrogate with the replacement character another source stored', () => {
    expect(brief([line('client', 0, 'a\ud83d'), line('vendor', 0, 'a\ufffd')])).toEqual([
      'a\ufffd (vendor+client)',
    ]);
  });
});
