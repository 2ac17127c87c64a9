import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AVATAR_ID, startWorld, type World } from '../ilianaai-avatar/world.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { installPackages } from '../stack/install-packages.js';
import { cachePath, projectRoot } from '../stack/project-root.js';

const run = promisify(execFile);
const folder = cachePath(`generated-clients-${process.pid}`);
const bin = (...path: string[]) => join(projectRoot, 'node_modules', ...path);
const tools = join(projectRoot, 'test', 'generated-clients', 'tools');

/** The tools are installed with the first run. */
const INSTALL_MS = 180_000;

const OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  target: 'es2023',
  module: 'nodenext',
  lib: ['es2023', 'dom', 'dom.iterable'],
  types: ['node'],
};

/** What an integrator writes, by what writes the client, and how strictly it is compiled. */
const PROGRAMS = [
  {
    generator: 'openapi-typescript and openapi-fetch',
    program: 'whole-flow',
    // As strict as a compiler can be asked to be.
    options: { exactOptionalPropertyTypes: true, noPropertyAccessFromIndexSignature: true },
  },
  {
    generator: 'hey-api',
    program: 'whole-flow-by-hey-api',
    // What it generates is not written for more.
    options: {},
  },
];

let world: World;

beforeAll(async () => {
  world = await startWorld({
    environment: { ADMIN_TOKEN: PETYA_ADMIN_TOKEN, LIVEAVATAR_DEFAULT_AVATAR_ID: AVATAR_ID },
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await installPackages(tools, () => undefined);
  const { avatar, petya } = world;
  for (const [name, { baseUrl }] of Object.entries({ avatar, petya })) {
    const document = await describeApp(name, baseUrl);
    await Promise.all([byOpenapiTypescript(name, document), byHeyApi(name, document)]);
  }
}, INSTALL_MS);
afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Writes down what an app that runs says of itself. @returns the file */
async function describeApp(name: string, baseUrl: string): Promise<string> {
  const document = join(folder, `${name}.json`);
  await writeFile(document, await (await fetch(`${baseUrl}/openapi.json`)).text());
  return document;
}

/** Types of an app. */
async function byOpenapiTypescript(name: string, document: string): Promise<void> {
  const program = bin('openapi-typescript', 'bin', 'cli.js');
  await run(process.execPath, [program, document, '-o', join(folder, `${name}.ts`)]);
}

/** A function for each operation of an app. */
async function byHeyApi(name: string, document: string): Promise<void> {
  const program = join(tools, 'node_modules', '@hey-api', 'openapi-ts', 'bin', 'run.js');
  const output = join(folder, `hey-${name}`);
  const args = [program, '--silent', '--no-log-file', '-i', document, '-o', output];
  await run(process.execPath, args, { cwd: folder });
}

/** @returns what the compiler finds wrong; empty where nothing is */
async function compile(program: string, options: object): Promise<string> {
  const source = `${program}.mts`;
  await copyFile(join(projectRoot, 'test', 'generated-clients', source), join(folder, source));
  const project = join(folder, `${program}.tsconfig.json`);
  const compilerOptions = { ...OPTIONS, ...options };
  await writeFile(project, JSON.stringify({ compilerOptions, include: [source] }));
  const args = [bin('typescript', 'bin', 'tsc'), '-p', project, '--pretty', 'false'];
  return run(process.execPath, args).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
}

describe('clients that are generated from the descriptions of both apps', () => {
  it.each(PROGRAMS)(
    'carry the whole flow without a cast, and it runs: by $generator',
    async (each) => {
      expect(await compile(each.program, each.options)).toBe('');
      const { stdout } = await run(process.execPath, [join(folder, `${each.program}.mjs`)], {
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
        visitors: ['Ada'],
        conversations: [['https://shop.example.com/roses', 'completed']],
        removed: 204,
      });
    },
  );
});
