import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

/** Programs by the addresses that a page loads them from. */
export type Programs = Readonly<Record<string, string>>;

/** How the plugin finds its part for video; names of files beside it. */
export interface SdkFile {
  readonly name: string;
  readonly integrity?: string;
  /** Where the part of whatever release is served now is, whatever its own name. */
  readonly latest?: string;
}

/** What the part for video is called where its name does not tell its content. */
export const PLAIN_SDK = 'avatar-sdk.js';

/** @param folder where `src` is */
export function bundlePlugin(folder: string, sdk: SdkFile = { name: PLAIN_SDK }): Promise<string> {
  return bundle({
    entryPoints: [join(folder, 'src', 'plugin', 'main.ts')],
    format: 'iife',
    // The client as it is written, and not as it was built last.
    conditions: ['source'],
    define: { SDK_FILE: JSON.stringify(sdk) },
  });
}

/** The vendor's SDK, which the plugin loads when video starts. */
export function bundleSdk(folder: string): Promise<string> {
  const contents = `export * from '@heygen/liveavatar-web-sdk'`;
  return bundle({ stdin: { contents, resolveDir: folder }, format: 'esm' });
}

/** The shop's own program. */
export function bundleShop(folder: string): Promise<string> {
  const entryPoints = [join(folder, 'src', 'shop', 'main.ts')];
  return bundle({ entryPoints, format: 'esm', target: 'es2022' });
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
