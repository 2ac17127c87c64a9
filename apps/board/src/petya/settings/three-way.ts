/**
 * A list that two have changed at once: what the other has put in or taken out, and then what this one has.
 * @param base what both began with
 */
export function mergeLists(
  base: readonly string[],
  mine: readonly string[],
  theirs: readonly string[],
): string[] {
  const kept = theirs.filter((each) => mine.includes(each) || !base.includes(each));
  const added = mine.filter((each) => !base.includes(each) && !kept.includes(each));
  return [...kept, ...added];
}

/** The same for names with values; where both have changed one, it is as this one has it. */
export function mergeMaps<Value>(
  base: ReadonlyMap<string, Value>,
  mine: ReadonlyMap<string, Value>,
  theirs: ReadonlyMap<string, Value>,
): Map<string, Value> {
  const merged = new Map(theirs);
  for (const name of base.keys()) if (!mine.has(name)) merged.delete(name);
  for (const [name, value] of mine) {
    if (!base.has(name) || base.get(name) !== value) merged.set(name, value);
  }
  return merged;
}
