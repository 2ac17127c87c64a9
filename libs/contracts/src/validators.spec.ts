import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { refusedMembers } from '../../../test/support/refused-members.js';
import {
  CONVERSATION_ID_PATTERN,
  IsConversationId,
  IsSessionId,
  isUnixTime,
  IsUnixTime,
  IsUtf8Length,
  MayBeAbsent,
  MayBeNull,
  SESSION_ID_PATTERN,
  unixTimeToMs,
} from './validators.js';

/** The year 2100, the last time that is accepted. */
const END_OF_TIME_SECONDS = 4_102_444_800;

class Sample {
  @MayBeAbsent()
  @IsUtf8Length(1, 8)
  text?: string;

  @MayBeNull()
  @IsUtf8Length(0, 8)
  note?: string | null;

  @MayBeAbsent()
  @IsUnixTime()
  at?: number;

  @MayBeAbsent()
  @IsSessionId()
  session?: string;

  @MayBeAbsent()
  @IsConversationId()
  conversation?: string;
}

const refused = (body: object) => refusedMembers(Sample, body);

describe('a Unix time', () => {
  it.each([
    ['seconds', '1760000010', 1_760_000_010_000],
    ['seconds with decimals', '1760000010.1234', 1_760_000_010_123],
    ['milliseconds', '1760000010123', 1_760_000_010_123],
    ['milliseconds with decimals', '1760000010123.6', 1_760_000_010_124],
    ['the first second', '1', 1_000],
    ['the last second of 2099', '4102444799', 4_102_444_799_000],
    ['the first number that is read as milliseconds', '100000000000', 100_000_000_000],
    ['an exponent', '1.76e9', 1_760_000_000_000],
  ])('is read from %s', (_what, json, ms) => {
    const value: unknown = JSON.parse(json);
    expect(isUnixTime(value)).toBe(true);
    expect(unixTimeToMs(value as number)).toBe(ms);
  });

  it.each([
    ['infinity', '1e400'],
    ['zero', '0'],
    ['negative zero', '-0'],
    ['a time before 1970', '-1'],
    ['more than a double holds', '9007199254740993'],
    ['the second after 2100 began', '4102444801'],
    ['a millisecond past 2100', '4102444800001'],
    ['the largest number still read as seconds', '99999999999'],
    ['a string', '"1760000010"'],
    ['a date', '"2026-01-01T00:00:00Z"'],
    ['null', 'null'],
    ['true', 'true'],
    ['an array', '[1760000010]'],
    ['an object', '{"$gt":0}'],
  ])('is not %s', (_what, json) => {
    expect(isUnixTime(JSON.parse(json))).toBe(false);
    expect(refused({ at: JSON.parse(json) as unknown })).toEqual(['/at']);
  });

  it.each([Number.NaN, -Infinity, undefined, 1n])('is not %p', (value) => {
    expect(isUnixTime(value)).toBe(false);
  });

  it('means the same whether it is written in seconds or in milliseconds', () => {
    const since1973 = fc.integer({ min: 100_000_000, max: END_OF_TIME_SECONDS });
    fc.assert(
      fc.property(since1973, fc.integer({ min: 0, max: 999 }), (seconds, ms) => {
        const whole = seconds * 1000 + ms;
        fc.pre(whole <= END_OF_TIME_SECONDS * 1000);
        expect(unixTimeToMs(whole)).toBe(whole);
        expect(unixTimeToMs(whole / 1000)).toBe(whole);
        expect(isUnixTime(whole) && isUnixTime(whole / 1000)).toBe(true);
      }),
    );
  });

  it('is always a date between 1970 and 2100', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        if (!isUnixTime(value)) return;
        const ms = unixTimeToMs(value);
        expect(Number.isSafeInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(END_OF_TIME_SECONDS * 1000);
      }),
    );
  });
});

describe('the length of a text', () => {
  it.each(['x', '12345678', 'éééé', '€€', '😀😀', '\ud83d\u0000'])(
    'is counted in UTF-8 bytes: %j has at most eight',
    (text) => {
      expect(refused({ text })).toEqual([]);
    },
  );

  it.each(['', '123456789', 'ééééé', '€€€', '😀😀!', '\ud83d\ud83d\ud83d'])(
    'is counted in UTF-8 bytes: %j has none or more than eight',
    (text) => {
      expect(refused({ text })).toEqual(['/text']);
    },
  );

  it('is what Node counts, for any text', () => {
    const utf16 = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 9 })
      .map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(fc.oneof(utf16, fc.string({ maxLength: 10 })), (text) => {
        const bytes = Buffer.from(text).length;
        expect(refused({ text }).length === 0).toBe(bytes >= 1 && bytes <= 8);
      }),
    );
  });

  it.each([[7], [true], [{}], [['a']], [{ length: 3 }], [{ $ne: null }]])(
    'is not that of %j',
    (text) => {
      expect(refused({ text })).toEqual(['/text']);
    },
  );
});

describe('a member that may be left out', () => {
  it('may not be null all the same', () => {
    expect(refused({})).toEqual([]);
    expect(refused({ text: null, at: null, session: null, conversation: null })).toEqual([
      '/at',
      '/conversation',
      '/session',
      '/text',
    ]);
  });

  it('may be null where the contract says so, and is checked otherwise', () => {
    expect(refused({ note: null })).toEqual([]);
    expect(refused({ note: 'longer than eight' })).toEqual(['/note']);
    expect(refused({ note: false })).toEqual(['/note']);
  });
});

describe('an id', () => {
  it.each(['a', 'A-z_09', 'x'.repeat(128)])('may be %s', (id) => {
    expect(refused({ session: id, conversation: id })).toEqual([]);
  });

  it('of a conversation may also hold dots and colons', () => {
    for (const conversation of ['shop:conv.1', '.a', '..a', '...', 'a.', '..'.repeat(64)]) {
      expect(refused({ conversation })).toEqual([]);
    }
    expect(refused({ session: 'shop:conv.1' })).toEqual(['/session']);
  });

  it.each([
    '',
    ' a',
    'a\n',
    'a\u0000',
    'a/b',
    'a%2fb',
    'a?b',
    'a#b',
    'a@b',
    '$where',
    'é',
    'x'.repeat(129),
    '.',
    '..',
  ])('is never %j', (id) => {
    expect(refused({ session: id, conversation: id })).toEqual(['/conversation', '/session']);
  });

  it('needs no encoding in a URL, whatever passes', () => {
    for (const pattern of [SESSION_ID_PATTERN, CONVERSATION_ID_PATTERN]) {
      fc.assert(
        fc.property(fc.stringMatching(pattern), (id) => {
          expect(decodeURIComponent(encodeURIComponent(id))).toBe(id);
          expect(/[/?#\\%\s]/.test(id)).toBe(false);
          const path = `/of/${encodeURIComponent(id)}/status`;
          expect(new URL(path, 'https://petya.example.com').pathname).toBe(path);
        }),
      );
    }
  });
});
