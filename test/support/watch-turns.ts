import { appendFileSync } from 'node:fs';
import { readerOfThreadCpu } from './thread-cpu.js';

/*
 * Loaded into a program before it: writes down, in `LONG_TURNS_FILE`, how long the turns of its event
 * loop are that took more than a little, in milliseconds of processor time of the one thread that
 * serves. What else the machine does, and how long it makes the program wait, is not in it.
 */
const EACH_MS = 2;
const LONG_MS = 10;

const file = process.env['LONG_TURNS_FILE'];
if (file !== undefined) watch(file, readerOfThreadCpu());

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
