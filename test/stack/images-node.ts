import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withInstallLock } from './install-lock.js';
import { cachePath, projectRoot } from './project-root.js';

const run = promisify(execFile);

/** The major version of Node.js that a Dockerfile begins with. @throws Error where it names none */
export function majorOf(dockerfile: string): number {
  const [, major] = /^FROM node:(\d+)[-.\s]/m.exec(dockerfile) ?? [];
  if (major === undefined) throw new Error('The Dockerfile begins with no version of Node.js.');
  return Number(major);
}

/**
 * The program of the Node.js that the image runs: this one where it is the same, or one that is
 * installed once beside it, as its publisher packs it for npm.
 * @throws Error with what npm says where it cannot be had
 */
export async function imagesNode(): Promise<string> {
  const major = majorOf(await readFile(join(projectRoot, 'Dockerfile'), 'utf8'));
  if (Number.parseInt(process.versions.node, 10) === major) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = cachePath('node', String(major));
  const program = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(program)) return program;
  await withInstallLock(cachePath('node', `${major}.lock`), async () => {
    if (existsSync(program)) return;
    // Renamed when it is whole, so that nobody runs half of it.
    const under = `${folder}.${process.pid}`;
    await mkdir(under, { recursive: true });
    try {
      const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
      await run('npm', ['install', '--prefix', under, ...flags, `${name}@${major}`]);
      await rm(folder, { recursive: true, force: true });
      await mkdir(dirname(folder), { recursive: true });
      await rename(under, folder);
    } catch (error) {
      await rm(under, { recursive: true, force: true });
      const { stderr } = error as { stderr?: string };
      throw new Error(`Node.js ${major} cannot be had: ${stderr?.trim()}`, { cause: error });
    }
  });
  if (!existsSync(program)) throw new Error(`${name}@${major} holds no program.`);
  return program;
}
