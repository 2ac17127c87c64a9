import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type ExitResult, exitOf } from '../stack/exit-result.js';
import { projectRoot } from '../stack/project-root.js';

/** One of the commands of package.json as a process, with what it says. */
export interface Command {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves when it has said so; rejects when it ends before. */
  untilSays(text: string): Promise<void>;
  readonly ended: Promise<ExitResult>;
}

/** Runs a script of package.json as npm would. */
export function runCommand(
  name: string,
  { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
): Command {
  const script = join(projectRoot, 'test', 'stack', 'run-command.mjs');
  const child = spawn(process.execPath, [script, name, ...args], {
    cwd: projectRoot,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = exitOf(child);
  const untilSays = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (output.includes(text)) resolve();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.once('close', () => reject(new Error(`It ended without “${text}”:\n${output}`)));
      look();
    });
  return { child, output: () => output, untilSays, ended };
}
