import { openSync, readSync } from 'node:fs';

/**
 * @returns what tells the processor time of this process's main thread, in milliseconds. Linux tells
 * of a thread by itself; elsewhere it is the whole process, with what collects garbage.
 */
export function readerOfThreadCpu(): () => number {
  const buffer = Buffer.alloc(128);
  try {
    const descriptor = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
    return () => {
      const length = readSync(descriptor, buffer, 0, buffer.length, 0);
      return Number.parseInt(buffer.toString('latin1', 0, length), 10) / 1e6;
    };
  } catch {
    return () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e3;
    };
  }
}
