/** How the rows of a list become others: what goes, and what comes before what. */
export interface PatchPlan {
  readonly gone: readonly string[];
  /** New rows and those that have to move, in the order in which they are put in; null is the end. */
  readonly placed: readonly { readonly key: string; readonly before: string | null }[];
}

/**
 * Plans it so that as many rows as can be stay where they are: a row that is moved loses its focus.
 * @param wanted keys, each once
 */
export function planPatch(present: readonly string[], wanted: readonly string[]): PatchPlan {
  const places = new Map(wanted.map((key, place) => [key, place]));
  const left = present.filter((key) => places.has(key));
  const staying = new Set(
    longestRising(left.map((key) => places.get(key) ?? 0)).map((place) => wanted[place]),
  );
  const placed: { key: string; before: string | null }[] = [];
  // From the end, so that what a row is put before already stands there.
  let before: string | null = null;
  for (const key of [...wanted].reverse()) {
    if (!staying.has(key)) placed.push({ key, before });
    before = key;
  }
  return { gone: present.filter((key) => !places.has(key)), placed };
}

/** The most of some numbers, all different, that rise in the order in which they stand. */
function longestRising(numbers: readonly number[]): number[] {
  const best: number[][] = [];
  for (const number of numbers) {
    let longest: number[] = [];
    for (const chain of best) {
      const isBefore = (chain[chain.length - 1] ?? 0) < number;
      if (isBefore && chain.length > longest.length) longest = chain;
    }
    best.push([...longest, number]);
  }
  return best.reduce<number[]>((most, chain) => (chain.length > most.length ? chain : most), []);
}
