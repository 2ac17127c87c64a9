import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { projectRoot } from '../stack/project-root.js';
import { AVATAR_ID, CONTEXT_ID, startWorld, type World } from './world.js';

const run = promisify(execFile);
const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');

/** As a customer's TypeScript may be set up: strict, for browsers or for Node. */
const STRICT = [
  '--strict',
  '--target',
  'es2022',
  '--module',
  'nodenext',
  '--skipLibCheck',
  'false',
];
const BROWSER = ['--lib', 'es2022,dom'];
const TYPES = join(projectRoot, 'node_modules', '@types');
const NODE = ['--lib', 'es2022', '--typeRoots', TYPES, '--types', 'node'];

let world: World;
let shop: Tenant;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  // As a new account is made, so that it takes what the README's example sends.
  shop = await world.customer({ avatar: { avatarId: AVATAR_ID, knowledgeBaseId: CONTEXT_ID } });
  folder = await mkdtemp(join(tmpdir(), 'client-'));
  const built = join(folder, 'built');
  await run(process.execPath, [join(projectRoot, 'libs', 'client', 'build.mjs'), built]);
  await run('npm', ['pack', built, '--pack-destination', folder, '--silent']);
  await mkdir(join(folder, 'site'));
  await writeFile(join(folder, 'site', 'package.json'), '{"name":"site","type":"module"}');
  const flags = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  const file = '../ilianaai-avatar-client-1.0.0.tgz';
  await run('npm', ['install', ...flags, file], { cwd: join(folder, 'site') });
}, 120_000);
afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Compiles a program in the site's folder. */
async function compile(source: string, flags: readonly string[]): Promise<void> {
  const file = join(folder, 'site', 'program.ts');
  await writeFile(file, source);
  await run(process.execPath, [tsc, ...STRICT, ...flags, file], {
    cwd: join(folder, 'site'),
  }).catch(({ stdout }: { stdout: string }) => {
    throw new Error(stdout);
  });
}

/** What a program says that was compiled there. */
async function runIt(): Promise<string> {
  const { stdout } = await run(process.execPath, ['program.js'], { cwd: join(folder, 'site') });
  return stdout;
}

/** The example of the README, for this gateway. */
async function example(key: string): Promise<string> {
  const readme = await readFile(join(projectRoot, 'libs', 'client', 'README.md'), 'utf8');
  const [, source = ''] = /```ts\n([^]*?)```/.exec(readme) ?? [];
  return source.replace('https://avatar.example.com', world.avatar.baseUrl).replace('SE_…', key);
}

describe('the packed client, in an empty folder', () => {
  it('is files of its own and nothing else', async () => {
    const modules = join(folder, 'site', 'node_modules');
    expect(await readdir(modules)).toEqual(['.package-lock.json', 'ilianaai-avatar-client']);
    const files = await readdir(join(modules, 'ilianaai-avatar-client'));
    expect(files).toEqual(expect.arrayContaining(['README.md', 'index.d.ts', 'index.js']));
    expect(
      files.filter((name) => !/^(README\.md|package\.json|[\w-]+\.(js|d\.ts))$/.test(name)),
    ).toEqual([]);
    expect(files.filter((name) => name.includes('spec'))).toEqual([]);
  });

  it.each([
    ['a browser’s page', BROWSER],
    ['Node', NODE],
  ])('has types for %s, and the README’s example talks with the gateway', async (_what, flags) => {
    await compile(await example(shop.key), flags);
    const said = await runIt();
    expect(said).toMatch(/^wss?:\/\/\S+ for \d+ s: \S/);
    expect(said).toContain('user: Do you deliver?');
    const { sessions } = await world.vendor.ledger();
    expect(sessions.at(-1)).toMatchObject({ state: 'ended', starts: 1 });
  });

  it('says what the gateway refuses', async () => {
    await compile(await example('SE_0000000000000000'), NODE);
    expect(await runIt()).toBe('401 key_invalid: This API key is not known. \n');
  });

  it.each([
    ["await avatar.token({ conversation: 'order-42' });", /conversation/],
    ["await avatar.message(session, { role: 'robot', text: 'Hello' });", /TurnRole/],
    ["await avatar.keepAlive(session, '15');", /'string'.*'number'/],
    ['const { state } = await avatar.start(session);', /'state'/],
    ["if ((await avatar.view(session)).end_reason === 'bored') throw 1;", /no overlap/],
  ])('lets no program be compiled with %s', async (line, message) => {
    const program = `import { AvatarClient, type HeldSession } from 'ilianaai-avatar-client';
      declare const avatar: AvatarClient;
      declare const session: HeldSession;
      ${line}
      export {};`;
    await expect(compile(program, NODE)).rejects.toThrow(message);
  });
});
