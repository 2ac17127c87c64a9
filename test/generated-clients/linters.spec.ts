import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installPackages } from '../stack/install-packages.js';
import { cachePath, projectRoot } from '../stack/project-root.js';
import { avatarDescription, petyaDescription } from '../support/described-apps.js';

const run = promisify(execFile);
const folder = cachePath(`linted-${process.pid}`);
const tools = join(projectRoot, 'test', 'generated-clients', 'tools');
const redocly = join(projectRoot, 'node_modules', '@redocly', 'cli', 'bin', 'cli.js');

/** Spectral is installed with the first run. */
const INSTALL_MS = 180_000;

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  await installPackages(tools, () => undefined);
}, INSTALL_MS);
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

interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
}

/** What Spectral's rules for OpenAPI say of a description, down to its hints. */
async function spectral(name: string, description: object): Promise<readonly Complaint[]> {
  const file = join(folder, `${name}.json`);
  const ruleset = join(folder, 'ruleset.json');
  await writeFile(file, JSON.stringify(description));
  await writeFile(ruleset, JSON.stringify({ extends: 'spectral:oas' }));
  const program = join(tools, 'node_modules', '@stoplight', 'spectral-cli', 'dist', 'index.js');
  const report = join(folder, `${name}.spectral.json`);
  const args = ['lint', file, '--ruleset', ruleset, '--format', 'json', '--output', report];
  // It ends with an error where it finds something; then the report is there as well.
  await run(process.execPath, [program, ...args]).catch(() => null);
  return JSON.parse(await readFile(report, 'utf8')) as Complaint[];
}

const APPS = [
  ['ilianaai-avatar', avatarDescription],
  ['petya-avatar-api', petyaDescription],
] as const;

/** A description that refers to what is not in it. */
async function broken(): Promise<object> {
  const { components, ...others } = await petyaDescription();
  const { Error: _error, ...schemas } = components.schemas;
  return { ...others, components: { ...components, schemas } };
}

describe('Redocly’s recommended rules', () => {
  it.each(APPS)('find nothing in what %s says of itself', async (name, describe) => {
    const { problems, totals } = await lint(name, await describe());
    expect(problems).toEqual([]);
    expect(totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
  });

  it('would find something', async () => {
    const { problems } = await lint('broken', await broken());
    expect(problems.map(({ ruleId }) => ruleId)).toContain('no-unresolved-refs');
  });
});

describe('Spectral’s rules for OpenAPI', () => {
  it.each(APPS)('find nothing in what %s says of itself', async (name, describe) => {
    expect(await spectral(name, await describe())).toEqual([]);
  });

  it('would find something', async () => {
    const complaints = await spectral('broken', await broken());
    expect(complaints.map(({ code }) => code)).toContain('invalid-ref');
  });
});
