import { apiPath } from '../shared/api.js';
import type { AddressesDto, CreatedApiKeyDto } from '#contracts';
import type { Board } from '../shared/board.js';
import type { Watched } from '../shared/watched.js';

/** What the views of this board share. */
export interface Desk {
  readonly board: Board;
  /** Where visitors find the two apps, as Petya is set. */
  readonly addresses: Watched<AddressesDto>;
  /** Keys that were made in this visit, by account: no answer ever has them again. */
  readonly newKeys: Map<string, CreatedApiKeyDto[]>;
}

/** The query of the lists: never more than a page is asked for. */
export const PAGE_LIMIT = 50;

/** A path of an account's. */
export function accountPath(accountId: string, ...rest: readonly string[]): string {
  return apiPath('accounts', accountId, ...rest);
}
