import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptGet } from './apt-get.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apt-get-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An apt-get that fails so often with a message before it does its work, and notes what it was asked. */
async function anApt(name: string, failures: number, message: string): Promise<string> {
  const program = join(folder, name);
  const text = `#!/bin/sh
echo "$@" >> '${program}.asked'
if [ "$(wc -l < '${program}.asked')" -le ${failures} ]; then echo "${message}" >&2; exit 100; fi
`;
  await writeFile(program, text);
  await chmod(program, 0o755);
  return program;
}

const timesAsked = async (program: string): Promise<number> =>
  (await readFile(`${program}.asked`, 'utf8')).trimEnd().split('\n').length;

describe('apt-get', () => {
  it.each([
    'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 24862 (apt-get)',
    'E: Unable to lock directory /var/lib/apt/lists/',
    'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1 (unattended-upgr)',
    'E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?',
  ])('is waited for while another process holds it: %s', async (message) => {
    const program = await anApt(`held-${message.length}`, 2, message);
    await aptGet(['update'], { program });
    expect(await timesAsked(program)).toBe(3);
  });

  it('fails at once for any other reason, in its own words', async () => {
    const program = await anApt('fails', 9, 'E: Unable to locate package chromium');
    await expect(aptGet(['install', 'chromium'], { program })).rejects.toThrow('Unable to locate');
    expect(await timesAsked(program)).toBe(1);
  });

  it('is not waited for without an end', async () => {
    const program = await anApt('held', 9, 'E: Could not get lock');
    await expect(aptGet(['update'], { program, patienceMs: 0 })).rejects.toThrow('Could not get');
  });
});
