// `npm run build:board [folder]`: each app's board as the app serves it, in a folder of its own.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A board for each app: its folder below `src`, with a `main.ts` and a `board.css`, and its name. */
const BOARDS = { gateway: 'Avatar gateway', petya: 'Petya' };

/** Browsers that have `dialog`, which is years after the first with modules. */
const OLDEST = ['es2022', 'chrome102', 'firefox104', 'safari15.4'];

const here = fileURLToPath(new URL('./', import.meta.url));
const root = join(here, '..', '..');
const source = join(here, 'src');
const target = resolve(root, process.argv[2] ?? join('dist', 'board'));

for (const [board, title] of Object.entries(BOARDS)) {
  const folder = join(target, board);
  const style = await bundle(join(source, board, 'board.css'));
  const script = await bundle(join(source, board, 'main.ts'));
  const page = readFileSync(join(source, 'shared', 'index.html'), 'utf8');
  const names = { style: named('board', style, 'css'), script: named(board, script, 'js') };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, names.style), style);
  writeFileSync(join(folder, names.script), script);
  // Last: whoever reads it finds all that it names.
  writeFileSync(join(folder, 'index.html'), filled(page, { ...names, title }));
  process.stdout.write(`The ${board} board is in ${folder}: ${Object.values(names).join(', ')}\n`);
}

async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    charset: 'utf8',
    write: false,
    format: entry.endsWith('.ts') ? 'esm' : undefined,
    target: OLDEST,
    // What is imported by name is taken from its source.
    conditions: ['source'],
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

/** What is called so is never anything else; the app looks whether it is. */
function named(name, content, ending) {
  const digest = createHash('sha384').update(content).digest('hex');
  return `${name}.${digest.slice(0, 16)}.${ending}`;
}

/** The page with a value in each of its places, on one line. */
function filled(page, values) {
  const text = page.replaceAll(/\{(\w+)\}/g, (_place, name) => values[name]);
  return `${text.replaceAll(/>\s+</g, '><').trim()}\n`;
}
