/** Words of the query language that look like names. */
const WORDS = new Set([
  'and',
  'or',
  'unless',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'bool',
  'offset',
]);

/**
 * The metrics that a query of Prometheus reads: what is left of it without texts, labels, times, and the
 * names of functions.
 */
export function metricNamesIn(query: string): string[] {
  const bare = query
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ');
  const names = bare.match(/[A-Za-z_:][\w:]*(?!\s*\(|[\w:])/g) ?? [];
  return [...new Set(names.filter((name) => !WORDS.has(name)))];
}
