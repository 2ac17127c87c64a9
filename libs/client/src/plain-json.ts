/**
 * JSON of plain data. `JSON.stringify` asks every object and list for `toJSON`, also one that a
 * page's library has put on `Array.prototype`, which then stands as text inside text.
 */
export function toJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry) => toJson(entry ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value)
    .map((name) => [name, (value as Record<string, unknown>)[name]] as const)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${JSON.stringify(name)}:${toJson(member)}`);
  return `{${members.join(',')}}`;
}
