import type { Steps } from './steps.js';
import { compareLines, type Source, type TurnGroup } from './source-line.js';

export type Side = 'joined' | 'arriving';

/** A line's place in a chain. One line stands in several chains when its group may join groups of several kinds. */
export interface Point {
  line: Source;
  group: TurnGroup;
  side: Side;
  previous?: Point;
  next?: Point;
}

/** Lines of one side and one text, by the sources of the group they stand in. */
type BySources = Map<number, Point[]>;

/**
 * Chains in time of all lines that may pair: one for each text and each two kinds of group without
 * a source in common, so that inside a chain every line of one side may pair with every line of the
 * other. Each point is linked to its neighbours.
 */
export function* chainsOf(
  joined: readonly TurnGroup[],
  arriving: readonly TurnGroup[],
): Steps<Point[][]> {
  const joinedTexts = yield* byText(joined, 'joined');
  const chains: Point[][] = [];
  for (const [text, arrivingKinds] of yield* byText(arriving, 'arriving')) {
    yield;
    for (const [joinedBits, joinedPoints] of joinedTexts.get(text) ?? []) {
      for (const [arrivingBits, arrivingPoints] of arrivingKinds) {
        if ((joinedBits & arrivingBits) !== 0) continue;
        chains.push(link(joinedPoints, arrivingPoints));
      }
    }
  }
  return chains;
}

function* byText(groups: readonly TurnGroup[], side: Side): Steps<Map<string, BySources>> {
  const texts = new Map<string, BySources>();
  for (const group of groups) {
    yield;
    for (const line of group.lines) {
      const kinds = entry(texts, line.comparable, () => new Map<number, Point[]>());
      entry(kinds, group.sourceBits, () => []).push({ line, group, side });
    }
  }
  return texts;
}

function link(joined: readonly Point[], arriving: readonly Point[]): Point[] {
  const ranked = [...ranks(joined), ...ranks(arriving)];
  ranked.sort(
    (a, b) =>
      a.point.line.atMs - b.point.line.atMs ||
      a.rank - b.rank ||
      compareLines(a.point.line, b.point.line),
  );
  const chain = ranked.map(({ point }) => ({ ...point }));
  for (const [index, point] of chain.entries()) {
    point.previous = chain[index - 1];
    point.next = chain[index + 1];
  }
  return chain;
}

/** Numbers points of the same instant, so that the first of one side stands beside the first of the other. */
function ranks(points: readonly Point[]): { point: Point; rank: number }[] {
  const sorted = points.toSorted((a, b) => compareLines(a.line, b.line));
  let rank = 0;
  return sorted.map((point, index) => {
    rank = sorted[index - 1]?.line.atMs === point.line.atMs ? rank + 1 : 0;
    return { point, rank };
  });
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}
