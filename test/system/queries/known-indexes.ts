import { readFileSync } from 'node:fs';
import { loadCatalogue } from './catalogue.js';
import type { Index } from './serving-index.js';

const BY_ID: Index = { name: '_id_', key: { _id: 1 }, unique: true };

/** The checked-in indexes of each collection, its own one by id included. */
export function knownIndexes(): ReadonlyMap<string, readonly Index[]> {
  const text = readFileSync(new URL('../indexes.json', import.meta.url), 'utf8');
  const entries = JSON.parse(text, revive) as Readonly<Record<string, Omit<Index, 'name'>>>;
  // Some have none but their own one.
  const collections = Object.keys(loadCatalogue().shardKeys);
  const known = new Map<string, Index[]>(collections.map((name) => [name, [BY_ID]]));
  for (const [title, index] of Object.entries(entries)) {
    const [collection = '', name = ''] = title.split(' ');
    const own = known.get(collection) ?? [BY_ID];
    known.set(collection, [...own, { ...index, name }]);
  }
  return known;
}

/** Times are texts in a file. */
function revive(_member: string, value: unknown): unknown {
  const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  return isTime ? new Date(value) : value;
}
