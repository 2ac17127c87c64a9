import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../stack/find-on-path.js';
import { withInstallLock } from '../stack/install-lock.js';
import { cachePath } from '../stack/project-root.js';
import { aptGet } from './apt-get.js';

const run = promisify(execFile);

/**
 * A program of a package, which mostly has the same name: the one on PATH, or Debian's, which is unpacked
 * and not installed, so that no service begins to run.
 * @throws Error with one sentence that says what to do
 */
export async function debianProgram(name: string, program = name): Promise<string> {
  const onPath = await findOnPath(program);
  if (onPath !== undefined) return onPath;
  const folder = cachePath('programs', name);
  await withInstallLock(`${folder}.lock`, async () => {
    if (programIn(folder, program) === undefined) await unpack(name, folder);
  });
  const found = programIn(folder, program);
  if (found === undefined) throw new Error(`Debian's package ${name} holds no ${program}.`);
  return found;
}

function programIn(folder: string, name: string): string | undefined {
  return ['sbin', 'bin'].map((place) => join(folder, 'usr', place, name)).find(existsSync);
}

async function unpack(name: string, folder: string): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    await download(name, draft);
    for (const file of await readdir(draft))
      await run('dpkg-deb', ['-x', join(draft, file), draft]);
    await rename(draft, folder);
  } catch (cause) {
    const advice = `${name} is needed on PATH, or Debian's packages: apt-get download ${name}.`;
    throw new Error(advice, { cause });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A machine that never asked for Debian's lists has none. */
async function download(name: string, cwd: string): Promise<void> {
  const get = () => aptGet(['download', name], { cwd });
  try {
    await get();
  } catch (error) {
    if (process.getuid?.() !== 0) throw error;
    await aptGet(['update']);
    await get();
  }
}
