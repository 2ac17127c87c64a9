import { build } from 'esbuild';
import { cachePath, compiledPath } from '../stack/project-root.js';

const APPS = ['ilianaai-avatar', 'petya-avatar-api'];

/** Loaded where they are needed only, or told apart by their one copy in `node_modules`. */
const LEFT_OUT = [
  'mongodb',
  'mongoose',
  '@fastify/*',
  '@nestjs/microservices',
  '@nestjs/microservices/*',
  '@nestjs/websockets',
  '@nestjs/websockets/*',
];

/** What a module of the older kind finds around it. */
const OLDER_MODULES = `import { createRequire as requireOf } from 'node:module';
const require = requireOf(import.meta.url);`;

let bundled: Promise<ReadonlyMap<string, string>> | null = null;

/**
 * Both compiled apps as one file each, made once a run: a start takes half the processor's time,
 * and the harness starts them more than a hundred times.
 * @returns the files by the programs of the compiled tree
 */
export function bundledApps(): Promise<ReadonlyMap<string, string>> {
  bundled ??= bundleAll();
  return bundled;
}

async function bundleAll(): Promise<ReadonlyMap<string, string>> {
  const files = APPS.map((app) => {
    const program = compiledPath('apps', app, 'src', 'main.js');
    return [program, cachePath('chaos', 'bundles', `${app}.mjs`)] as const;
  });
  await Promise.all(
    files.map(([program, outfile]) =>
      build({
        entryPoints: [program],
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node20',
        // Loggers, models and errors are told apart by the names of their classes.
        keepNames: true,
        external: LEFT_OUT,
        banner: { js: OLDER_MODULES },
        logLevel: 'warning',
      }),
    ),
  );
  return new Map(files);
}
