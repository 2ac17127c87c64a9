import { rm } from 'node:fs/promises';
import { type ExitResult } from './exit-result.js';
import { logFileOf, ManagedProcess, type ProcessSpec } from './managed-process.js';

/** The processes of one stack, ended together in the reverse of the order they were added in. */
export class Processes {
  private readonly all: ManagedProcess[] = [];
  /** Called when any of them ends although nobody here asked for it. */
  onUnexpectedExit: (process: ManagedProcess, exit: ExitResult) => void = () => undefined;

  constructor(private readonly logFolder: string) {}

  /** Makes a process known under its name, with an empty log, without starting it. */
  async add(spec: ProcessSpec): Promise<ManagedProcess> {
    if (this.all.some(({ name }) => name === spec.name)) {
      throw new Error(`There is a process named ${spec.name} already.`);
    }
    const added = new ManagedProcess(spec, logFileOf(this.logFolder, spec.name));
    await rm(added.logFile, { force: true });
    added.onUnexpectedExit = (exit) => this.onUnexpectedExit(added, exit);
    this.all.push(added);
    return added;
  }

  get(name: string): ManagedProcess {
    const found = this.all.find((process) => process.name === name);
    if (found === undefined) throw new Error(`There is no process named ${name}.`);
    return found;
  }

  list(): readonly ManagedProcess[] {
    return this.all;
  }

  /** SIGTERM to each, last added first, one after another: those who are called end last. */
  async stopAll(deadlineMs?: number): Promise<void> {
    for (const process of this.all.toReversed()) await process.stop(deadlineMs);
  }

  async killAll(): Promise<void> {
    await Promise.all(this.all.map((process) => process.kill()));
  }
}
