import { appendFileSync } from 'node:fs';
import { say } from '../stack/say.js';

/** One figure of the table at the end of `npm run bench`. */
export interface Figure {
  /** What was asked, as in `<question>.bench.ts`. */
  readonly question: string;
  readonly figure: string;
  /** The median of its rounds. */
  readonly value: number;
  /** `×` for a ratio between two things measured in turn in this run; else a unit. */
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** One value a round, in order; the table prints the smallest and the largest. */
  readonly rounds?: readonly number[];
  /** What the figure was computed from, for the file of raw numbers. */
  readonly raw?: unknown;
}

/** What a question was asked on, for the line under the table. */
export interface Note {
  readonly database: string;
}

/** Whether fewer and shorter rounds were asked for: a look, not a measurement. */
export const isQuick = process.env['BENCH_QUICK'] === '1';

/** Whether as much was asked for as takes an hour; a question that makes no difference passes it over. */
export const isFull = process.env['BENCH_FULL'] === '1';

/**
 * Prints a figure, and keeps it for the table and the file of raw numbers. An aim that is missed
 * is shown and fails nothing: a figure of a shared machine is no assertion.
 */
export function report(figure: Figure): void {
  say(`${mark(figure)} ${figure.figure}: ${shown(figure.value)} ${figure.unit}${aim(figure)}`);
  keep(figure);
}

/** Names the database that what follows is measured on. */
export function measuredOn(database: string): void {
  say(`Database: ${database}`);
  keep({ database });
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function keep(line: Figure | Note): void {
  const file = process.env['BENCH_RESULTS'];
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** `✓` and `✗` for an aim that is met or missed, `·` where there is none. */
export function mark({ value, atLeast, atMost }: Figure): '✓' | '✗' | '·' {
  if (atLeast === undefined && atMost === undefined) return '·';
  return value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity) ? '✓' : '✗';
}

/** The aim in words, with a space before it; empty where there is none. */
export function aim({ atLeast, atMost }: Figure): string {
  if (atLeast !== undefined) return ` (aim ≥ ${atLeast})`;
  return atMost === undefined ? '' : ` (aim ≤ ${atMost})`;
}

/** Three digits that matter. */
export function shown(value: number): string {
  return value >= 100 ? Math.round(value).toString() : Number(value.toPrecision(3)).toString();
}
