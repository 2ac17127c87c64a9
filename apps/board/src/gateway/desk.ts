import type { OverviewDto } from '#contracts';
import type { Board } from '../shared/board.js';
import { Watched } from '../shared/watched.js';

/** What the views of this board share. */
export interface Desk {
  readonly board: Board;
  /** Everything at a glance, as it was told last. */
  readonly overview: Watched<OverviewDto>;
}

/** The query of the lists: never more than a page is asked for. */
export const PAGE_LIMIT = 50;
