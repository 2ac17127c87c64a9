import type { PageQueryDto } from '#contracts';
import { decodeCursor, encodeCursor, type Page, pageLimit } from '#platform';

/** Where a list that is ordered by id goes on, and how many items are wanted. */
export interface IdPageRequest {
  readonly afterId: string | null;
  readonly limit: number;
}

/**
 * Reads the query of a list that is ordered by id.
 * @throws PetyaError `invalid_input` for a cursor that is none of ours
 */
export function idPageRequest(query: PageQueryDto): IdPageRequest {
  const position = decodeCursor(query.cursor, isIdPosition);
  return { afterId: position?.[0] ?? null, limit: pageLimit(query) };
}

/** Cuts a page out of up to `limit + 1` items: the one too many only says that there are more. */
export function idPage<T extends { readonly id: string }>(items: T[], limit: number): Page<T> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown,
    nextCursor: items.length > limit && last ? encodeCursor([last.id]) : null,
  };
}

function isIdPosition(position: unknown): position is [string] {
  return Array.isArray(position) && position.length === 1 && typeof position[0] === 'string';
}
