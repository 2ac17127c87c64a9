import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withInstallLock } from '../stack/install-lock.js';
import { cachePath, projectRoot } from '../stack/project-root.js';
import type { Arena } from './arena.js';
import { inParallel } from './in-parallel.js';
import { type RowResult, Tally } from './tally.js';
import { openSession } from './requests.row.js';

const VERSION = '4.32.0';

/** Runs schemathesis with all its checks against the description of both apps. */
export async function schemathesisRow(
  arena: Arena,
  examples: number,
  seed: number,
): Promise<RowResult> {
  const tally = new Tally('schemathesis, all checks');
  const program = await provide();
  const tenant = await arena.makeTenant({ limits: { maxConcurrentSessions: 20 } });
  const session = await openSession(arena, tenant);
  const environment = {
    CUSTOMER_KEY: tenant.key,
    SESSION_TOKEN: session.session_token,
    ADMIN_TOKEN: arena.secrets.adminToken,
    SERVICE_TOKEN: arena.secrets.serviceToken,
  };
  const notes = await inParallel(['avatar', 'petya'] as const, 2, async (app) => {
    const config = join(projectRoot, 'test', 'fuzz', `schemathesis.${app}.toml`);
    const args = ['--config-file', config, 'run', `${arena[`${app}Url`]}/openapi.json`];
    const flags = ['--checks', 'all', '--max-examples', String(examples), '--seed', String(seed)];
    const { code, output } = await run(program, [...args, ...flags, '--no-color'], environment);
    tally.count(code === 0 ? [] : [`${app}: ${output.slice(-6_000)}`]);
    return `${app} ${/(\d+) generated/.exec(output)?.[1] ?? '?'} cases`;
  });
  return tally.result(`${VERSION}, ${notes.join(', ')}`);
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
  const { code, output } = await run(command, args, {});
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
}

function run(command: string, args: readonly string[], environment: Record<string, string>) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const env = { ...process.env, ...environment };
    const child = spawn(command, args, {
      cwd: cachePath(),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
