import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * Starts the run's databases. Jest loads this file with Node itself, which on version 20
 * reads no TypeScript, so the database module is bundled first.
 */
export default async function startMongo(globalConfig) {
  const outfile = join(globalConfig.rootDir, '.cache', 'jest', `database-${process.pid}.mjs`);
  await build({
    entryPoints: [join(globalConfig.rootDir, 'test', 'support', 'test-database.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
    outfile,
  });
  const { startRunDatabases } = await import(pathToFileURL(outfile).href);
  await rm(outfile);
  const say = (line) => process.stdout.write(`${line}\n`);
  const database = await startRunDatabases(globalConfig.maxWorkers, say);
  say(`Database: ${database.description}`);
  const gaps = await readFile(join(globalConfig.rootDir, 'test', 'support', 'known-gaps.json'));
  const unfit = JSON.parse(gaps)[database.server]?.runsTheApps;
  if (unfit) throw new Error(`The apps do not run on ${database.description}: ${unfit}`);
  process.env.TEST_MONGODB_URIS = JSON.stringify(database.uris);
  process.env.TEST_DATABASE_SERVER = database.server;
  globalThis.testDatabase = database;
}
