import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';

const AVATAR = 'apps/ilianaai-avatar/src';
const PETYA = 'apps/petya-avatar-api/src';

/** Every kind of file in an app, by the name of an example in each. */
const KINDS = {
  service: ['turns/seeded.service.ts', 'deliveries/seeded.service.ts'],
  controller: ['turns/seeded.controller.ts', 'messages/seeded.controller.ts'],
  repository: ['sessions/store/seeded.repository.ts', 'messages/seeded.repository.ts'],
  schema: ['sessions/store/seeded.schema.ts', 'messages/seeded.schema.ts'],
  module: ['turns/seeded.module.ts', 'messages/seeded.module.ts'],
  mapper: ['turns/seeded.mapper.ts', 'messages/seeded.mapper.ts'],
  client: ['accounts/seeded.client.ts', 'accounts/seeded.client.ts'],
  guard: ['auth/seeded.guard.ts', 'auth/seeded.guard.ts'],
  step: ['upkeep/steps/seeded.step.ts', 'erasure/orders/seeded.job.ts'],
  plain: ['sessions/domain/seeded.ts', 'conversations/seeded.ts'],
} as const;

type Kind = keyof typeof KINDS;
const EVERY = Object.keys(KINDS) as Kind[];

/** What may be imported nowhere in an app, or only in some kinds of file. */
const BANS: readonly { readonly what: string; readonly specifier: string; readonly in: Kind[] }[] =
  [
    {
      what: 'a library by its path',
      specifier: '../../../../libs/platform/src/index.js',
      in: EVERY,
    },
    {
      what: 'the other app',
      specifier: '../../../petya-avatar-api/src/errors.js',
      in: EVERY,
    },
    { what: 'the other app', specifier: '../../../ilianaai-avatar/src/errors.js', in: EVERY },
    { what: 'a repository of another feature', specifier: '../other/a.repository.js', in: EVERY },
    { what: 'a schema of another feature', specifier: '../other/a.schema.js', in: EVERY },
    { what: 'a mapper of another feature', specifier: '../other/a.mapper.js', in: EVERY },
    {
      what: 'a repository in a room of another feature',
      specifier: '../../other/room/a.repository.js',
      in: EVERY,
    },
    { what: 'a schema in a room', specifier: '../../other/room/a.schema.js', in: EVERY },
    { what: 'a mapper beside the room', specifier: '../../other/a.mapper.js', in: EVERY },
    {
      what: 'Mongoose',
      specifier: 'mongoose',
      in: EVERY.filter((kind) => !['repository', 'schema', 'module'].includes(kind)),
    },
    {
      what: "Nest's Mongoose",
      specifier: '@nestjs/mongoose',
      in: EVERY.filter((kind) => !['repository', 'schema', 'module'].includes(kind)),
    },
    { what: 'Express', specifier: 'express', in: ['service', 'repository', 'schema', 'module'] },
    { what: 'its own repository', specifier: './a.repository.js', in: ['controller'] },
    { what: 'its own schema', specifier: './a.schema.js', in: ['controller'] },
    { what: 'a client', specifier: './a.client.js', in: ['controller'] },
    { what: 'an HTTP client', specifier: 'undici', in: ['controller'] },
    { what: 'an HTTP client', specifier: 'axios', in: ['controller'] },
  ];

/** What each kind of file may import, so that no ban takes more than it says. */
const ALLOWED: readonly [Kind, string][] = [
  ['repository', 'mongoose'],
  ['repository', '@nestjs/mongoose'],
  ['schema', 'mongoose'],
  ['module', '@nestjs/mongoose'],
  ['service', './a.repository.js'],
  ['service', '../other/a.service.js'],
  ['service', '#platform'],
  ['controller', './a.service.js'],
  ['controller', '#contracts'],
  ['client', 'undici'],
  ['guard', 'express'],
];

const LIBRARIES: readonly [file: string, specifier: string][] = [
  ['libs/contracts/src/seeded.ts', '@nestjs/common'],
  ['libs/contracts/src/seeded.ts', '@nestjs/core'],
  ['libs/contracts/src/seeded.ts', 'mongoose'],
  ['libs/contracts/src/seeded.ts', 'node:fs'],
  ['libs/contracts/src/seeded.ts', '#platform'],
  ['libs/contracts/src/petya/seeded.ts', '../../../../apps/petya-avatar-api/src/errors.js'],
  ['libs/platform/src/seeded.ts', '../../../apps/petya-avatar-api/src/errors.js'],
  ['libs/platform/src/jobs/seeded.ts', '../../../../apps/ilianaai-avatar/src/errors.js'],
];

let root: string;
let refused: ReadonlySet<string>;

/** The example of a kind in either app, made to import one thing. */
function filesOf(kind: Kind, index: number): string[] {
  const [avatar, petya] = KINDS[kind];
  return [join(AVATAR, avatar), join(PETYA, petya)].map((file) =>
    file.replace('seeded', `seeded-${index}`),
  );
}

function seeds(): [file: string, specifier: string][] {
  const banned = BANS.flatMap((ban, index) =>
    ban.in.flatMap((kind) =>
      filesOf(kind, index).map((file): [string, string] => [file, ban.specifier]),
    ),
  );
  const allowed = ALLOWED.flatMap(([kind, specifier], index) =>
    filesOf(kind, 100 + index).map((file): [string, string] => [file, specifier]),
  );
  const libraries = LIBRARIES.map(([file, specifier], index): [string, string] => [
    file.replace('seeded', `seeded-${index}`),
    specifier,
  ]);
  return [...banned, ...allowed, ...libraries];
}

/** The files in which the linter refuses an import. */
async function lint(folder: string): Promise<ReadonlySet<string>> {
  const program = join(projectRoot, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const output = await new Promise<string>((resolve) => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [program, '--format', 'json'], options, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const { diagnostics } = JSON.parse(output) as {
    diagnostics: { code?: string; filename: string }[];
  };
  return new Set(
    diagnostics
      .filter(({ code }) => code?.includes('no-restricted-imports') === true)
      .map(({ filename }) => filename),
  );
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lint-bans-'));
  await cp(join(projectRoot, '.oxlintrc.json'), join(root, '.oxlintrc.json'));
  await symlink(join(projectRoot, 'node_modules'), join(root, 'node_modules'));
  for (const [file, specifier] of seeds()) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), `export * from '${specifier}';\n`);
  }
  refused = await lint(root);
}, 60_000);

afterAll(() => rm(root, { recursive: true, force: true }));

describe('the linter holds every kind of file to its imports', () => {
  it.each(BANS.flatMap((ban, index) => ban.in.map((kind) => ({ ...ban, kind, index }))))(
    'a $kind imports no $what ($specifier)',
    ({ kind, index }) => {
      for (const file of filesOf(kind, index)) expect([...refused]).toContain(file);
    },
  );

  it.each(ALLOWED.map(([kind, specifier], index) => ({ kind, specifier, index })))(
    'a $kind may import $specifier',
    ({ kind, index }) => {
      for (const file of filesOf(kind, 100 + index)) expect([...refused]).not.toContain(file);
    },
  );

  it.each(LIBRARIES.map(([file, specifier], index) => ({ file, specifier, index })))(
    '$file imports no $specifier',
    ({ file, index }) => {
      expect([...refused]).toContain(file.replace('seeded', `seeded-${index}`));
    },
  );
});
