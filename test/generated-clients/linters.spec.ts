import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachePath, projectRoot } from '../stack/project-root.js';
import { avatarDescription, petyaDescription } from '../support/described-apps.js';

const run = promisify(execFile);
const folder = cachePath(`linted-${process.pid}`);
const redocly = join(projectRoot, 'node_modules', '@redocly', 'cli', 'bin', 'cli.js');

beforeAll(() => mkdir(folder, { recursive: true }));
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Report {
  readonly totals: { readonly errors: number; readonly warnings: number; readonly ignored: number };
  readonly problems: readonly { readonly message: string; readonly ruleId: string }[];
}

/** What Redocly's recommended rules say of a description. */
async function lint(name: string, description: object): Promise<Report> {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(description));
  // In a folder without a configuration of anybody's, and without asking anybody on the net.
  const env = {
    ...process.env,
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  };
  const args = [redocly, 'lint', file, '--extends', 'recommended', '--format', 'json'];
  const { stdout } = await run(process.execPath, args, { cwd: folder, env }).catch(
    (error: { stdout: string }) => error,
  );
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as Report;
}

describe('Redocly’s recommended rules', () => {
  it.each([
    ['ilianaai-avatar', avatarDescription],
    ['petya-avatar-api', petyaDescription],
  ])('find nothing in what %s says of itself', async (name, describe) => {
    const { problems, totals } = await lint(name, await describe());
    expect(problems).toEqual([]);
    expect(totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
  });

  it('would find something', async () => {
    const { components, ...others } = await petyaDescription();
    const { Error: _error, ...schemas } = components.schemas;
    const { problems } = await lint('broken', {
      ...others,
      components: { ...components, schemas },
    });
    expect(problems.map(({ ruleId }) => ruleId)).toContain('no-unresolved-refs');
  });
});
