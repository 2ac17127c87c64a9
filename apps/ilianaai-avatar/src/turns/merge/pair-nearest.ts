import { MinHeap } from './min-heap.js';
import { chainsOf, type Point } from './nearest-chains.js';
import type { Steps } from './steps.js';
import { compareLines, type TurnGroup } from './source-line.js';

interface Edge {
  gapMs: number;
  earlier: Point;
  later: Point;
}

export interface TurnPair {
  joined: TurnGroup;
  arriving: TurnGroup;
}

/**
 * Pairs groups of one side with groups of the other when they hold lines of the same text within
 * `maxGapMs` and no source twice. The pair nearest in time goes first, the earlier of equals; each
 * group pairs once. Pairing each text in its order would be shorter and lose words: where one side
 * missed the first "yes" and the other the last, it would make three turns of four.
 *
 * The nearest lines of two sides are always neighbours in time among those still unpaired, so a heap
 * of neighbours replaces the comparison of all with all: a thousand times "yes" costs n log n.
 */
export function* pairNearest(
  joined: readonly TurnGroup[],
  arriving: readonly TurnGroup[],
  maxGapMs: number,
): Steps<TurnPair[]> {
  const points = (yield* chainsOf(joined, arriving)).flat();
  const edges = new MinHeap<Edge>(compareEdges);
  const offer = (earlier: Point | undefined, later: Point | undefined): void => {
    if (!earlier || !later || earlier.side === later.side) return;
    const gapMs = later.line.atMs - earlier.line.atMs;
    if (gapMs <= maxGapMs) edges.push({ gapMs, earlier, later });
  };
  for (const point of points) offer(point.previous, point);
  yield;

  const pointsOf = pointsByGroup(points);
  const paired = new Set<TurnGroup>();
  const pairs: TurnPair[] = [];
  for (let edge = edges.pop(); edge !== undefined; edge = edges.pop()) {
    yield;
    const groups = [edge.earlier.group, edge.later.group];
    if (groups.some((group) => paired.has(group))) continue;
    pairs.push(asPair(edge));
    for (const group of groups) paired.add(group);
    for (const point of groups.flatMap((group) => pointsOf.get(group) ?? [])) {
      unlink(point);
      offer(point.previous, point.next);
    }
  }
  return pairs;
}

function asPair({ earlier, later }: Edge): TurnPair {
  return earlier.side === 'joined'
    ? { joined: earlier.group, arriving: later.group }
    : { joined: later.group, arriving: earlier.group };
}

function pointsByGroup(points: readonly Point[]): Map<TurnGroup, Point[]> {
  const byGroup = new Map<TurnGroup, Point[]>();
  for (const point of points) {
    const own = byGroup.get(point.group);
    if (own) own.push(point);
    else byGroup.set(point.group, [point]);
  }
  return byGroup;
}

function unlink({ previous, next }: Point): void {
  if (previous) previous.next = next;
  if (next) next.previous = previous;
}

function compareEdges(a: Edge, b: Edge): number {
  return (
    a.gapMs - b.gapMs ||
    compareLines(a.earlier.line, b.earlier.line) ||
    compareLines(a.later.line, b.later.line)
  );
}
