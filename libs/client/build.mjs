// `npm run build:client [folder]`: the package as `npm pack` and `npm install` take it.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('./', import.meta.url));
const root = join(here, '..', '..');
const target = resolve(root, process.argv[2] ?? join('dist', 'client'));
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
rmSync(target, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', here, '--outDir', target], { stdio: 'inherit' });
for (const file of ['package.json', 'README.md']) cpSync(join(here, file), join(target, file));
