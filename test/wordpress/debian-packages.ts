import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../stack/find-on-path.js';
import { cachePath } from '../stack/project-root.js';
import { PlainFailure } from '../stack/say.js';
import { aptGet, aptInstall } from '../support/apt-get.js';

const run = promisify(execFile);

/** Programs alone: none of them starts a service. */
const PROGRAMS = ['php-cli', 'php-mysql', 'mariadb-server-core', 'mariadb-client-core'];

/**
 * Makes sure that there are PHP, MariaDB and WordPress, each from Debian's packages.
 * @returns the folder of WordPress
 * @throws PlainFailure that names what is missing and how to get it
 */
export async function provideWordPress(onProgress: (line: string) => void): Promise<string> {
  const missing = await missingPrograms();
  if (missing.length > 0) await install(missing, onProgress);
  const stillMissing = await missingPrograms();
  if (stillMissing.length > 0) throw lacks(stillMissing.join(', '));
  return unpackedWordPress(onProgress);
}

async function missingPrograms(): Promise<string[]> {
  const found = {
    php: await findOnPath('php'),
    my_print_defaults: await findOnPath('my_print_defaults'),
    'mariadb-install-db': await findOnPath('mariadb-install-db'),
    mariadbd: (await findOnPath('mariadbd')) ?? inSystemFolder('mariadbd'),
  };
  const missing = Object.entries(found).filter(([, path]) => path === undefined);
  const names = missing.map(([name]) => name);
  if (found.php === undefined) return names;
  const { stdout } = await run(found.php, ['-m']);
  return stdout.split('\n').includes('mysqli') ? names : [...names, 'mysqli for php'];
}

/** Debian keeps servers where not everybody's PATH goes. */
export function inSystemFolder(name: string): string | undefined {
  const path = join('/usr/sbin', name);
  return existsSync(path) ? path : undefined;
}

async function install(missing: string[], onProgress: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0) throw lacks(missing.join(', '));
  onProgress(`Installing ${PROGRAMS.join(', ')} (once) …`);
  try {
    await aptInstall(PROGRAMS);
  } catch (cause) {
    throw lacks(missing.join(', '), cause);
  }
}

/** Unpacked and not installed: Debian's package wants a web server that runs. */
async function unpackedWordPress(onProgress: (line: string) => void): Promise<string> {
  const folder = cachePath('wordpress');
  const wordpress = join(folder, 'usr', 'share', 'wordpress');
  if (existsSync(wordpress)) return wordpress;
  onProgress('Unpacking WordPress (once) …');
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    await aptGet(['download', ...(await packagesOfWordPress())], { cwd: draft });
    for (const name of await readdir(draft)) {
      await run('dpkg-deb', ['-x', join(draft, name), draft]);
    }
    await rename(draft, folder);
  } catch (cause) {
    throw lacks('wordpress', cause);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return wordpress;
}

/** With the libraries that its files are links to, and the theme of its time. */
async function packagesOfWordPress(): Promise<string[]> {
  const { stdout } = await run('apt-cache', ['depends', 'wordpress']);
  const names = [...stdout.matchAll(/(?:Depends|Recommends): (\S+)/g)].map(([, name = '']) => name);
  return [
    'wordpress',
    ...names.filter((name) => /^(libjs-|php-getid3$|wordpress-theme-)/.test(name)),
  ];
}

function lacks(what: string, cause?: unknown): PlainFailure {
  return new PlainFailure(
    `test:wordpress lacks ${what}, so nothing was tested. ` +
      `As root, with Debian's packages: apt-get install ${PROGRAMS.join(' ')}; apt-get download wordpress must work.`,
    { cause },
  );
}
