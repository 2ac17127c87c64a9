import type { Arena } from './arena.js';
import { canariesRow } from './canaries.row.js';
import { corpusRow } from './corpus.row.js';
import { rawHttpRow } from './raw-http.row.js';
import { rawSocketsRow } from './raw-sockets.row.js';
import { requestsRow } from './requests.row.js';
import { schemathesisRow } from './schemathesis.row.js';
import { slowCallersRow } from './slow-callers.row.js';
import { petyaAnswersRow, vendorAnswersRow } from './spoiled-answers.row.js';
import type { RowResult } from './tally.js';

export interface RowOptions {
  /** All of it, or the share that `npm test` runs. */
  readonly isFull: boolean;
  readonly seed: number;
}

export interface Row {
  readonly name: string;
  /** It mostly waits, so the next row runs beside it. */
  readonly isIdle?: boolean;
  run(arena: Arena, options: RowOptions): Promise<RowResult>;
}

/** The table of `npm run fuzz`, in the order it is run. */
export const allRows: readonly Row[] = [
  { name: 'corpus', run: (arena) => corpusRow(arena) },
  {
    name: 'requests',
    run: (arena, { isFull, seed }) => requestsRow(arena, isFull ? 52_000 : 3_200, seed),
  },
  {
    name: 'raw',
    run: (arena, { isFull, seed }) => rawHttpRow(arena, isFull ? 5_000 : 1_000, seed),
  },
  {
    name: 'sockets',
    run: (arena, { isFull, seed }) => rawSocketsRow(arena, isFull ? 50_000 : 2_000, seed),
  },
  {
    name: 'vendor',
    run: (arena, { isFull, seed }) => vendorAnswersRow(arena, isFull ? 10_000 : 1_000, seed),
  },
  {
    name: 'petya',
    run: (arena, { isFull, seed }) => petyaAnswersRow(arena, isFull ? 2_000 : 300, seed),
  },
  {
    name: 'slow',
    isIdle: true,
    run: (arena, { isFull }) => slowCallersRow(arena, isFull ? 5 : 1),
  },
  {
    name: 'schemathesis',
    run: (arena, { isFull, seed }) => schemathesisRow(arena, isFull ? 100 : 5, seed),
  },
  { name: 'canaries', run: (arena) => canariesRow(arena) },
];
