import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withInstallLock } from '../stack/install-lock.js';
import { callApi } from '../stack/json-api.js';
import { cachePath, projectRoot } from '../stack/project-root.js';
import type { Arena } from './arena.js';
import { inParallel } from './in-parallel.js';
import { type RowResult, Tally } from './tally.js';
import { openSession } from './requests.row.js';
import { openStream } from './stream-session.js';

const VERSION = '4.32.0';

/** Runs schemathesis with all its checks against the description of both apps. */
export async function schemathesisRow(
  arena: Arena,
  examples: number,
  seed: number,
): Promise<RowResult> {
  const tally = new Tally('schemathesis, all checks');
  const program = await provide();
  const values = await valuesOf(arena);
  const notes = await inParallel(['avatar', 'petya'] as const, 2, async (app) => {
    const config = await fillConfig(app, values);
    const args = ['--config-file', config, 'run', `${arena[`${app}Url`]}/openapi.json`];
    const flags = ['--checks', 'all', '--max-examples', String(examples), '--seed', String(seed)];
    const { code, output } = await run(program, [...args, ...flags, '--no-color']);
    tally.count(code === 0 ? [] : [`${app}: ${output.slice(-6_000)}`]);
    return `${app} ${/(\d+) generated/.exec(output)?.[1] ?? '?'} cases`;
  });
  // Who has lost its account is refused everything, and nothing else is seen.
  const own = `${arena.petyaUrl}/api/v1/account/config`;
  await callApi(own, { apiKey: values['CUSTOMER_KEY'] ?? '' });
  return tally.result(`${VERSION}, ${notes.join(', ')}`);
}

/** Credentials, and ids of what there is: sessions of both vendors, accounts, a visitor. */
async function valuesOf(arena: Arena): Promise<Readonly<Record<string, string>>> {
  const tenant = await arena.makeTenant({ limits: { maxConcurrentSessions: 20 } });
  const session = await openSession(arena, tenant);
  const visitor = await callApi<{ visitorId: string; visitorToken: string }>(
    `${arena.petyaUrl}/api/v1/visitors/init`,
    {
      apiKey: tenant.key,
      body: {},
    },
  );
  return {
    CUSTOMER_KEY: tenant.key,
    ADMIN_TOKEN: arena.secrets.adminToken,
    METRICS_TOKEN: arena.secrets.metricsToken,
    SERVICE_TOKEN: arena.secrets.serviceToken,
    SESSION_TOKEN: session.session_token,
    SESSION_ID: session.session_id,
    STREAM_ID: (await openStream(arena, tenant)).sessionId,
    ACCOUNT_ID: tenant.accountId,
    SPARE_ID: (await arena.makeTenant()).accountId,
    REMOVED_ID: (await arena.makeTenant()).accountId,
    VISITOR_ID: visitor.visitorId,
    VISITOR_TOKEN: visitor.visitorToken,
  };
}

/** Its own substitution leaves dictionaries out. @returns the path of the filled-in file */
async function fillConfig(
  app: 'avatar' | 'petya',
  values: Readonly<Record<string, string>>,
): Promise<string> {
  const name = `schemathesis.${app}.toml`;
  const text = await readFile(join(projectRoot, 'test', 'fuzz', name), 'utf8');
  const filled = text.replace(/\$\{(\w+)\}/g, (place, value: string) => values[value] ?? place);
  await writeFile(cachePath(name), filled, { mode: 0o600 });
  return cachePath(name);
}

/** Installs it once into `.cache`. @returns the program's path */
async function provide(): Promise<string> {
  const folder = cachePath('schemathesis');
  const program = join(folder, 'bin', 'schemathesis');
  const marker = join(folder, `installed-${VERSION}`);
  await withInstallLock(cachePath('schemathesis.lock'), async () => {
    if (existsSync(marker)) return;
    await rm(folder, { recursive: true, force: true });
    await must('python3', ['-m', 'venv', folder]);
    await must(join(folder, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`]);
    await must('touch', [marker]);
  });
  return program;
}

async function must(command: string, args: readonly string[]): Promise<void> {
  const { code, output } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
}

function run(command: string, args: readonly string[]) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(command, args, { cwd: cachePath(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
