import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

/** The programs of the customer's page by their addresses. */
export type Programs = Readonly<Record<string, string>>;

/**
 * Bundles the plugin, the vendor's SDK that it loads when video starts, and the shop's own program.
 * @param folder where `src` is
 */
export async function bundlePage(folder: string): Promise<Programs> {
  const source = (...path: string[]): string => join(folder, 'src', ...path);
  const [plugin, sdk, shop] = await Promise.all([
    bundle({ entryPoints: [source('plugin', 'main.ts')], format: 'iife' }),
    bundle({
      stdin: { contents: `export * from '@heygen/liveavatar-web-sdk'`, resolveDir: folder },
      format: 'esm',
    }),
    bundle({ entryPoints: [source('shop', 'main.ts')], format: 'esm', target: 'es2022' }),
  ]);
  return { '/plugin.js': plugin, '/avatar-sdk.js': sdk, '/shop.js': shop };
}

/** The oldest browsers that the plugin is promised for. */
const OLDEST = ['es2020', 'chrome88', 'firefox78', 'safari14.1'];

async function bundle(options: BuildOptions): Promise<string> {
  const result = await build({
    target: OLDEST,
    ...options,
    bundle: true,
    minify: true,
    write: false,
    loader: { '.css': 'text' },
    logLevel: 'warning',
  });
  return result.outputFiles?.[0]?.text ?? '';
}
