import { AppError, delay } from '#platform';
import { AvatarError } from '../errors.js';
import type { ListedSession, ListKind, ListPage, VendorBooks } from '../vendors/vendor.js';

/** Pages of one reading at most: half a million sessions. */
const MAX_PAGES = 5_000;

/** Pages in a row that may bring nothing new: so many sessions began between them. */
const MAX_STALE_PAGES = 3;

/** Pages whose ids are remembered: what is inserted moves rows to the next pages, and no further. */
const REMEMBERED_PAGES = 20;

/** How often one page is asked for again while the vendor takes no more calls. */
const MAX_BUSY = 30;
const LONGEST_BUSY_SECONDS = 60;

export interface Reading {
  /** Whether a session is older than anything that is looked for. */
  readonly isBehind: (entry: ListedSession) => boolean;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/**
 * A vendor's list, page by page, each session once. It ends with the first page on which all are behind
 * what is looked for. A session that is inserted meanwhile moves others to later places, where they
 * come twice; none is left out.
 * @throws AvatarError what the vendor fails with, but for being busy, which is waited for;
 * `vendor_garbled` for a list that has no end
 */
export async function* readList(
  books: VendorBooks,
  kind: ListKind,
  { isBehind, signal }: Reading,
): AsyncGenerator<readonly ListedSession[]> {
  const remembered: ReadonlySet<string>[] = [];
  let stalePages = 0;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { entries, isLast } = await patiently(() => books.listPage(kind, page), signal);
    const fresh = entries.filter(({ id }) => !remembered.some((ids) => ids.has(id)));
    remembered.push(new Set(fresh.map(({ id }) => id)));
    if (remembered.length > REMEMBERED_PAGES) remembered.shift();
    if (fresh.length > 0) yield fresh;
    if (isLast || entries.every(isBehind)) return;
    stalePages = fresh.length === 0 ? stalePages + 1 : 0;
    if (stalePages === MAX_STALE_PAGES) break;
  }
  throw new AvatarError('vendor_garbled');
}

/** Nothing is lost to a vendor that asks to slow down. */
async function patiently(ask: () => Promise<ListPage>, signal: AbortSignal): Promise<ListPage> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      if (!isBusy(error) || attempt === MAX_BUSY) throw error;
      const seconds = Math.min(LONGEST_BUSY_SECONDS, error.details.retryAfterSeconds ?? 1);
      await delay(seconds * 1000, { signal });
    }
  }
}

function isBusy(error: unknown): error is AppError {
  return error instanceof AppError && error.code === 'vendor_busy';
}
