import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExitResult } from './exit-result.js';
import type { ManagedProcess } from './managed-process.js';
import { freePort } from './ports.js';
import { Processes } from './processes.js';
import { compiledPath } from './project-root.js';

const answering = `
import { createServer } from 'node:http';
process.stdout.write('told ' + process.env.WORD + ' and not ' + process.env.JEST_WORKER_ID + '\\n');
process.on('SIGTERM', () => process.exit(Number(process.env.END ?? 0)));
const server = createServer((_, response) => response.end('ok'));
server.listen(Number(process.env.PORT), '127.0.0.1');
`;

let folder: string;
let processes: Processes;
let port: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-processes-'));
  processes = new Processes(join(folder, 'logs'));
  port = await freePort();
});

afterEach(async () => {
  await processes.killAll();
  await rm(folder, { recursive: true, force: true });
});

async function addProgram(name: string, source: string): Promise<ManagedProcess> {
  const entry = join(folder, `${name}.mjs`);
  await writeFile(entry, source);
  const env = { PORT: String(port), WORD: 'this' };
  return processes.add({ name, entry, env, healthUrl: `http://127.0.0.1:${port}/` });
}

async function isUp(): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function untilDown(): Promise<boolean> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    if (!(await isUp())) return true;
    await sleep(25);
  }
  return false;
}

describe('a process of the stack', () => {
  it('is up after start, with the environment of its spec and nothing of ours', async () => {
    const program = await addProgram('one', answering);
    await program.start();
    expect(await isUp()).toBe(true);
    expect(await program.readLog()).toContain('told this and not undefined');
  });

  it('ends by SIGTERM with its own code, and can be started again with other values', async () => {
    const program = await addProgram('one', answering);
    await program.start();
    expect(await program.stop()).toEqual({ code: 0, signal: null });
    expect(program.isRunning).toBe(false);
    await program.start({ WORD: 'that', END: '3' });
    expect(await program.readLog()).toContain('told that');
    expect(await program.stop()).toEqual({ code: 3, signal: null });
  });

  it('is killed at the deadline when it does not heed SIGTERM', async () => {
    const deaf = answering.replace('process.exit(Number(process.env.END ?? 0))', 'undefined');
    const program = await addProgram('deaf', deaf);
    await program.start();
    expect(await program.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('says how it ended and shows the end of its log when it cannot start', async () => {
    const program = await addProgram('broken', "throw new Error('no such luck')");
    await expect(program.start()).rejects.toThrow(
      /broken ended with code 1 while starting.*no such luck/s,
    );
  });

  it('reports an end that nobody asked for, and no other', async () => {
    const ends: [string, ExitResult][] = [];
    const reported = new Promise<void>((resolve) => {
      processes.onUnexpectedExit = (program, exit) => {
        ends.push([program.name, exit]);
        resolve();
      };
    });
    const program = await addProgram('one', answering);
    await program.start();
    await program.kill();
    await program.start();
    await program.stop();
    expect(ends).toEqual([]);
    await program.start();
    process.kill(program.pid ?? 0, 'SIGKILL');
    await reported;
    expect(ends).toEqual([['one', { code: null, signal: 'SIGKILL' }]]);
  });

  it('does not outlive a supervisor that is killed', async () => {
    await writeFile(join(folder, 'child.mjs'), answering);
    const supervisor = join(folder, 'supervisor.mjs');
    await writeFile(supervisor, supervising());
    const parent = spawn(process.execPath, [supervisor], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => parent.stdout.once('data', resolve));
    expect(await isUp()).toBe(true);
    parent.kill('SIGKILL');
    expect(await untilDown()).toBe(true);
  });
});

/** A supervisor of its own, because this one must not be killed. */
function supervising(): string {
  const module = pathToFileURL(compiledPath('test', 'stack', 'processes.js')).href;
  const spec = {
    name: 'child',
    entry: join(folder, 'child.mjs'),
    env: { PORT: String(port) },
    healthUrl: `http://127.0.0.1:${port}/`,
  };
  return `
    import { Processes } from ${JSON.stringify(module)};
    const processes = new Processes(${JSON.stringify(join(folder, 'logs'))});
    await (await processes.add(${JSON.stringify(spec)})).start();
    process.stdout.write('up');
    setInterval(() => {}, 1000);
  `;
}
