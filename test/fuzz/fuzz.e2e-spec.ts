import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** The share of `npm test`; `npm run fuzz -- --full` runs all of it. */
const SHARE_MS = 15 * 60_000;

function fuzz(): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const entry = join(process.cwd(), 'test', 'fuzz', 'fuzz.mjs');
    const child = spawn(process.execPath, [entry], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

describe('npm run fuzz', () => {
  it(
    'finds nothing: no unplanned 5xx, no body out of shape, no exit, nothing lost',
    async () => {
      const { code, output } = await fuzz();
      process.stdout.write(output);
      expect([code, code === 0 ? '' : output]).toEqual([0, '']);
      expect(output.trimEnd()).toMatch(/\d+ passed, 0 failed$/);
    },
    SHARE_MS,
  );
});
