import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withInstallLock } from './install-lock.js';
import { cachePath } from './project-root.js';

const run = promisify(execFile);

/**
 * Installs what a folder's lock file names, where it is missing or another. Whoever comes while it is
 * installed waits for it.
 * @param folder that holds `package.json` and `package-lock.json`
 * @param onInstall says so before it begins
 * @throws Error with what npm says
 */
export async function installPackages(folder: string, onInstall: () => void): Promise<void> {
  if (isInstalled(folder)) return;
  const name = folder.replaceAll(/[^a-z0-9]+/gi, '-');
  await withInstallLock(cachePath('installing', name), async () => {
    if (isInstalled(folder)) return;
    onInstall();
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    try {
      await run('npm', ['ci', ...flags], { cwd: folder });
    } catch (cause) {
      const { stderr = '' } = cause as { stderr?: string };
      throw new Error(`npm ci failed in ${folder}: ${stderr.trim()}`, { cause });
    }
  });
}

function isInstalled(folder: string): boolean {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  const lock = join(folder, 'package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}
