/**
 * Puts a value into a map as its newest. Where there are more than `max` then, the oldest goes: a
 * cache of what was used last that takes one step a value.
 */
export function keepNewest<K, V>(map: Map<K, V>, key: K, value: V, max: number): void {
  // Taken out first, so that the map stays in the order of the last use.
  map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
