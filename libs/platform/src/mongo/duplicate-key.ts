/** MongoDB's code for a write that a unique index refused. */
const DUPLICATE_KEY = 11000;

/**
 * How a refusal names the index: `index: slot dup key: {…}`, of old with its namespace before it, and
 * FerretDB at its end, which says no pattern: `Index 'slot'`.
 */
const INDEX_NAMES = [
  /^[^{"]*? index: (?:\S+\.\$)?(\S+) dup key/,
  /^Duplicate key violation [^{"]*: Index '([^']+)'/,
];

/**
 * Whether an error is a unique index refusing a write.
 * @param member only when the index holds this member
 * @param indexName the index's name, by which it is told where a server says no `keyPattern`
 */
export function isDuplicateKey(
  error: unknown,
  member?: string,
  indexName = `${member}_1`,
): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== DUPLICATE_KEY) return false;
  if (member === undefined) return true;
  const pattern = 'keyPattern' in error ? error.keyPattern : undefined;
  if (typeof pattern === 'object' && pattern !== null) return member in pattern;
  return INDEX_NAMES.some((form) => form.exec(error.message)?.[1] === indexName);
}
