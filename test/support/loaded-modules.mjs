// Run ahead of a program (`--import`): as that ends, it says which packages it has loaded.
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';

const { cache } = createRequire(import.meta.url);

process.on('exit', () => {
  const packages = Object.keys(cache).flatMap(
    (file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [],
  );
  writeSync(1, `\nloaded: ${JSON.stringify([...new Set(packages)].sort())}\n`);
});
