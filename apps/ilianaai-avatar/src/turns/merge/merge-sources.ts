import type { TurnRole } from '#contracts';
import { toWellFormed, utf8Bytes } from '#platform';
import { comparableText } from './comparable-text.js';
import { pairNearest } from './pair-nearest.js';
import { settleTimes } from './settle-times.js';
import { atOnce, type Steps } from './steps.js';
import {
  compareLines,
  groupOf,
  LINE_SOURCES,
  type TurnGroup,
  type Source,
  type SourceLine,
  type LineSource,
} from './source-line.js';

export type { SourceLine, LineSource } from './source-line.js';

/** Two sources that heard the same text at most this far apart heard one turn. */
const PAIRING_WINDOW_MS = 15_000;

export interface MergedTurn {
  key: string;
  role: TurnRole;
  text: string;
  atMs: number;
  /** Everyone who saw the turn, the highest authority first: key, role, text and time are that one's. */
  sources: LineSource[];
}

export interface Merge {
  turns: MergedTurn[];
  truncated: boolean;
}

export interface MergeLimits {
  maxTurns: number;
  maxTextBytes: number;
}

/**
 * The turns of a session from what its sources saw. The order of the lines, repeats and cut
 * repeats change nothing, so a merge of any chunks is the merge of their union.
 *
 * - Of repeats of one (source, key) the longest text stands, which heals a line read while it grew.
 * - Lines with the same key are one turn, as are lines of different sources with the same role and
 *   text (see `comparableText`) within 15 s. Sources join one after the other, in order of
 *   authority, and each pairs with the turns so far, nearest in time first: three times "yes" heard
 *   by three sources is three turns, whichever lines stand nearest.
 * - What was stored one after the other stays so where clocks disagree (`settleTimes`).
 * - Vendor turns keep the vendor's order; what the vendor lacks stands between them by time.
 * - Blank lines are nobody's turn. Beyond the limits whole turns are cut from the end.
 */
export function mergeSources(lines: readonly SourceLine[], limits: MergeLimits): Merge {
  return atOnce(mergeInSteps(lines, limits));
}

/** As `mergeSources`, for transcripts so long that others have to have their turn meanwhile. */
export function* mergeInSteps(lines: readonly SourceLine[], limits: MergeLimits): Steps<Merge> {
  const sources = yield* settleTimes(yield* standingSources(lines));
  const groups = yield* joinByText(joinByKey(sources));
  yield;
  const sorted = groups.toSorted((a, b) => compareLines(a.lines[0], b.lines[0]));
  yield;
  const turns = sorted.map(asTurn);
  const kept = turns.slice(0, countWithin(turns, limits));
  return { turns: kept, truncated: kept.length < turns.length };
}

function asTurn({ lines: [first, ...others] }: TurnGroup): MergedTurn {
  return {
    key: first.key,
    role: first.role,
    text: first.text,
    atMs: first.atMs,
    sources: [first, ...others].map((line) => line.source),
  };
}

/** Of repeats the one that stands, without blank lines. */
function* standingSources(lines: readonly SourceLine[]): Steps<Source[]> {
  const standing = new Map<string, Source>();
  for (const line of lines) {
    yield;
    const source = asSource(line);
    if (source === null) continue;
    const id = `${source.source} ${source.key}`;
    const other = standing.get(id);
    if (other === undefined || compareRepeats(source, other) < 0) standing.set(id, source);
  }
  return [...standing.values()];
}

function asSource(line: SourceLine): Source | null {
  const text = toWellFormed(line.text);
  const comparable = comparableText(text);
  return comparable === '' ? null : { ...line, text, comparable: `${line.role} ${comparable}` };
}

/** The one that stands comes first; total over every member, so that the order of reading never shows. */
function compareRepeats(a: Source, b: Source): number {
  return (
    b.text.length - a.text.length ||
    Buffer.compare(Buffer.from(a.text), Buffer.from(b.text)) ||
    compareLines(a, b) ||
    Number(a.role > b.role) - Number(a.role < b.role)
  );
}

function joinByKey(sources: readonly Source[]): TurnGroup[] {
  const byKey = new Map<string, [Source, ...Source[]]>();
  for (const source of sources) {
    const sameKey = byKey.get(source.key);
    if (sameKey) sameKey.push(source);
    else byKey.set(source.key, [source]);
  }
  return [...byKey.values()].map(groupOf);
}

function* joinByText(groups: readonly TurnGroup[]): Steps<TurnGroup[]> {
  let joined: TurnGroup[] = [];
  for (const source of LINE_SOURCES) {
    const arriving = groups.filter(({ lines: [first] }) => first.source === source);
    const pairs = yield* pairNearest(joined, arriving, PAIRING_WINDOW_MS);
    const paired = new Set(pairs.flatMap((pair) => [pair.joined, pair.arriving]));
    joined = [
      ...[...joined, ...arriving].filter((group) => !paired.has(group)),
      ...pairs.map((pair) => groupOf([...pair.joined.lines, ...pair.arriving.lines])),
    ];
  }
  return joined;
}

function countWithin(
  turns: readonly MergedTurn[],
  { maxTurns, maxTextBytes }: MergeLimits,
): number {
  let bytes = 0;
  const cutAt = turns.findIndex(({ text }, index) => {
    bytes += utf8Bytes(text);
    return index >= maxTurns || bytes > maxTextBytes;
  });
  return cutAt === -1 ? turns.length : cutAt;
}
