/**
 * Preloaded (`NODE_OPTIONS=--import=…`) into a process that is watched for what it keeps: at each
 * SIGUSR2 it collects its garbage and writes what is left, and how many descriptors it holds, as a
 * line of JSON to the file MEMORY_REPORT. Node has no other way to be asked for this from outside.
 */
import { appendFileSync, readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  const descriptors = readdirSync('/dev/fd').length;
  const line = JSON.stringify({ atMs: Date.now(), bytes: heapUsed + external, descriptors });
  appendFileSync(process.env.MEMORY_REPORT, `${line}\n`);
});
