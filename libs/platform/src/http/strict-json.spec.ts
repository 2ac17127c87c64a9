import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../errors/app-error.js';
import { MAX_DEPTH, parseStrictJson } from './strict-json.js';

const parse = (json: string | number[]) =>
  parseStrictJson(typeof json === 'string' ? Buffer.from(json) : Uint8Array.from(json));

/** The code of the refusal, or the parsed value where there is none. */
function refusal(json: string | number[]): string {
  try {
    return `parsed: ${JSON.stringify(parse(json))}`;
  } catch (error) {
    return error instanceof AppError ? error.code : `not ours: ${String(error)}`;
  }
}

function nested(depth: number, open = '[', close = ']'): string {
  return open.repeat(depth) + '1' + close.repeat(depth);
}

describe('a JSON body', () => {
  it.each(['{}', '[]', 'null', '"x"', '1', 'true', ' {"a" : [1, {"b":null}]} \n'])(
    'is read as JSON.parse reads it: %s',
    (json) => {
      expect(parse(json)).toEqual(JSON.parse(json));
    },
  );

  it('is undefined when it is empty', () => {
    expect(parse('')).toBeUndefined();
  });

  it.each([
    ' ',
    '{',
    '{"a":}',
    "{'a':1}",
    '{"a":1,}',
    '[1,]',
    '{"a":1} x',
    '{"a":1}{"a":2}',
    'NaN',
    'undefined',
    '"\u0000"',
    '"\\x"',
    '"\\"',
    '01',
    '\ufeff{}',
    ']',
    '}}}}',
    '<html></html>',
  ])('is malformed when it is %j', (json) => {
    expect(refusal(json)).toBe('malformed_json');
  });

  it.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['a sequence cut short', [0x22, 0xe2, 0x82, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a byte that UTF-8 never has', [0x22, 0xff, 0x22]],
    ['UTF-16', [0x7b, 0x00, 0x7d, 0x00]],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d]],
  ])('is malformed with %s', (_what, bytes) => {
    expect(refusal(bytes)).toBe('malformed_json');
  });

  it('may hold text of every kind', () => {
    const text = 'é € 😀 \u202e \\ " \u0000 \ud83d {[}] __proto__';
    expect(parse(JSON.stringify({ text }))).toEqual({ text });
  });
});

describe('the depth of a JSON body', () => {
  it.each([
    ['arrays', nested(MAX_DEPTH)],
    ['objects', nested(MAX_DEPTH, '{"a":', '}')],
    ['both', nested(MAX_DEPTH / 2, '[{"a":', '}]')],
  ])('may be 20: %s', (_what, json) => {
    expect(parse(json)).toEqual(JSON.parse(json));
  });

  it.each([
    ['21 arrays', nested(MAX_DEPTH + 1)],
    ['21 objects', nested(MAX_DEPTH + 1, '{"a":', '}')],
    ['21 of both', `[${nested(MAX_DEPTH / 2, '[{"a":', '}]')}]`],
    ['50,000 arrays that are closed', nested(50_000)],
    ['50,000 arrays that are not', '['.repeat(50_000)],
    ['a second value of 21', `[${nested(2)},${nested(MAX_DEPTH)}]`],
    ['21 after a string of brackets', `["]]]]\\"]]]",${nested(MAX_DEPTH)}]`],
    ['21 after a string that ends in a backslash', `["\\\\",${nested(MAX_DEPTH)}]`],
  ])('is too great with %s', (_what, json) => {
    expect(refusal(json)).toBe('too_deep');
  });

  it.each([
    '['.repeat(50),
    '{[{['.repeat(20),
    '\\"[['.repeat(30),
    '"['.repeat(40),
    '\\'.repeat(99),
  ])('does not count what stands in a string: %j', (text) => {
    expect(parse(JSON.stringify([text, { [text]: 1 }]))).toEqual([text, { [text]: 1 }]);
  });

  it('is that of one place, not of all of them together', () => {
    const wide = Array.from({ length: 1_000 }, () => [[1]]);
    expect(parse(JSON.stringify(wide))).toEqual(wide);
  });
});

describe('a member that could touch a prototype', () => {
  it.each(['__proto__', 'constructor', 'prototype'])('is refused: %s', (name) => {
    expect(refusal(`{"${name}":1}`)).toBe('invalid_input');
    expect(refusal(`[{"a":[{"${name}":{"isAdmin":true}}]}]`)).toBe('invalid_input');
  });

  it('is refused however it is escaped', () => {
    expect(refusal(String.raw`{"\u005f_proto__":{}}`)).toBe('invalid_input');
    expect(refusal(String.raw`{"constru\u0063tor":{}}`)).toBe('invalid_input');
  });

  it('is named by its pointer, with strange names on the way escaped and shortened', () => {
    const strange = `a/b~c${'x'.repeat(200)}`;
    const json = `{"list":[0,{${JSON.stringify(strange)}:{"__proto__":1}}]}`;
    try {
      parse(json);
      throw new Error('it was taken');
    } catch (error) {
      expect((error as AppError).details.errors).toEqual([
        { pointer: `/list/1/a~1b~0c${'x'.repeat(59)}/__proto__`, message: 'is not allowed' },
      ]);
    }
  });

  it('may be a value, or part of another name', () => {
    const body = { a: '__proto__', constructor_: 1, proto: ['prototype'] };
    expect(parse(JSON.stringify(body))).toEqual(body);
  });
});

describe('reading whatever arrives', () => {
  const FORBIDDEN = /"(__proto__|constructor|prototype)":/;

  it('agrees with JSON.parse on everything that is valid and shallow', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.boolean(), (json, spaced) => {
        fc.pre(!FORBIDDEN.test(json));
        const text = spaced ? JSON.stringify(JSON.parse(json), null, 2) : json;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses in our own words and never hangs or crashes', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', '1', 'a', '__proto__');
    const soup = fc.oneof(
      fc.array(pieces, { maxLength: 60 }).map((all) => Buffer.from(all.join(''))),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(soup, (bytes) => {
        let wanted: unknown;
        let isJson = true;
        try {
          wanted = bytes.length === 0 ? undefined : JSON.parse(bytes.toString());
        } catch {
          isJson = false;
        }
        const got = refusal([...bytes]);
        expect(got).not.toMatch(/^not ours/);
        if (!isJson) expect(got).toMatch(/^(malformed_json|too_deep)$/);
        else if (got.startsWith('parsed')) expect(got).toBe(`parsed: ${JSON.stringify(wanted)}`);
      }),
      { numRuns: 500 },
    );
  });
});
