import { parseArgs } from 'node:util';
import { PlainFailure, say, sayFailure } from '../stack/say.js';
import { table } from '../stack/table.js';
import { untilSignalled } from '../stack/until-signalled.js';
import { type Arena, startArena } from './arena.js';
import { allRows, type Row } from './rows.js';
import type { RowResult } from './tally.js';

const { values: options } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    seed: { type: 'string' },
  },
});
/** The share of `npm test` is the same every time; a full run looks somewhere else each time. */
const seed = Number(options.seed ?? (options.full ? Date.now() % 2 ** 31 : 8));
let arena: Arena | undefined;

void untilSignalled().then(async () => {
  await arena?.stop();
  process.exit(130);
});

let failed = true;
try {
  arena = await startArena(say);
  say(`Database: ${arena.database.description}. Seed ${seed}.`);
  const results = await run(arena);
  show(results);
  failed = results.some(({ failures }) => failures.length > 0);
} catch (error) {
  sayFailure(error);
}
await arena?.stop();
process.exit(failed ? 1 : 0);

async function run(running: Arena): Promise<RowResult[]> {
  const names = options.only?.split(',');
  const known = allRows.map(({ name }) => name);
  if (names?.some((name) => !known.includes(name))) {
    throw new PlainFailure(`--only takes some of ${known.join(', ')}.`);
  }
  const beside: Promise<RowResult>[] = [];
  const results: RowResult[] = [];
  for (const row of allRows.filter(({ name }) => names?.includes(name) ?? true)) {
    const result = runRow(running, row);
    if (row.isIdle) beside.push(result);
    else results.push(await result, ...(await Promise.all(beside.splice(0))));
  }
  return [...results, ...(await Promise.all(beside))];
}

/** A row that cannot go on has failed, and the next one is run all the same. */
async function runRow(running: Arena, row: Row): Promise<RowResult> {
  const began = Date.now();
  const result = await row
    .run(running, { isFull: options.full, seed })
    .catch((error: unknown): RowResult => {
      const what = `it could not go on: ${String(error)}`;
      return { name: row.name, cases: 0, failures: [{ what }], note: '' };
    });
  const exits = running.exits.splice(0).map((name) => ({ what: `${name} has ended` }));
  const failures = [...result.failures, ...exits];
  const seconds = Math.round((Date.now() - began) / 1000);
  say(`${failures.length === 0 ? '✓' : '✗'} ${result.name} (${seconds} s)`);
  return { ...result, failures };
}

function show(results: readonly RowResult[]): void {
  for (const { name, failures } of results) {
    for (const { what, input } of failures) {
      say(`\n✗ ${name}: ${what}`);
      if (input !== undefined) say(`  ${JSON.stringify(input).slice(0, 2_000)}`);
    }
  }
  const rows = results.map(({ name, cases, failures, note }) => [
    name,
    String(cases),
    String(failures.length),
    note,
  ]);
  say(`\n${table([['What', 'cases', 'failures', ''], ...rows])}\n`);
  const passed = results.filter(({ failures }) => failures.length === 0).length;
  say(`${passed} passed, ${results.length - passed} failed`);
}
