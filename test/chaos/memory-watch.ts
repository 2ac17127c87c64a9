import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ManagedProcess } from '../stack/managed-process.js';
import { projectRoot } from '../stack/project-root.js';
import type { Sample } from './flatness.js';
import { holdsWithin } from './holds-within.js';

/** Longest that a process takes to collect and to answer, on a busy machine. */
const ANSWER_MS = 20_000;

interface MemoryLine {
  readonly atMs: number;
  /** On the heap and beside it, after a collection. */
  readonly bytes: number;
  readonly descriptors: number;
}

/** What a process holds from time to time, told by itself. */
export class MemoryWatch {
  private lines: readonly MemoryLine[] = [];

  private constructor(
    readonly process: ManagedProcess,
    private readonly file: string,
  ) {}

  /** Starts the process anew, so that it can be asked. */
  static async over(process: ManagedProcess): Promise<MemoryWatch> {
    const file = `${process.logFile}.memory`;
    const preload = pathToFileURL(join(projectRoot, 'test', 'chaos', 'report-memory.mjs')).href;
    await rm(file, { force: true });
    await process.stop();
    await process.start({ NODE_OPTIONS: `--import=${preload}`, MEMORY_REPORT: file });
    return new MemoryWatch(process, file);
  }

  get bytes(): Sample[] {
    return this.lines.map(({ atMs, bytes }) => ({ atMs, value: bytes }));
  }

  get descriptors(): Sample[] {
    return this.lines.map(({ atMs, descriptors }) => ({ atMs, value: descriptors }));
  }

  /** @throws Error when the process does not answer */
  async sample(): Promise<void> {
    const known = this.lines.length;
    this.process.signal('SIGUSR2');
    const isAnswered = await holdsWithin(async () => {
      this.lines = await readLines(this.file);
      return this.lines.length > known;
    }, ANSWER_MS);
    if (!isAnswered) throw new Error(`${this.process.name} does not say what it holds.`);
  }
}

async function readLines(file: string): Promise<MemoryLine[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  // A line that is being written has no end yet.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as MemoryLine);
}
