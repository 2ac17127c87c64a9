import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from './find-on-path.js';
import { withInstallLock } from './install-lock.js';
import { cachePath } from './project-root.js';
import { optional } from './variables.js';

/** Later tags have replace directives in their go.mod and do not install. */
export const livekitVersion = 'v1.11.0';

const run = promisify(execFile);
const built = (): string => cachePath('livekit', `livekit-server-${livekitVersion}`);

/** A LiveKit server that is there already: LIVEKIT_SERVER_BINARY, one on PATH, or our own build. */
export async function findLiveKit(): Promise<string | undefined> {
  const named = optional('LIVEKIT_SERVER_BINARY');
  if (named !== undefined) return named;
  const installed = await findOnPath('livekit-server');
  if (installed !== undefined) return installed;
  return existsSync(built()) ? built() : undefined;
}

export async function canBuildLiveKit(): Promise<boolean> {
  return (await findOnPath('go')) !== undefined;
}

/**
 * Builds the server with Go, once: one to three minutes.
 * @returns the executable's path
 * @throws Error with one sentence when it does not build
 */
export async function buildLiveKit(): Promise<string> {
  await withInstallLock(cachePath('livekit.lock'), async () => {
    if (existsSync(built())) return;
    const folder = cachePath('livekit', `build-${process.pid}`);
    await mkdir(folder, { recursive: true });
    const source = `github.com/livekit/livekit-server/cmd/server@${livekitVersion}`;
    try {
      await run('go', ['install', source], { env: { ...process.env, GOBIN: folder } });
      await rename(join(folder, 'server'), built());
    } catch (cause) {
      throw new Error(`LiveKit ${livekitVersion} did not build with Go.`, { cause });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
  return built();
}
