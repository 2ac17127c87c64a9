import { DEFAULT_PAGE_LIMIT, type PageQueryDto } from '#contracts';
import { AppError } from '../errors/app-error.js';

/** Part of a list and where the next part begins; `nextCursor` is null at the end. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** Items on the page that a checked query asks for. */
export function pageLimit(query: PageQueryDto): number {
  return query.limit === undefined ? DEFAULT_PAGE_LIMIT : Number(query.limit);
}

/** Makes an opaque cursor; it holds positions only, nothing secret. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * Reads a cursor of ours back.
 * @throws AppError `invalid_input` for anything `accepts` does not know
 */
export function decodeCursor<T>(
  cursor: string | undefined,
  accepts: (position: unknown) => position is T,
): T | null {
  if (cursor === undefined) return null;
  const position = parse(cursor);
  if (!accepts(position)) {
    throw new AppError('invalid_input', {
      errors: [{ pointer: '/cursor', message: 'must be a cursor from an earlier page' }],
    });
  }
  return position;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
