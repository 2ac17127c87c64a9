import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../stack/project-root.js';

/** What the page for whoever is on call says of one thing that can be wrong. */
export interface OnCallRow {
  /** What stands on the board: one of these. */
  readonly board: RegExp;
  /** Words that are in the line of the log, all of them. */
  readonly words: readonly string[];
}

const rows = readFileSync(join(projectRoot, 'apps', 'ON-CALL.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'));

/**
 * Finds the rows of some alerts, each once.
 * @throws Error for an alert that is in no row, or in several
 */
export function onCallRows(alerts: readonly string[]): OnCallRow[] {
  const found = alerts.map((alert) => {
    const [row, ...others] = rows.filter((each) => each.includes(`[${alert}]`));
    if (row === undefined || others.length > 0)
      throw new Error(`Not one row of the page tells of ${alert}.`);
    return row;
  });
  return [...new Set(found)].map(readRow);
}

/** The rows that tell of something that the board says. */
export function rowsThatTellOf(text: string): OnCallRow[] {
  return rows.map(readRow).filter(({ board }) => board.test(text));
}

function readRow(row: string): OnCallRow {
  const [, board = '', , log = ''] = row.split('|');
  const patterns = quotedIn(board).map((said) =>
    said.replaceAll(/[.?]/g, String.raw`\$&`).replaceAll(/ ?…/g, '.*'),
  );
  return { board: new RegExp(`^(?:${patterns.join('|')})$`), words: quotedIn(log) };
}

function quotedIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, quoted = '']) => quoted);
}
