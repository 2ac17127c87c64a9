import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateSecrets, loadSecrets } from './secrets.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-secrets-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the secrets of a local stack', () => {
  it('are all different, of 32 bytes, and others in every stack', () => {
    const all = [...Object.values(generateSecrets()), ...Object.values(generateSecrets())];
    expect(new Set(all).size).toBe(all.length);
    for (const secret of all) expect(secret).toMatch(/^[0-9a-f]{64}$/);
  });

  it('stay the same from run to run, in a file that only its owner reads', async () => {
    const file = join(folder, 'below', 'secrets.json');
    const first = await loadSecrets(file);
    expect(await loadSecrets(file)).toEqual(first);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('have what an earlier file lacks, and keep what it has', async () => {
    const file = join(folder, 'secrets.json');
    const { metricsToken: _lacking, ...earlier } = await loadSecrets(file);
    await writeFile(file, JSON.stringify(earlier));
    const now = await loadSecrets(file);
    expect(now).toEqual({ ...earlier, metricsToken: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await loadSecrets(file)).toEqual(now);
  });
});
