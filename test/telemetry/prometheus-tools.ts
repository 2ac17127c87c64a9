import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../stack/ports.js';
import { debianProgram } from '../support/debian-program.js';
import { until } from '../support/until.js';

/** What Prometheus's own tool says, and whether it was content. */
export interface ToolResult {
  readonly isContent: boolean;
  readonly said: string;
}

/**
 * Runs promtool, which comes with Debian's package.
 * @param input what it reads, if anything
 * @throws Error where there is no promtool to be had: nothing was judged then
 */
export async function promtool(args: readonly string[], input = ''): Promise<ToolResult> {
  const child = spawn(await debianProgram('prometheus', 'promtool'), args, { stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  }
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { isContent: code === 0, said };
}

/** A running Prometheus. */
export interface RunningPrometheus {
  readonly url: string;
  /** Asks its API. */
  ask<T>(path: string, query?: Readonly<Record<string, string>>): Promise<T>;
  stop(): Promise<void>;
}

/**
 * Starts the real Prometheus on a configuration.
 * @param files beside the configuration, by their names
 */
export async function startPrometheus(
  configuration: string,
  files: Readonly<Record<string, string>>,
): Promise<RunningPrometheus> {
  const program = await debianProgram('prometheus');
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  await mkdir(join(folder, 'data'));
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, configuration.replaceAll('/etc/prometheus', folder));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    program,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => void said.push(chunk));
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  const isReady = async () => {
    if (child.exitCode !== null)
      throw new Error(`Prometheus ended: ${said.join('').slice(-2_000)}`);
    const answer = await fetch(`${url}/-/ready`).catch(() => null);
    return answer?.ok;
  };
  await until('Prometheus is ready', isReady).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    url,
    ask: async <T>(path: string, query: Readonly<Record<string, string>> = {}) => {
      const answer = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
      const { data, error } = (await answer.json()) as { data: T; error?: string };
      if (!answer.ok) throw new Error(`${path} ${JSON.stringify(query)}: ${error}`);
      return data;
    },
    stop,
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
}
