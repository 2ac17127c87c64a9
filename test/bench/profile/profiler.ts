import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ProcessSpec } from '../../stack/managed-process.js';
import { cachePath } from '../../stack/project-root.js';
import type { CpuProfile } from './costs.js';
import { flameChart } from './flame-chart.js';

const profileFolder = cachePath('bench', 'profiles');

/** Where Node's inspector listens once SIGUSR1 has woken it up. */
const INSPECTOR = 'http://127.0.0.1:9229/json';
const SAMPLE_MICROS = 200;

/**
 * Samples what a Node process does while something runs, without the process knowing: the app is
 * the one that is built. Keeps `<name>.cpuprofile`, which any browser's developer tools open, and
 * `<name>.svg`, a flame chart.
 * @throws Error when the inspector's port belongs to another process
 */
export async function profileWhile(
  { name, pid }: { readonly name: string; readonly pid: number },
  run: () => Promise<unknown>,
): Promise<CpuProfile> {
  const inspector = await inspect(pid);
  await inspector.ask('Profiler.enable');
  await inspector.ask('Profiler.setSamplingInterval', { interval: SAMPLE_MICROS });
  await inspector.ask('Profiler.start');
  await run();
  const { profile } = await inspector.ask('Profiler.stop');
  inspector.close();
  mkdirSync(profileFolder, { recursive: true });
  writeFileSync(fileOf(name), JSON.stringify(profile));
  writeFileSync(`${profileFolder}/${name}.svg`, flameChart(profile as CpuProfile, name));
  return profile as CpuProfile;
}

/** Bytes that a Node process holds once its garbage is collected: heap, and what stands beside it. */
export async function heldBytes(pid: number): Promise<number> {
  const inspector = await inspect(pid);
  await inspector.ask('HeapProfiler.enable');
  // What the first collection frees may free more.
  for (let times = 0; times < 2; times += 1) await inspector.ask('HeapProfiler.collectGarbage');
  const expression = 'JSON.stringify(process.memoryUsage())';
  const asked = await inspector.ask('Runtime.evaluate', { expression });
  // The port is one for all: the next process may want it.
  const expressionOfClose = "process.getBuiltinModule('node:inspector').close()";
  void inspector.ask('Runtime.evaluate', { expression: expressionOfClose }).catch(() => undefined);
  const { value } = asked['result'] as { value: string };
  const { heapUsed, external } = JSON.parse(value) as NodeJS.MemoryUsage;
  return heapUsed + external;
}

/** Samples a program from its first instant until it is ready, and ends it. */
export async function profileStart(name: string, program: ProcessSpec): Promise<CpuProfile> {
  const sampling = ['--cpu-prof', `--cpu-prof-interval=${SAMPLE_MICROS}`];
  const where = [`--cpu-prof-dir=${profileFolder}`, `--cpu-prof-name=${name}.cpuprofile`];
  const child = spawn(process.execPath, [...sampling, ...where, program.entry], {
    env: { PATH: process.env['PATH'], ...program.env },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const isReady = (): Promise<boolean> =>
    fetch(program.healthUrl).then(
      ({ ok }) => ok,
      () => false,
    );
  while (child.exitCode === null && !(await isReady())) await delay(20);
  child.kill();
  await ended;
  return JSON.parse(readFileSync(fileOf(name), 'utf8')) as CpuProfile;
}

/** @throws Error when the inspector's port belongs to another process */
async function inspect(pid: number): Promise<Inspector> {
  process.kill(pid, 'SIGUSR1');
  const inspector = await Inspector.open();
  const asked = await inspector.ask('Runtime.evaluate', { expression: 'process.pid' });
  const { value } = asked['result'] as { value?: unknown };
  if (value !== pid) throw new Error(`process ${String(value)} has the inspector's port`);
  return inspector;
}

function fileOf(name: string): string {
  return `${profileFolder}/${name}.cpuprofile`;
}

type Answer = Readonly<Record<string, unknown>>;

/** The few words of the DevTools protocol that this needs. */
class Inspector {
  private lastId = 0;

  private constructor(private readonly socket: WebSocket) {}

  static async open(): Promise<Inspector> {
    const socket = new WebSocket(await findInspector(), { perMessageDeflate: false });
    await once(socket, 'open');
    return new Inspector(socket);
  }

  async ask(method: string, params: object = {}): Promise<Answer> {
    const id = (this.lastId += 1);
    this.socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [data] = (await once(this.socket, 'message')) as [Buffer];
      const message = JSON.parse(data.toString()) as { id?: number; result: Answer };
      if (message.id === id) return message.result;
    }
  }

  close(): void {
    this.socket.terminate();
  }
}

async function findInspector(): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(INSPECTOR).catch(() => null);
    const [target] = answer ? ((await answer.json()) as { webSocketDebuggerUrl: string }[]) : [];
    if (target) return target.webSocketDebuggerUrl;
    await delay(50);
  }
  throw new Error('the inspector does not open');
}
