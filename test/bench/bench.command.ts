import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import { cachePath, compiledPath } from '../stack/project-root.js';
import { say } from '../stack/say.js';
import { table } from '../stack/table.js';
import { aim, type Figure, mark, type Note, shown } from './figures.js';

/*
 * Asks every question of `*.bench.ts`, or those that are named, each in a process of its own, and
 * puts what they found into one table and one file. `--quick` is a look, not a measurement; `--full`
 * has as many records as some questions are about, which takes up to an hour.
 * `profile` tells where the time goes and is asked by name only.
 */
const folder = compiledPath('test', 'bench');
const linesFile = cachePath('bench', 'results.jsonl');
const resultsFile = cachePath('bench', 'results.json');
const heading = ['', 'question', 'figure', 'value', 'aim', 'smallest – largest'];
const GIB = 1024 ** 3;

const given = process.argv.slice(2);
const isQuick = given.includes('--quick');
const isFull = given.includes('--full');
const wanted = given.filter((argument) => !argument.startsWith('--'));
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.js'))
  .map((name) => name.replace('.bench.js', ''));
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  say(`There is no question ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  process.exit(1);
}

mkdirSync(cachePath('bench'), { recursive: true });
rmSync(linesFile, { force: true });
const failed = known
  .filter((name) => (wanted.length === 0 ? name !== 'profile' : wanted.includes(name)))
  .filter((name) => !ask(name));
const lines = readLines();
const figures = lines.filter((line): line is Figure => 'figure' in line);
const databases = lines.flatMap((line) => ('database' in line ? [line.database] : []));
const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / GIB)} GiB`;
const about = {
  machine,
  node: process.version,
  database: [...new Set(databases)].join('; '),
  isQuick,
  at: new Date().toISOString(),
};
writeFileSync(resultsFile, `${JSON.stringify({ ...about, failed, figures }, null, 2)}\n`);
say(`\n${table([heading, ...figures.map(row)])}`);
say(`\n${machine}, Node ${process.version}, ${about.database || 'no database'}`);
say(`Raw numbers: ${relative('', resultsFile)}${isQuick ? ' (quick: a look only)' : ''}`);
if (failed.length > 0) say(`No answer: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);

/** @returns whether it came to an answer; what the answer is fails nothing */
function ask(name: string): boolean {
  say(`\n${name}`);
  const env = {
    ...process.env,
    BENCH_RESULTS: linesFile,
    ...(isQuick ? { BENCH_QUICK: '1' } : {}),
    ...(isFull ? { BENCH_FULL: '1' } : {}),
  };
  // Collecting garbage on demand is what a figure of memory needs.
  const options = ['--expose-gc', '--disable-warning=ExperimentalWarning'];
  const began = performance.now();
  const child = spawnSync(process.execPath, [...options, join(folder, `${name}.bench.js`)], {
    stdio: 'inherit',
    env,
  });
  say(`  (${Math.round((performance.now() - began) / 1000)} s)`);
  return child.status === 0;
}

function readLines(): (Figure | Note)[] {
  try {
    const text = readFileSync(linesFile, 'utf8').trimEnd();
    return text.split('\n').map((line) => JSON.parse(line) as Figure | Note);
  } catch {
    return [];
  }
}

function row(figure: Figure): string[] {
  const { question, value, unit, rounds = [] } = figure;
  const spread =
    rounds.length > 1 ? `${shown(Math.min(...rounds))} – ${shown(Math.max(...rounds))}` : '';
  return [
    mark(figure),
    question,
    figure.figure,
    `${shown(value)} ${unit}`,
    aim(figure).replace(/^ \(aim |\)$/g, ''),
    spread,
  ];
}
