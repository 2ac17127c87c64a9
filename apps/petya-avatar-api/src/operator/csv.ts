import { misuse } from './failure.js';

export interface CsvRow {
  /** Of the file, where the row begins; the first one is 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A row that is being read. */
interface OpenRow {
  readonly line: number;
  readonly cells: string[];
  cell: string;
}

const QUOTE = '"';

/**
 * Reads a table as spreadsheets write it (RFC 4180): cells between commas, or between semicolons where
 * the first line has no comma; a cell in quotes may hold separators, line ends, and quotes twice.
 * Rows without any text are left out.
 * @throws Failure where nothing closes a quote, since nobody knows then where lines end
 */
export function readCsv(text: string): CsvRow[] {
  const separator = separatorOf(text);
  const rows: OpenRow[] = [];
  let row = newRow(1);
  let line = 1;
  let quotedSince: number | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\n') line += 1;
    if (quotedSince !== null) {
      if (character !== QUOTE) row.cell += character;
      else if (text[at + 1] === QUOTE) row.cell += text[(at += 1)];
      else quotedSince = null;
    } else if (character === QUOTE && row.cell.trim() === '') quotedSince = line;
    else if (character === separator) endCell(row);
    else if (character === '\n') {
      endCell(row);
      rows.push(row);
      row = newRow(line);
    } else row.cell += character;
  }
  if (quotedSince !== null) {
    throw misuse(`FILE has a quote in line ${quotedSince} that nothing closes.`);
  }
  endCell(row);
  return [...rows, row].filter(({ cells }) => cells.some((cell) => cell !== ''));
}

function newRow(line: number): OpenRow {
  return { line, cells: [], cell: '' };
}

function endCell(row: OpenRow): void {
  row.cells.push(row.cell.trim());
  row.cell = '';
}

function separatorOf(text: string): string {
  const [heading = ''] = text.split('\n', 1);
  return heading.includes(';') && !heading.includes(',') ? ';' : ',';
}
