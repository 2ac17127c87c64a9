import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ERASURE_FAIL_POINTS, FAIL_POINTS, RECONCILE_FAIL_POINTS } from '#platform';
import ts from 'typescript';
import { projectRoot } from '../stack/project-root.js';

interface NestCliFile {
  readonly projects: Readonly<
    Record<string, { readonly compilerOptions?: { readonly plugins?: string[] } }>
  >;
}

const APPS = ['ilianaai-avatar', 'petya-avatar-api'] as const;
const PLUGIN = join(projectRoot, 'libs/platform/strip-fail-points.cjs');
const plugin = createRequire(import.meta.url)(PLUGIN) as {
  before: () => ts.TransformerFactory<ts.SourceFile>;
};
const nestCli = JSON.parse(readFileSync(join(projectRoot, 'nest-cli.json'), 'utf8')) as NestCliFile;

/** Sources that a build of an app compiles: its own and the libraries'. */
function sourcesOf(app: string): string[] {
  const folders = [`apps/${app}/src`, 'libs/contracts/src', 'libs/platform/src'];
  return folders.flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => join(folder, file)),
  );
}

const { options: compilerOptions } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(projectRoot, 'tsconfig.json'), (file) => readFileSync(file, 'utf8'))
    .config as unknown,
  ts.sys,
  projectRoot,
);

/** What TypeScript writes for an app, by source file, with the transformers a build has. */
function emitted(app: string, before: ts.TransformerFactory<ts.SourceFile>[]): Map<string, string> {
  return new Map(
    sourcesOf(app).map((file) => {
      const { outputText } = ts.transpileModule(readFileSync(join(projectRoot, file), 'utf8'), {
        fileName: file,
        compilerOptions: { ...compilerOptions, sourceMap: false },
        transformers: { before },
      });
      return [file, outputText];
    }),
  );
}

/** Files whose text gives a fail point away, with the word that does. */
function traces(files: ReadonlyMap<string, string>): string[] {
  const words = [
    'failPoint',
    'FAILPOINT',
    'FAIL_POINTS',
    ...FAIL_POINTS,
    ...ERASURE_FAIL_POINTS,
    ...RECONCILE_FAIL_POINTS,
  ];
  return [...files].flatMap(([file, text]) =>
    words.filter((word) => text.includes(word)).map((word) => `${file}: ${word}`),
  );
}

describe.each(APPS)('the production build of %s', (app) => {
  let built: Map<string, string>;
  let plain: Map<string, string>;

  beforeAll(() => {
    built = emitted(app, [plugin.before()]);
    plain = emitted(app, []);
  });

  it('is made with the plugin that strips fail points', () => {
    const plugins = nestCli.projects[app]?.compilerOptions?.plugins ?? [];
    // The Nest CLI looks plugins up from `node_modules`.
    expect(plugins.map((each) => resolve(projectRoot, 'node_modules', each))).toContain(PLUGIN);
  });

  it('holds no fail point, neither a call nor a name nor the variable', () => {
    expect(built.size).toBeGreaterThan(50);
    expect(traces(built)).toEqual([]);
  });

  it('would hold them without the plugin', () => {
    const files = new Set(traces(plain).map((trace) => trace.split(':')[0]));
    expect(files).toContain('libs/platform/src/config/fail-point.ts');
    expect([...files].some((file) => file?.startsWith(`apps/${app}/`))).toBe(true);
  });

  it('loads OpenTelemetry in one file, and that one where a collector is named', () => {
    const [loader, ...others] = [...built].filter(([, text]) => text.includes('@opentelemetry/'));
    expect([loader?.[0], others.map(([file]) => file)]).toEqual([
      'libs/platform/src/telemetry/traces/span-export.ts',
      [],
    ]);
    const ahead = /from '[^']*\/span-export\.js'/;
    expect([...built].filter(([, text]) => ahead.test(text)).map(([file]) => file)).toEqual([]);
    const later = "import('./span-export.js')";
    const loading = [...built].filter(([, text]) => text.includes(later)).map(([file]) => file);
    expect(loading).toEqual(['libs/platform/src/telemetry/traces/traces.module.ts']);
  });

  it('has lost nothing else: every other file is written as without the plugin', () => {
    const touched = new Set(traces(plain).map((trace) => trace.split(':')[0]));
    for (const [file, text] of plain) {
      if (!touched.has(file)) expect([file, built.get(file)]).toEqual([file, text]);
    }
    expect([...built.keys()]).toEqual([...plain.keys()]);
  });
});
