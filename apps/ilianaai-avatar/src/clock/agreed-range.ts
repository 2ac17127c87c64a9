/** Where a value lies. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

/** Whoever was taken before is left for one that is nearer by so much. */
const STAY = 1_000;

/**
 * What the most of some ranges have in common (Marzullo 1984). Those that share nothing with it are
 * wrong, or their clocks differ: as many as there are on either side, the side nearer to an expected
 * value is taken; the one that was taken before unless another is nearer by a second and more.
 * @returns null of none
 */
export function agreedRange(
  ranges: readonly Range[],
  { expected, before }: { readonly expected: number; readonly before: Range | null },
): Range | null {
  // The largest sets of ranges that share a point share the beginning of one of theirs.
  const choices = ranges.map(({ least: point }) => {
    const sharing = ranges.filter(({ least, most }) => least <= point && point <= most);
    const range = { least: point, most: Math.min(...sharing.map(({ most }) => most)) };
    const middle = (range.least + range.most) / 2;
    const isKept = before !== null && narrowed(range, before) !== null;
    const apart = Math.abs(middle - expected) - (isKept ? STAY : 0);
    return { range, votes: sharing.length, apart };
  });
  const [best] = choices.toSorted((a, b) => b.votes - a.votes || a.apart - b.apart);
  return best?.range ?? null;
}

/** What two have in common; null where that is nothing. */
export function narrowed(one: Range, other: Range): Range | null {
  const both = { least: Math.max(one.least, other.least), most: Math.min(one.most, other.most) };
  return both.least <= both.most ? both : null;
}
