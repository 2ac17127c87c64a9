import type { TurnRole } from '#contracts';

/** In order of authority: whose text, time and key a turn takes when several saw it. */
export const LINE_SOURCES = ['vendor', 'client', 'task', 'socket'] as const;
export type LineSource = (typeof LINE_SOURCES)[number];

/** One thing that one source says was said. */
export interface SourceLine {
  source: LineSource;
  /** Unique inside its source; the same key in two sources is the same turn. */
  key: string;
  role: TurnRole;
  text: string;
  /** Epoch milliseconds, finite. */
  atMs: number;
  /** Order among lines of one source at the same time. */
  position: number;
  /** Its place among all lines as the database stored them, whichever replica they came to. */
  stored?: bigint;
  /** Whether the time is one that was told with the line; otherwise it is ours when it came. */
  isTold?: boolean;
}

const AUTHORITY = new Map<LineSource, number>(LINE_SOURCES.map((source, rank) => [source, rank]));

/** 0 for the source of highest authority. */
export function authorityRank(source: LineSource): number {
  return AUTHORITY.get(source) ?? LINE_SOURCES.length;
}

/**
 * Total order of lines with different (source, key): by time, then the vendor's, so that what the
 * vendor lacks follows what the vendor heard in the same instant (its times are whole seconds,
 * rounded down), then by the order of storing, where it is known, by authority, position and key.
 */
export function compareLines(a: SourceLine, b: SourceLine): number {
  return (
    a.atMs - b.atMs ||
    Number(b.source === 'vendor') - Number(a.source === 'vendor') ||
    compareStored(a, b) ||
    authorityRank(a.source) - authorityRank(b.source) ||
    a.position - b.position ||
    compareStrings(a.key, b.key)
  );
}

/** By the order of storing; those of which it is not known come first. */
export function compareStored(a: SourceLine, b: SourceLine): number {
  const { stored: one = -1n } = a;
  const { stored: other = -1n } = b;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A line with well-formed text and the form it is compared by, role included. */
export interface Source extends SourceLine {
  comparable: string;
}

/** Lines that are one turn: at least one, at most one of each source, the highest authority first. */
export interface TurnGroup {
  lines: readonly [Source, ...Source[]];
  /** One bit for each source that has a line here. */
  sourceBits: number;
}

/** The lines must be of different sources. */
export function groupOf(lines: readonly [Source, ...Source[]]): TurnGroup {
  const sorted = lines.toSorted((a, b) => authorityRank(a.source) - authorityRank(b.source));
  const sourceBits = lines.reduce((bits, line) => bits | (1 << authorityRank(line.source)), 0);
  return { lines: sorted as [Source, ...Source[]], sourceBits };
}
