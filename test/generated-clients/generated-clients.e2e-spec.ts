import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AVATAR_ID, startWorld, type World } from '../ilianaai-avatar/world.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { cachePath, projectRoot } from '../stack/project-root.js';

const run = promisify(execFile);
const folder = cachePath(`generated-clients-${process.pid}`);
const bin = (...path: string[]) => join(projectRoot, 'node_modules', ...path);

/** As strict as a compiler can be asked to be, with nothing looked away from but other people's types. */
const OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  skipLibCheck: true,
  target: 'es2023',
  module: 'nodenext',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: ['node'],
};

let world: World;

beforeAll(async () => {
  world = await startWorld({
    environment: { ADMIN_TOKEN: PETYA_ADMIN_TOKEN, LIVEAVATAR_DEFAULT_AVATAR_ID: AVATAR_ID },
  });
  await mkdir(folder, { recursive: true });
});
afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Types of an app by openapi-typescript, from what the app that runs says of itself. */
async function generate(name: string, baseUrl: string): Promise<void> {
  const document = join(folder, `${name}.json`);
  await writeFile(document, await (await fetch(`${baseUrl}/openapi.json`)).text());
  const program = bin('openapi-typescript', 'bin', 'cli.js');
  await run(process.execPath, [program, document, '-o', join(folder, `${name}.ts`)]);
}

/** @returns what the compiler finds wrong; empty where nothing is */
async function compile(): Promise<string> {
  await copyFile(
    join(projectRoot, 'test', 'generated-clients', 'whole-flow.mts'),
    join(folder, 'whole-flow.mts'),
  );
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const project = { compilerOptions: OPTIONS, include: ['whole-flow.mts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  const args = [bin('typescript', 'bin', 'tsc'), '-p', folder, '--pretty', 'false'];
  return run(process.execPath, args).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

describe('clients that are generated from the descriptions of both apps', () => {
  it('carry the whole flow without a cast, and it runs', async () => {
    await Promise.all([
      generate('avatar', world.avatar.baseUrl),
      generate('petya', world.petya.baseUrl),
    ]);
    expect(await compile()).toBe('');
    const { stdout } = await run(process.execPath, [join(folder, 'whole-flow.mjs')], {
      env: {
        ...process.env,
        AVATAR_URL: world.avatar.baseUrl,
        PETYA_URL: world.petya.baseUrl,
        ADMIN_TOKEN: PETYA_ADMIN_TOKEN,
      },
    });
    expect(JSON.parse(stdout)).toEqual({
      changed: [true, 2],
      renamed: ['Blumenhaus Berlin', true, 2],
      warnings: [['no_context'], ['no_context', 'avatar_replaced']],
      listed: 1,
      config: true,
      started: true,
      turn: 'm-1',
      end: ['visitor_ended', 1],
      problem: 'urn:problem:token_invalid',
      messages: ['Do you deliver?'],
      removed: 204,
    });
  });
});
