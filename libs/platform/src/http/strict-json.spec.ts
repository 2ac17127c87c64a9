import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../errors/app-error.js';
import { MAX_DEPTH, parseStrictJson, parseStrictJsonInPieces } from './strict-json.js';

const parse = (json: string | number[], maxMembers?: number) =>
  parseStrictJson(typeof json === 'string' ? Buffer.from(json) : Uint8Array.from(json), maxMembers);

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
    expect(parse(JSON.stringify(wide), 10_000)).toEqual(wide);
  });
});

describe('a member that could touch a prototype', () => {
  it.each(['__proto__', 'constructor', 'prototype'])('is refused: %s', (name) => {
    expect(refusal(`{"${name}":1}`)).toBe('invalid_input');
    expect(refusal(`[{"a":[{"${name}":{"isAdmin":true}}]}]`)).toBe('invalid_input');
    expect(refusal(`{"a":[{"b":[],"${name}":1}]}`)).toBe('invalid_input');
  });

  it('is refused however it is escaped', () => {
    expect(refusal(String.raw`{"\u005f_proto__":{}}`)).toBe('invalid_input');
    expect(refusal(String.raw`{"constru\u0063tor":{}}`)).toBe('invalid_input');
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const escaped = name.replaceAll(/./g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
      expect(refusal(`{"${escaped}":{}}`)).toBe('invalid_input');
    }
  });

  it('is refused without the names on the way, which are the caller’s text', () => {
    const json = '{"list":[0,{"strange":{"__proto__":1}}]}';
    try {
      parse(json);
      throw new Error('it was taken');
    } catch (error) {
      expect((error as AppError).details.errors).toEqual([
        { pointer: '', message: 'must have no member __proto__, constructor or prototype' },
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

describe('the members of a JSON body', () => {
  const empty = (count: number) => `[${Array.from({ length: count }, () => '{}').join(',')}]`;

  it.each([
    ['a list', `[${'1,'.repeat(198)}1]`],
    ['objects in a list', empty(100)],
    [
      'an object',
      JSON.stringify(Object.fromEntries(Array.from({ length: 190 }, (_, i) => [i, i]))),
    ],
    ['commas in a text', JSON.stringify([',[{'.repeat(1_000)])],
  ])('may be 200: %s', (_what, json) => {
    expect(parse(json)).toEqual(JSON.parse(json));
  });

  it.each([
    ['a list', `[${'1,'.repeat(200)}1]`],
    ['objects in a list', empty(201)],
    [
      'an object',
      JSON.stringify(Object.fromEntries(Array.from({ length: 201 }, (_, i) => [i, i]))),
    ],
    ['many, and no JSON', `[${'{},'.repeat(201)}`],
  ])('are too many: %s', (_what, json) => {
    expect(refusal(json)).toBe('invalid_input');
  });

  it('are counted before anything is made of them', () => {
    const bytes = Buffer.from(`[${'{},'.repeat(5_000_000)}{"\\u0061":1}]`);
    const began = process.cpuUsage();
    expect(() => parseStrictJson(bytes)).toThrow(AppError);
    const { user, system } = process.cpuUsage(began);
    // JSON.parse of it takes seconds.
    expect((user + system) / 1000).toBeLessThan(500);
  });
});

describe('a long body, which is read in pieces', () => {
  const pad = ' '.repeat(300 * 1024);
  const pieces = (json: string) => parseStrictJsonInPieces(Buffer.from(json), 1_000_000);
  const outcome = async (json: string) => pieces(json).catch((error: AppError) => error.code);

  it.each([
    ['nothing but a long list', { list: Array.from({ length: 40_000 }, (_, i) => ({ i })) }],
    ['lists in lists', { a: Array.from({ length: 20_000 }, (_, i) => [[i], ['],[']]) }],
    [
      'two long lists and others',
      {
        first: Array.from({ length: 20_000 }, (_, i) => `text ${i} \\" , ] [`),
        short: [1, 2],
        second: Array.from({ length: 20_000 }, (_, i) => ({ text: `é € 😀 ${i}`, none: null })),
        last: { a: [1] },
      },
    ],
    ['a long list that is not in an object', Array.from({ length: 60_000 }, (_, i) => i)],
    ['a list one level further down', { a: { b: Array.from({ length: 60_000 }, (_, i) => i) } }],
  ])('is what JSON.parse makes of it: %s', async (_what, value) => {
    const json = JSON.stringify(value);
    expect(json.length).toBeGreaterThan(256 * 1024);
    expect(await pieces(json)).toEqual(value);
    expect(await pieces(JSON.stringify(value, null, 1))).toEqual(value);
  });

  it('lets the last of two members of one name stand', async () => {
    const long = JSON.stringify(Array.from({ length: 60_000 }, (_, i) => i));
    expect(await pieces(`{"a":${long},"a":[1]}`)).toEqual({ a: [1] });
    expect(await pieces(`{"a":[1],"a":${long}}`)).toEqual(JSON.parse(`{"a":${long}}`));
  });

  it.each([
    ['two commas', (list: string) => `{"a":[${list},,${list}]}`],
    ['a comma at the end', (list: string) => `{"a":[${list},]}`],
    ['a comma behind a large entry', (list: string) => `{"a":[${list},"${'x'.repeat(70_000)}",]}`],
    ['a comma at the beginning', (list: string) => `{"a":[,${list}]}`],
    ['a list that ends as an object', (list: string) => `{"a":[${list}}}`],
    ['a list that does not end', (list: string) => `{"a":[${list}`],
    ['something behind it', (list: string) => `{"a":[${list}]}x`],
    ['an entry that is no JSON', (list: string) => `{"a":[${list},{a:1}]}`],
    ['a brace of another level', (list: string) => `{"a":[${list},{]},1]}`],
    ['no JSON behind the list', (list: string) => `{"a":[${list}],b}`],
  ])('is malformed with %s', async (_what, of) => {
    for (const count of [20_000, 20_001, 37_777]) {
      const list = Array.from({ length: count }, (_, i) => `"entry ${i}"`).join(',');
      expect([count, await outcome(of(list))]).toEqual([count, 'malformed_json']);
    }
  });

  it('may hold no entry that is larger than anything of ours', async () => {
    const huge = 'x'.repeat(2 * 1024 * 1024);
    const list = Array.from({ length: 20_000 }, (_, i) => `"entry ${i}"`).join(',');
    expect(await outcome(`{"a":[${list},"${huge}",${list}]}`)).toBe('payload_too_large');
    expect(await outcome(`{"a":"${huge}"}`)).toBe('payload_too_large');
  });

  it('is held to the same rules', async () => {
    const long = Array.from({ length: 20_000 }, (_, i) => `"entry ${i}"`).join(',');
    expect(await outcome(`{"a":[${long},{"__proto__":1}]}`)).toBe('invalid_input');
    expect(await outcome(`{"a":[${long},${nested(MAX_DEPTH)}]}`)).toBe('too_deep');
    expect(await outcome(`${pad}{"a":1}`)).toEqual({ a: 1 });
    const bytes = Buffer.concat([Buffer.from(`{"a":[${long}]}${pad}`), Buffer.from([0xff])]);
    await expect(parseStrictJsonInPieces(bytes, 1e6)).rejects.toMatchObject({
      code: 'malformed_json',
    });
  });

  it('agrees with JSON.parse on whatever is valid', async () => {
    const filler = JSON.stringify('x'.repeat(1_000));
    const entries = fc.array(fc.json({ maxDepth: 3 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(entries, fc.integer({ min: 1, max: 90 }), async (jsons, every) => {
        const list = Array.from({ length: 600 }, (_, i) =>
          i % every === 0 ? (jsons[i % jsons.length] ?? '0') : filler,
        );
        const json = `{"a":[${list.join(',')}],"b":${jsons[0]}}`;
        fc.pre(!/"(__proto__|constructor|prototype)"\s*:/.test(json));
        expect(await pieces(json)).toEqual(JSON.parse(json));
      }),
      { numRuns: 30 },
    );
  });
});
