import { join } from 'node:path';
import type { PluginManifest } from '#contracts';
import { startDatabase } from './database.js';
import { describeExit } from './exit-result.js';
import { callApi } from './json-api.js';
import type { ManagedProcess, ProcessSpec } from './managed-process.js';
import { freePorts } from './ports.js';
import { Processes } from './processes.js';
import { avatarProgram, petyaProgram, type Wiring } from './programs.js';
import { cachePath, projectRoot } from './project-root.js';
import { say, sayFailure } from './say.js';
import { generateSecrets } from './secrets.js';

/** Starts what `nest build` made of each app, asks its health and ends it. */
const [simulatorPort = 0, petyaPort = 0, avatarPort = 0] = await freePorts(3);
const database = await startDatabase({ onProgress: say });
say(`Database: ${database.description}`);
const wiring: Wiring = {
  mongodbUri: database.uri,
  secrets: generateSecrets(),
  simulatorPort,
  petyaPort,
  avatarPort,
  logLevel: 'info',
};
const processes = new Processes(cachePath('logs', 'built'));
const results: boolean[] = [];
for (const program of [petyaProgram(wiring), avatarProgram(wiring)]) {
  results.push(...(await examine(await processes.add(asBuilt(program)))));
}
await processes.killAll();
await database.stop();
const passed = results.filter(Boolean).length;
say(`${passed} passed, ${results.length - passed} failed`);
process.exit(passed === results.length ? 0 : 1);

function asBuilt(program: ProcessSpec): ProcessSpec {
  const entry = join(projectRoot, 'dist', 'apps', program.name, 'src', 'main.js');
  return { ...program, entry };
}

async function examine(app: ManagedProcess): Promise<boolean[]> {
  const servesPlugin = app.name === 'ilianaai-avatar';
  return [
    await item(`${app.name}: the built app becomes ready`, () => app.start()),
    await item(`${app.name}: it says that it is alive`, async () => {
      await callApi(new URL('/health/live', app.spec.healthUrl).href);
    }),
    ...(servesPlugin ? [await item(`${app.name}: it serves the plugin`, () => load(app))] : []),
    await item(`${app.name}: SIGTERM ends it with code 0`, async () => {
      const exit = await app.stop();
      if (exit?.code !== 0) {
        throw new Error(exit === null ? 'It was not running.' : `It ended ${describeExit(exit)}.`);
      }
    }),
  ];
}

/** Every file that the manifest names, whole. */
async function load({ spec }: ManagedProcess): Promise<void> {
  const at = (name: string): string => new URL(`/plugin/v1/${name}`, spec.healthUrl).href;
  const { files } = await callApi<PluginManifest>(at('manifest.json'));
  for (const { name, bytes } of files) {
    const answer = await fetch(at(name));
    const { byteLength } = await answer.arrayBuffer();
    if (!answer.ok || byteLength !== bytes) throw new Error(`${name} is not served.`);
  }
}

async function item(title: string, step: () => Promise<void>): Promise<boolean> {
  try {
    await step();
    say(`✓ ${title}`);
    return true;
  } catch (error) {
    say(`✗ ${title}`);
    sayFailure(error);
    return false;
  }
}
