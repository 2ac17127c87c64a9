import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Linux counts in ticks of a hundredth of a second, on every architecture that Node runs on. */
const TICK_MICROS = 10_000;

/** CPU that a process has used, in microseconds; NaN where this system does not tell. */
export function cpuMicrosOf(pid: number | null): number {
  if (pid === null) return Number.NaN;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets and may hold anything; user and system time come 12th after it.
    const members = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(members[11]) + Number(members[12])) * TICK_MICROS;
  } catch {
    return Number.NaN;
  }
}

/** What a process has read and written so far, over sockets and in files; NaN where it is not told. */
export function movedBy(pid: number | null): {
  readonly bytes: number;
  readonly transfers: number;
} {
  try {
    const told = readFileSync(`/proc/${pid}/io`, 'utf8');
    const of = (name: string): number =>
      Number(new RegExp(`^${name}: (\\d+)`, 'm').exec(told)?.[1]);
    return { bytes: of('rchar') + of('wchar'), transfers: of('syscr') + of('syscw') };
  } catch {
    return { bytes: Number.NaN, transfers: Number.NaN };
  }
}

/**
 * Keeps the servers that are measured on the first core and all else off it, so that the load does
 * not take away what it measures. Does nothing where there is no `taskset`.
 */
export function pin(pid: number | undefined, side: 'measured' | 'other'): void {
  const cores = availableParallelism();
  if (pid === undefined || cores < 2) return;
  const list = side === 'measured' ? '0' : `1-${cores - 1}`;
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)]);
}
