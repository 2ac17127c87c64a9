import { appendFileSync, openSync, readSync } from 'node:fs';

/*
 * Loaded into a program before it: writes down, in `LONG_TURNS_FILE`, how long the turns of its event
 * loop are that took more than a little, in milliseconds of processor time of the one thread that
 * serves. What else the machine does, and how long it makes the program wait, is not in it.
 */
const EACH_MS = 2;
const LONG_MS = 10;

const file = process.env['LONG_TURNS_FILE'];
if (file !== undefined) watch(file, readerOfCpu());

function watch(into: string, cpuMs: () => number): void {
  let before = cpuMs();
  const look = (): void => {
    const now = cpuMs();
    const took = now - before;
    before = now;
    if (took < LONG_MS) return;
    appendFileSync(into, `${took.toFixed(1)}\n`);
    before = cpuMs();
  };
  setInterval(look, EACH_MS).unref();
}

/** Linux tells of a thread by itself; elsewhere it is the whole process, with what collects garbage. */
function readerOfCpu(): () => number {
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
