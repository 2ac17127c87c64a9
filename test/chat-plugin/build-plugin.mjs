// `npm run build:plugin [folder]`. Bundled first, since Node 20 reads no TypeScript; a whole compilation
// would take a hundred times as long.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const outfile = join(root, '.cache', `build-plugin-${process.pid}.mjs`);
await build({
  entryPoints: [join(root, 'test', 'chat-plugin', 'release.command.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  logLevel: 'warning',
  outfile,
});
try {
  await import(pathToFileURL(outfile).href);
} finally {
  await rm(outfile);
}
