import fc from 'fast-check';
import type { Json } from './operations.js';

/** Longest text that is generated; limits themselves are held by tests of their own. */
const MAX_TEXT = 60;

/** Values that a schema allows. */
export function valuesOf(schema: Json): fc.Arbitrary<unknown> {
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if (Array.isArray(schema['anyOf'])) {
    const { anyOf, ...rest } = schema;
    return fc.oneof(...(anyOf as Json[]).map((each) => valuesOf({ ...rest, ...each })));
  }
  const types = [schema['type']].flat();
  return fc.oneof(...types.map((type) => ofType(String(type), schema)));
}

function ofType(type: string, schema: Json): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer(range(schema, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER));
    case 'number':
      return numbers(schema);
    case 'array':
      return fc.array(valuesOf(schema['items'] as Json), { maxLength: 5 });
    case 'object':
      return objects(schema);
    default:
      return texts(schema);
  }
}

function numbers(schema: Json): fc.Arbitrary<number> {
  const { min, max } = range(schema, -1e12, 1e12);
  const above = Number(schema['exclusiveMinimum'] ?? Number.NEGATIVE_INFINITY);
  return fc
    .double({ min, max, noNaN: true, noDefaultInfinity: true })
    .map((value) => (value > above ? value : above + 1));
}

function range(schema: Json, lowest: number, highest: number) {
  return {
    min: Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? lowest),
    max: Number(schema['maximum'] ?? highest),
  };
}

function texts(schema: Json): fc.Arbitrary<string> {
  if (schema['format'] === 'email') return fc.constantFrom('ada@example.com', 'a.b+c@example.org');
  if (typeof schema['pattern'] === 'string') {
    return fc.stringMatching(new RegExp(schema['pattern'])).filter((text) => text.length <= 100);
  }
  const minLength = Number(schema['minLength'] ?? 0);
  const maxLength = Math.min(MAX_TEXT, Number(schema['maxLength'] ?? MAX_TEXT));
  return fc.string({ minLength, maxLength, unit: 'grapheme' });
}

/** Required members always, the others sometimes. */
function objects(schema: Json): fc.Arbitrary<Json> {
  const members = Object.entries((schema['properties'] ?? {}) as Record<string, Json>);
  const required = (schema['required'] ?? []) as string[];
  const shape = Object.fromEntries(members.map(([name, member]) => [name, valuesOf(member)]));
  return fc.record(shape, { requiredKeys: required });
}
