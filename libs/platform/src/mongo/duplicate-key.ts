/** MongoDB's code for a write that a unique index refused. */
const DUPLICATE_KEY = 11000;

/**
 * Whether an error is a unique index refusing a write.
 * @param member only when the index holds this member
 */
export function isDuplicateKey(error: unknown, member?: string): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== DUPLICATE_KEY) return false;
  if (member === undefined) return true;
  const pattern = 'keyPattern' in error ? error.keyPattern : undefined;
  return typeof pattern === 'object' && pattern !== null && member in pattern;
}
