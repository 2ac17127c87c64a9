import type { Arena } from './arena.js';
import { requestsRow } from './requests.row.js';
import type { RowResult } from './tally.js';

export interface RowOptions {
  /** All of it, or the share that `npm test` runs. */
  readonly isFull: boolean;
  readonly seed: number;
}

export interface Row {
  readonly name: string;
  run(arena: Arena, options: RowOptions): Promise<RowResult>;
}

/** The table of `npm run fuzz`, in the order it is run. */
export const allRows: readonly Row[] = [
  {
    name: 'requests',
    run: (arena, { isFull, seed }) => requestsRow(arena, isFull ? 50_500 : 3_100, seed),
  },
];
