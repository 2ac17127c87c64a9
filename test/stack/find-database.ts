import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DryMongoBinary, MongoBinary } from 'mongodb-memory-server';
import { findOnPath } from './find-on-path.js';
import { cachePath } from './project-root.js';
import {
  provideSecantus,
  secantusIsInstalled,
  secantusMongoVersion,
  secantusVersion,
} from './secantusdb.js';
import { optional } from './variables.js';

/** An executable that takes `mongod`'s flags. `kind` names its data format on disk. */
export interface DatabaseBinary {
  readonly kind: 'mongod' | 'secantusdb';
  readonly path: string;
  readonly version: string;
  readonly description: string;
}

const mongodVersion = '8.2.6';
const run = promisify(execFile);

/**
 * Looks for a database server: `MONGOMS_SYSTEM_BINARY`, `mongod` on PATH, a MongoDB that was
 * downloaded before, its download, and SecantusDB last. SecantusDB in `.cache` means that the
 * download failed before, so it is not tried again.
 * @throws Error with one sentence when nothing can be had
 */
export async function findDatabase(onProgress: (line: string) => void): Promise<DatabaseBinary> {
  const installed = optional('MONGOMS_SYSTEM_BINARY') ?? (await findOnPath('mongod'));
  if (installed !== undefined) return describeMongod(installed);
  const options = { version: mongodVersion, downloadDir: cachePath('mongodb') };
  const downloaded = await DryMongoBinary.locateBinary(options).catch(() => undefined);
  if (downloaded !== undefined) return describeMongod(downloaded);
  if (!secantusIsInstalled()) {
    const path = await download(options, onProgress);
    if (path !== undefined) return describeMongod(path);
  }
  return {
    kind: 'secantusdb',
    path: await provideSecantus(onProgress),
    version: secantusMongoVersion,
    description: `SecantusDB ${secantusVersion} (speaks MongoDB ${secantusMongoVersion})`,
  };
}

async function download(
  options: { version: string; downloadDir: string },
  onProgress: (line: string) => void,
): Promise<string | undefined> {
  onProgress(`Looking for MongoDB ${mongodVersion} at its download site …`);
  process.env['MONGOMS_MAX_RETRIES'] ??= '0';
  return MongoBinary.getPath(options).catch(() => undefined);
}

async function describeMongod(path: string): Promise<DatabaseBinary> {
  const { stdout } = await run(path, ['--version']).catch((cause: unknown) => {
    throw new Error(`${path} did not answer --version; set MONGOMS_SYSTEM_BINARY to a mongod.`, {
      cause,
    });
  });
  const version = /db version v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? mongodVersion;
  return { kind: 'mongod', path, version, description: `MongoDB ${version} (${path})` };
}
