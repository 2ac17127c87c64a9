import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describeExit, type ExitResult, exitOf, hasEnded } from './exit-result.js';
import { compiledPath, projectRoot } from './project-root.js';

export interface ProcessSpec {
  /** Also the name of its log file. */
  readonly name: string;
  /** The Node program, an absolute path. */
  readonly entry: string;
  /** The Node.js that runs it, an absolute path; the one that runs this when missing. */
  readonly node?: string;
  /** All it gets, with PATH: nothing of our own environment can slip in. */
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 once the process is ready. */
  readonly healthUrl: string;
  readonly startTimeoutMs?: number;
}

const followParent = pathToFileURL(compiledPath('test', 'stack', 'follow-parent.js')).href;

/** One Node program that can be started, stopped, killed, frozen and started again. */
export class ManagedProcess {
  private child: ChildProcess | undefined;
  private stopping = false;
  /** Called when the process ends although nobody here asked for it. */
  onUnexpectedExit: (exit: ExitResult) => void = () => undefined;

  constructor(
    readonly spec: ProcessSpec,
    readonly logFile: string,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  get pid(): number | undefined {
    return this.isRunning ? this.child?.pid : undefined;
  }

  get isRunning(): boolean {
    return this.child !== undefined && !hasEnded(this.child);
  }

  /**
   * Starts it and waits until its health URL answers 200.
   * @param env laid over the environment of the spec, for this start only
   * @throws Error with the last lines of its log when it ends or stays silent
   */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.launch(env);
    await this.waitUntilHealthy();
  }

  /** Starts it without waiting, for a process that is expected to end by itself. */
  async launch(env: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.isRunning) throw new Error(`${this.name} is running already.`);
    await mkdir(dirname(this.logFile), { recursive: true });
    const log = openSync(this.logFile, 'a');
    this.stopping = false;
    const child = spawn(
      this.spec.node ?? process.execPath,
      ['--import', followParent, this.spec.entry],
      {
        cwd: projectRoot,
        env: { PATH: process.env['PATH'], NO_COLOR: '1', ...this.spec.env, ...env },
        stdio: ['ignore', log, log, 'ipc'],
        // A group of its own: Ctrl-C in the terminal reaches the supervisor alone, which then ends
        // the processes in order.
        detached: true,
      },
    );
    closeSync(log);
    this.child = child;
    child.once('error', () => undefined);
    void exitOf(child).then((exit) => {
      if (!this.stopping) this.onUnexpectedExit(exit);
    });
  }

  async waitUntilHealthy(): Promise<void> {
    const deadline = Date.now() + (this.spec.startTimeoutMs ?? 30_000);
    while (!(await answersOk(this.spec.healthUrl))) {
      if (this.child !== undefined && hasEnded(this.child)) {
        throw await this.failure(`ended ${describeExit(await exitOf(this.child))} while starting`);
      }
      if (Date.now() > deadline) throw await this.failure('did not become healthy in time');
      await sleep(50);
    }
  }

  /** SIGTERM; SIGKILL after the deadline. Tells how it ended, null when it was not running. */
  async stop(deadlineMs = 30_000): Promise<ExitResult | null> {
    const child = this.child;
    if (child === undefined || hasEnded(child)) return null;
    this.stopping = true;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
    try {
      return await exitOf(child);
    } finally {
      clearTimeout(timer);
    }
  }

  /** SIGKILL, as a crash. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child === undefined || hasEnded(child)) return;
    this.stopping = true;
    child.kill('SIGKILL');
    await exitOf(child);
  }

  /** Waits for an end that it comes to by itself, for example at a kill point. */
  async exited(): Promise<ExitResult> {
    if (this.child === undefined) throw new Error(`${this.name} was never started.`);
    this.stopping = true;
    return exitOf(this.child);
  }

  /** SIGSTOP freezes it, as a stalled machine does; SIGCONT wakes it up. */
  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async readLog(): Promise<string> {
    return readFile(this.logFile, 'utf8').catch(() => '');
  }

  private async failure(what: string): Promise<Error> {
    const lines = (await this.readLog()).trimEnd().split('\n').slice(-12).join('\n');
    return new Error(`${this.name} ${what}. The end of ${this.logFile}:\n${lines}`);
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** The log file of a process, in `folder`. */
export function logFileOf(folder: string, name: string): string {
  return join(folder, `${name}.log`);
}
