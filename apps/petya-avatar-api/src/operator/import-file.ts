import { ACCOUNT_MEMBERS, KEY_MEMBERS } from './account-members.js';
import { bodyFrom, isJsonObject, type JsonObject } from './body.js';
import { type CsvRow, readCsv } from './csv.js';
import { Failure, misuse, type Problem } from './failure.js';
import { type Option, optionNamed, writtenForm } from './options.js';

/** One account that a file asks for. */
export interface ImportLine {
  /** The line of a table, or the place in a list, from 1. */
  readonly line: number;
  readonly wanted: Wanted | Problem;
}

export interface Wanted {
  readonly account: JsonObject;
  /** Body of the key's creation: empty where a new one is made. */
  readonly key: JsonObject;
}

const COLUMNS: readonly Option[] = [
  ...ACCOUNT_MEMBERS,
  ...KEY_MEMBERS.filter(({ name }) => name === 'key'),
];

/**
 * Reads what a file asks for. What is wrong with one line is its own; a name that an earlier line has
 * is wrong, since a line is known again by it.
 * @param name of the file; its end says what it is
 * @throws Failure where the whole is no such file
 */
export function readImport(name: string, text: string): ImportLine[] {
  const plain = text.replace(/^\ufeff/, '');
  if (/\.csv$/i.test(name)) return refuseRepeats(tableLines(readCsv(plain)));
  if (/\.json$/i.test(name)) return refuseRepeats(listLines(plain));
  throw misuse('FILE must end in .csv or .json.');
}

/** The name that a line's account has at Petya, which keeps no lone surrogate. */
export function nameOf({ account }: Wanted): string | null {
  const { name } = account;
  return typeof name === 'string' ? name.replaceAll(/\p{Surrogate}/gu, '\ufffd') : null;
}

export function isWanted(wanted: ImportLine['wanted']): wanted is Wanted {
  return 'account' in wanted;
}

function tableLines(rows: readonly CsvRow[]): ImportLine[] {
  const [heading, ...others] = rows;
  if (!heading) throw misuse('FILE is empty: its first line has to name the columns.');
  const columns = heading.cells;
  const unknown = columns.filter((column) => !optionNamed(column, COLUMNS));
  if (unknown.length > 0) {
    const known = COLUMNS.map((column) => writtenForm(column).slice(2)).join(', ');
    throw misuse(`FILE has columns that are not known: ${unknown.join(', ')}; known are ${known}.`);
  }
  if (new Set(columns).size < columns.length) throw misuse('FILE has a column twice.');
  return others.map(({ line, cells }) => ({ line, wanted: fromCells(columns, cells) }));
}

function fromCells(columns: readonly string[], cells: readonly string[]): Wanted | Problem {
  if (cells.length !== columns.length) {
    return refused(`The line has ${cells.length} cells and not ${columns.length}.`);
  }
  const said = new Map(
    columns.flatMap((column, at) => (cells[at] ? [[column, [cells[at]]] as const] : [])),
  );
  try {
    return { account: bodyFrom(said, ACCOUNT_MEMBERS), key: bodyFrom(said, KEY_MEMBERS) };
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    throw error;
  }
}

function listLines(text: string): ImportLine[] {
  const entries = parse(text);
  if (!Array.isArray(entries)) throw misuse('FILE must hold a JSON list of accounts.');
  return entries.map((entry: unknown, at) => ({ line: at + 1, wanted: fromEntry(entry) }));
}

function fromEntry(entry: unknown): Wanted | Problem {
  if (!isJsonObject(entry)) return refused('The entry must be a JSON object.');
  const { key, ...account } = entry;
  return { account, key: key === undefined ? {} : { key } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuseRepeats(lines: readonly ImportLine[]): ImportLine[] {
  const firsts = new Map<string, number>();
  return lines.map(({ line, wanted }) => {
    const name = isWanted(wanted) ? nameOf(wanted) : null;
    const first = name === null ? undefined : firsts.get(name);
    if (first !== undefined) {
      return {
        line,
        wanted: refused(`Line ${first} has this name already: names tell lines apart.`),
      };
    }
    if (name !== null) firsts.set(name, line);
    return { line, wanted };
  });
}

function refused(message: string): Problem {
  return { type: 'urn:problem:line_refused', message };
}
