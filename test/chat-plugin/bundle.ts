import { join } from 'node:path';
import { build } from 'esbuild';

/** The page's own program as one file for the browser. */
export async function bundlePage(folder: string): Promise<string> {
  const result = await build({
    entryPoints: [join(folder, 'src', 'main.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return result.outputFiles[0]?.text ?? '';
}
