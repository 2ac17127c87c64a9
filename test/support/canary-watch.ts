import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, expect } from '@jest/globals';
import { findLeaks, hearLog } from './overheard.js';

/*
 * Every e2e test file is also a test of this: whatever its apps wrote, answered and stored is looked
 * through for the secrets of the run, once the file is done.
 */

for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  // The apps' lines are kept and not shown: they are written for this alone.
  stream.write = (chunk: string | Uint8Array) => hearLog(String(chunk)) || write(chunk);
}

afterAll(async () => {
  // Lines are written at the end of a turn.
  await nextTurn();
  expect(findLeaks()).toEqual([]);
});
