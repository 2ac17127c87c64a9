import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServedFile } from '../files/served-file.js';

/** The files of one app's board. */
export interface BoardPage {
  readonly page: ServedFile;
  /** By their names, which are made of their content. */
  readonly assets: ReadonlyMap<string, ServedFile>;
}

/** The page itself; it names all else. */
export const BOARD_PAGE = 'index.html';

/** How the page names a script or a style: no such name leads out of the folder. */
const NAMED = /"\/board\/([a-z]+\.([0-9a-f]{16})\.(css|js))"/g;

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
};

/** So much of a digest stands in a file's name, in hexadecimal digits. */
const DIGITS = 16;

/** The part of a file's name that is made of its content, by the build and by whoever checks it. */
export function contentName(content: string | Buffer): string {
  return createHash('sha384').update(content).digest('hex').slice(0, DIGITS);
}

/**
 * Reads what `npm run build:board` has written.
 * @returns null where a file is another one than the page names
 * @throws an error of the file system, `ENOENT` where nothing was built
 */
export async function readBoard(folder: string): Promise<BoardPage | null> {
  const content = await readFile(join(folder, BOARD_PAGE));
  const assets = new Map<string, ServedFile>();
  for (const [, name = '', digits, ending = ''] of content.toString('utf8').matchAll(NAMED)) {
    const asset = await readFile(join(folder, name)).catch(() => null);
    if (asset === null || contentName(asset) !== digits) return null;
    assets.set(name, new ServedFile(TYPES[ending] ?? '', true, asset));
  }
  if (assets.size === 0) return null;
  return { page: new ServedFile('text/html; charset=utf-8', false, content), assets };
}
