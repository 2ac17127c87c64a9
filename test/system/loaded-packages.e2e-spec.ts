import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ManagedProcess } from '../stack/managed-process.js';
import { freePort } from '../stack/ports.js';
import { compiledPath, projectRoot } from '../stack/project-root.js';
import { avatarEnvironment } from '../support/avatar-app.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { petyaEnvironment } from '../support/petya-app.js';
import { TraceCollector } from '../support/trace-collector.js';

const SAYS_LOADED = pathToFileURL(join(projectRoot, 'test/support/loaded-modules.mjs')).href;

const collector = new TraceCollector();
let endpoint: string;
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  endpoint = await collector.start();
  database = freshDatabase();
  folder = await mkdtemp(join(tmpdir(), 'loaded-packages-'));
});
afterAll(async () => {
  await collector.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const ENVIRONMENTS = {
  'ilianaai-avatar': (more: Record<string, string>) =>
    avatarEnvironment({
      // Nobody is there; it is ready all the same.
      vendorUrl: 'http://127.0.0.1:9',
      vendorKey: 'key-of-a-vendor-that-is-away',
      petyaUrl: 'http://127.0.0.1:9',
      database,
      environment: more,
    }),
  'petya-avatar-api': (more: Record<string, string>) => petyaEnvironment(database, more),
};

/** Packages that an app has loaded once it is ready, has answered, and has ended. */
async function packagesOf(
  app: keyof typeof ENVIRONMENTS,
  more: Record<string, string> = {},
): Promise<string[]> {
  const port = await freePort();
  const environment = { PORT: String(port), HOST: '127.0.0.1', ...more };
  const process = new ManagedProcess(
    {
      name: app,
      entry: compiledPath('apps', app, 'src', 'main.js'),
      env: { ...ENVIRONMENTS[app](environment), NODE_OPTIONS: `--import=${SAYS_LOADED}` },
      healthUrl: `http://127.0.0.1:${port}/health/live`,
    },
    join(folder, `${app}-${port}.log`),
  );
  await process.start();
  await fetch(`http://127.0.0.1:${port}/nowhere`);
  expect(await process.stop()).toMatchObject({ code: 0 });
  const said = /^loaded: (.*)$/m.exec(await process.readLog())?.[1];
  return JSON.parse(said ?? '[]') as string[];
}

const isOfTraces = (name: string): boolean => name.startsWith('@opentelemetry/');

describe.each(['ilianaai-avatar', 'petya-avatar-api'] as const)('what %s loads', (app) => {
  it('is nothing of OpenTelemetry while nobody has named a collector', async () => {
    const packages = await packagesOf(app);
    expect(packages).toContain('mongoose');
    expect(packages.filter(isOfTraces)).toEqual([]);
  }, 60_000);

  it('is what sends the traces where somebody has', async () => {
    const packages = await packagesOf(app, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    expect(packages.filter(isOfTraces)).toContain('@opentelemetry/otlp-exporter-base');
  }, 60_000);
});
