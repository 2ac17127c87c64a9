import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '../stack/project-root.js';
import { gatewayTypes } from './gateway-types.js';
import { type Document, writeTypes } from './write-types.js';

describe('the types of the client', () => {
  it('are those that the gateway describes; npm run generate:client writes them anew', async () => {
    const file = join(projectRoot, 'libs', 'client', 'src', 'generated.ts');
    expect(await readFile(file, 'utf8')).toBe(await gatewayTypes());
  });
});

describe('a type', () => {
  /** A document with one route, whose answer has one member. */
  const documentOf = (member: object, more: object = {}) =>
    ({
      paths: {
        '/a': {
          post: {
            summary: 'Do it.',
            responses: {
              200: {
                content: {
                  'application/json': {
                    schema: { properties: { data: { $ref: '#/components/schemas/One' } } },
                  },
                },
              },
            },
          },
        },
      },
      components: {
        schemas: { One: { type: 'object', properties: { member } }, ...more },
      },
    }) as Document;

  const written = (member: object, more?: object) =>
    writeTypes(documentOf(member, more), '// Head', ['POST /a']);

  it('stands in a whole file', () => {
    expect(written({ type: 'string', description: 'What it is.' })).toBe(`// Head

/** Bodies, and the \`data\` of answers, by method and path. */
export interface Routes {
  /** Do it. */
  'POST /a': {
    readonly body: undefined;
    readonly data: One;
  };
}

export interface One {
  /** What it is. */
  readonly member?: string;
}
`);
  });

  it.each([
    [{ type: 'integer' }, 'number'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ type: 'string', enum: ['a', 'b'] }, "'a' | 'b'"],
    [{ type: ['string', 'null'], enum: ['a', null] }, "'a' | null"],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [{ anyOf: [{ type: 'number' }, { type: 'number', minimum: 1 }] }, 'number'],
    [{ type: 'array', items: { type: 'string' } }, 'readonly string[]'],
    [{ type: 'array', items: { enum: ['a', 1] } }, "readonly ('a' | 1)[]"],
    [
      { type: ['object', 'null'], additionalProperties: { type: 'string' } },
      'Readonly<Record<string, string>> | null',
    ],
    [
      {
        type: 'object',
        required: ['a'],
        properties: { a: { type: 'null' }, b: { type: 'number' } },
      },
      '{ readonly a: null; readonly b?: number }',
    ],
  ])('of %j is %s', (schema, type) => {
    expect(written(schema)).toContain(`  readonly member?: ${type};\n`);
  });

  it('brings along what it names, once', () => {
    const Two = {
      type: 'object',
      required: ['one'],
      properties: { one: { $ref: '#/components/schemas/One' } },
    };
    const text = written({ $ref: '#/components/schemas/Two' }, { Two });
    expect(text.match(/export interface \w+/g)).toEqual([
      'export interface Routes',
      'export interface One',
      'export interface Two',
    ]);
  });

  it('of a closed list has its name, and what each word means', () => {
    const Word = { type: 'string', enum: ['a', 'b'], description: '- `a`: one\n- `b`: two' };
    expect(written({ $ref: '#/components/schemas/Word' }, { Word })).toContain(
      "/**\n * - `a`: one\n * - `b`: two\n */\nexport type Word = 'a' | 'b';\n",
    );
  });

  it('that is long stands on lines of its own', () => {
    const choices = Array.from({ length: 5 }, (_, number) => 'x'.repeat(20) + number);
    const lines = choices.map((choice) => `    | '${choice}'`).join('\n');
    expect(written({ enum: choices })).toContain(`  readonly member?:\n${lines};\n`);
  });

  it.each([
    [{}, 'No type'],
    [{ type: 'file' }, 'Not known: file'],
    [{ type: 'object' }, 'An object of anything'],
    [{ $ref: '#/components/schemas/Three' }, 'no schema Three'],
  ])('of %j is none', (schema, message) => {
    expect(() => written(schema)).toThrow(message);
  });

  it('is there only for routes that are', () => {
    expect(() => writeTypes(documentOf({ type: 'string' }), '', ['GET /a'])).toThrow('no GET /a');
  });
});
