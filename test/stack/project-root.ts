import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The repository's folder. Found by a file that only the root holds, because this module runs from
 * `test/stack`, from the compiled tree in `.cache/build` and from bundles of it.
 */
export const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

/** A path inside `.cache`, the folder for everything that is generated and never committed. */
export function cachePath(...segments: string[]): string {
  return join(projectRoot, '.cache', ...segments);
}

/** A file of the compiled tree; it runs there also when the caller's own source does not. */
export function compiledPath(...segments: string[]): string {
  return cachePath('build', ...segments);
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'nest-cli.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('This program must run inside its repository.');
  return findRoot(parent);
}
