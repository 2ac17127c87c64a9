import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../chat-plugin/src/plugin/settings.js';
import { callApi } from '../stack/json-api.js';
import { freePorts } from '../stack/ports.js';
import { scrape } from '../telemetry/scrape.js';
import { type Command, runCommand } from './command.js';

const run = promisify(execFile);

interface Ports {
  readonly avatar: number;
  readonly petya: number;
  readonly page: number;
  readonly simulator: number;
  readonly database: number;
  readonly livekit: number;
}

let folder: string;
let ports: Ports;
let command: Command | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-start-'));
  const [avatar = 0, petya = 0, page = 0, ...others] = await freePorts(6);
  const [simulator = 0, database = 0, livekit = 0] = others;
  ports = { avatar, petya, page, simulator, database, livekit };
});

afterEach(async () => {
  command?.child.kill('SIGTERM');
  await command?.ended;
  await rm(folder, { recursive: true, force: true });
});

function start(): Command {
  command = runCommand('start', {
    env: {
      STACK_FOLDER: folder,
      AVATAR_PORT: String(ports.avatar),
      PETYA_PORT: String(ports.petya),
      PAGE_PORT: String(ports.page),
      SIMULATOR_PORT: String(ports.simulator),
      DATABASE_PORT: String(ports.database),
      LIVEKIT_PORT: String(ports.livekit),
    },
  });
  return command;
}

async function listeners(): Promise<number[]> {
  const all = await Promise.all(
    Object.values(ports).map(async (port: number) => ((await isFree(port)) ? [] : [port])),
  );
  return all.flat();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}

async function accountId(): Promise<string> {
  const page = await callApi<{ apiKey: string; petyaUrl: string }>(
    `http://127.0.0.1:${ports.page}/config.json`,
  );
  const account = await callApi<{ accountId: string; avatarServiceUrl: string }>(
    `${page.petyaUrl}/api/v1/account/config`,
    { bearer: page.apiKey, origin: `http://localhost:${ports.page}` },
  );
  expect(account.avatarServiceUrl).toBe(`http://127.0.0.1:${ports.avatar}`);
  return account.accountId;
}

/** What the table says can be pasted: Petya's address into a tag, and the operator's token into a call. */
async function expectAddressesWork(output: string): Promise<void> {
  const api = /Petya's API +(\S+)/.exec(output)?.[1];
  const { settings, problems } = readSettings({ key: 'SE_5799564546777614', api });
  expect(problems).toEqual([]);
  const origin = `http://localhost:${ports.page}`;
  const config = `${settings?.api}/api/v1/account/config`;
  const { name } = await callApi<{ name: string }>(config, { bearer: settings?.key ?? '', origin });
  expect(name).toBe('Holm & Daughter');
  const file = /Operator's token +(\S+)/.exec(output)?.[1] ?? '';
  const { adminToken: bearer, metricsToken } = JSON.parse(await readFile(file, 'utf8')) as Record<
    'adminToken' | 'metricsToken',
    string
  >;
  const sessions = `http://127.0.0.1:${ports.avatar}/api/v1/admin/sessions`;
  expect(await callApi(sessions, { bearer })).toEqual({ items: [], nextCursor: null });
  for (const port of [ports.avatar, ports.petya]) {
    const board = `http://127.0.0.1:${port}/board`;
    expect(output).toContain(board);
    const page = await (await fetch(board)).text();
    const [, script = 'none'] = /src="(\/board\/[^"]+)"/.exec(page) ?? [];
    expect((await fetch(new URL(script, board))).status).toBe(200);
  }
  const accounts = `http://127.0.0.1:${ports.petya}/api/v1/admin/accounts`;
  expect(await callApi(accounts, { bearer })).toMatchObject({ items: [{ name }] });
  for (const port of [ports.avatar, ports.petya]) {
    const { text } = await scrape(`http://127.0.0.1:${port}`, metricsToken);
    expect(text).toContain('database_ready 1');
  }
}

/** The process that a command has started from a program of that name. */
async function childOf({ child }: Command, program: string): Promise<number> {
  const found = await run('pgrep', ['-P', String(child.pid), '-f', program]);
  return Number(found.stdout.trim());
}

describe('npm start', () => {
  it('shows the table when all is healthy, ends everything by SIGINT, keeps its data', async () => {
    const first = start();
    await first.untilSays('Ctrl-C ends everything.');
    expect(first.output()).toContain('SE_5799564546777614');
    expect(first.output()).toContain(`http://localhost:${ports.page}`);
    const before = await accountId();
    await expectAddressesWork(first.output());
    first.child.kill('SIGINT');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(await listeners()).toEqual([]);

    const second = start();
    await second.untilSays('Ctrl-C ends everything.');
    expect(await accountId()).toBe(before);
  }, 120_000);

  it('starts a process again that ended by itself', async () => {
    const running = start();
    await running.untilSays('Ctrl-C ends everything.');
    const health = `http://127.0.0.1:${ports.petya}/health/live`;
    process.kill(await childOf(running, 'petya-avatar-api'), 'SIGKILL');
    await running.untilSays('petya-avatar-api is healthy again.');
    expect((await fetch(health)).status).toBe(200);
  }, 120_000);

  it('leaves nothing behind when it is killed', async () => {
    const killed = start();
    await killed.untilSays('Ctrl-C ends everything.');
    killed.child.kill('SIGKILL');
    await killed.ended;
    const deadline = Date.now() + 20_000;
    while ((await listeners()).length > 0 && Date.now() < deadline) await sleep(100);
    expect(await listeners()).toEqual([]);
  }, 120_000);

  it('names the port in use and the variable that changes it, and starts nothing', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(ports.petya, '127.0.0.1', resolve));
    try {
      const refused = start();
      expect(await refused.ended).toEqual({ code: 1, signal: null });
      expect(refused.output()).toContain(`Port ${ports.petya} for Petya's API is in use`);
      expect(refused.output()).toContain('PETYA_PORT=');
    } finally {
      await new Promise((resolve) => taken.close(resolve));
    }
    expect(await listeners()).toEqual([]);
  }, 120_000);
});
