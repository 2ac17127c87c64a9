import type { PageQueryDto } from '#contracts';
import { decodeCursor, encodeCursor, type Page, pageLimit } from '#platform';
import { type RecordId, recordId } from '../persistence/record-id.js';

/** A place in a list that has the newest first. What has no time comes last. */
export interface RecentPosition {
  readonly at: Date | null;
  /** As it is stored: by it records of the same time are ordered. */
  readonly id: RecordId;
}

/** Where a list that has the newest first goes on, and how many items are wanted. */
export interface RecentPageRequest {
  readonly behind: RecentPosition | null;
  readonly limit: number;
}

/**
 * Reads the query of a list that has the newest first.
 * @throws PetyaError `invalid_input` for a cursor that is none of ours
 */
export function recentPageRequest(query: PageQueryDto): RecentPageRequest {
  const position = decodeCursor(query.cursor, isPosition);
  return { behind: position && fromCursor(position), limit: pageLimit(query) };
}

/** Cuts a page out of up to `limit + 1` items: the one too many only says that there are more. */
export function recentPage<T extends { readonly position: RecentPosition }>(
  items: readonly T[],
  limit: number,
): Page<T> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown,
    nextCursor: items.length > limit && last ? toCursor(last.position) : null,
  };
}

/**
 * Reads up to `limit + 1` records behind a position, by times and then ids that fall. Records from
 * before that have no time come last; they are asked for separately, since MongoDB compares within
 * one type only.
 * @param member that holds the time
 * @param read the records that a filter finds, in that order
 */
export async function readRecent<T>(
  member: string,
  { behind, limit }: RecentPageRequest,
  read: (filter: Record<string, unknown>, limit: number) => Promise<T[]>,
): Promise<T[]> {
  const wanted = limit + 1;
  const isAmongUndated = behind?.at === null;
  const dated = isAmongUndated ? [] : await read(datedBehind(member, behind), wanted);
  if (dated.length === wanted) return dated;
  const undated = { [member]: null, ...(isAmongUndated && { $or: idsBefore(behind.id) }) };
  return [...dated, ...(await read(undated, wanted - dated.length))];
}

function datedBehind(member: string, behind: RecentPosition | null): Record<string, unknown> {
  if (behind === null) return { [member]: { $gte: EARLIEST } };
  const { at, id } = behind;
  const atOnce = idsBefore(id).map((before) => ({ [member]: at, ...before }));
  return { [member]: { $gte: EARLIEST, $lte: at }, $or: [{ [member]: { $lt: at } }, ...atOnce] };
}

/** Every text is sorted before every ObjectId. */
function idsBefore(id: RecordId): Record<string, unknown>[] {
  const before = { _id: { $lt: id } };
  return typeof id === 'string' ? [before] : [before, { _id: { $type: 'string' } }];
}

/** The id is told with its type, since text may look like an ObjectId; no time is told as -1. */
type CursorValues = readonly [atMs: number, id: string, kind: 'text' | 'object'];

const NO_TIME = -1;

/** Of what a record may say it happened: no database has to know other years. */
const EARLIEST = new Date(0);
const LATEST_MS = Date.UTC(9999, 0);

function toCursor({ at, id }: RecentPosition): string {
  const kind = typeof id === 'string' ? 'text' : 'object';
  return encodeCursor([at?.getTime() ?? NO_TIME, String(id), kind]);
}

function fromCursor([atMs, id, kind]: CursorValues): RecentPosition {
  return {
    at: atMs === NO_TIME ? null : new Date(atMs),
    id: kind === 'text' ? id : recordId(id),
  };
}

function isPosition(position: unknown): position is CursorValues {
  if (!Array.isArray(position) || position.length !== 3) return false;
  const [atMs, id, kind] = position as unknown[];
  if (!Number.isInteger(atMs) || !isDate(Number(atMs)) || typeof id !== 'string') return false;
  return kind === 'text' || (kind === 'object' && /^[0-9a-f]{24}$/.test(id));
}

function isDate(ms: number): boolean {
  return ms === NO_TIME || (ms >= EARLIEST.getTime() && ms <= LATEST_MS);
}
