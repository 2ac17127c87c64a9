import { type Meanings, wordsOf } from '#contracts';
import { schemaPath } from '#contracts/description';
import type { OpenAPIObject } from '@nestjs/swagger';
import { eachPart, type Json } from './walk.js';

/**
 * Gives every closed list a schema of its own, which says what each word means, and names it wherever
 * its words are enumerated: a generated client has one type for it.
 * @param lists by the name of their schema
 */
export function describeClosedLists(
  document: OpenAPIObject,
  lists: Readonly<Record<string, Meanings>>,
): void {
  const names = new Map(
    Object.entries(lists).map(([name, meanings]) => [wordsOf(meanings).join(), name]),
  );
  const schemas = (document.components?.schemas ?? {}) as Record<string, Json>;
  eachPart([document.paths, schemas], (part) => {
    if (!Array.isArray(part['enum'])) return;
    const words: unknown[] = part['enum'].filter((word) => word !== null);
    const name = names.get(words.join());
    if (name === undefined) return;
    const isNullable = words.length < part['enum'].length;
    delete part['enum'];
    delete part['type'];
    const reference = { $ref: schemaPath({ name }) };
    Object.assign(part, isNullable ? { anyOf: [reference, { type: 'null' }] } : reference);
    schemas[name] = closedListSchema(lists[name] ?? {});
  });
}

/** The schema of a closed list. */
export function closedListSchema(meanings: Meanings): Json {
  return {
    type: 'string',
    enum: wordsOf(meanings),
    description: Object.entries(meanings)
      .map(([word, meaning]) => `- \`${word}\`: ${meaning}`)
      .join('\n'),
    'x-enumDescriptions': meanings,
  };
}
