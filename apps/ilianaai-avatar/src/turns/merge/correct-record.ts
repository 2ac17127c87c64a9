import type { SourceLine } from './source-line.js';

/** What a whole reading of the vendor's record makes of the lines that are stored. */
export interface Correction {
  /** All lines as they are with it. */
  readonly lines: readonly SourceLine[];
  /** Of the record's, those that are stored otherwise or not at all. */
  readonly changed: readonly SourceLine[];
  /** Keys of the vendor's lines that its record no longer holds. */
  readonly gone: readonly string[];
}

/**
 * The vendor corrects its record: an interim line is replaced by its final words, and an answer that
 * was cut short by what was said of it, often at other seconds. So its lines are those of its last
 * whole record; what others reported stays. A record without a line corrects nothing: a vendor
 * that has forgotten a talk does not say that there was none.
 */
export function correctRecord(
  stored: readonly SourceLine[],
  record: readonly SourceLine[],
): Correction {
  if (record.length === 0) return { lines: stored, changed: [], gone: [] };
  const wanted = new Map(record.map((line) => [line.key, line]));
  const known = new Map(stored.flatMap((line) => (isVendors(line) ? [[line.key, line]] : [])));
  const changed = [...wanted.values()].filter((line) => !isSame(line, known.get(line.key)));
  const gone = [...known.keys()].filter((key) => !wanted.has(key));
  if (changed.length === 0 && gone.length === 0) return { lines: stored, changed, gone };
  const others = stored.filter((line) => !isVendors(line));
  return { lines: [...others, ...wanted.values()], changed, gone };
}

function isVendors({ source }: SourceLine): boolean {
  return source === 'vendor';
}

function isSame(line: SourceLine, other: SourceLine | undefined): boolean {
  return (
    other !== undefined &&
    line.role === other.role &&
    line.text === other.text &&
    line.atMs === other.atMs &&
    line.position === other.position
  );
}
