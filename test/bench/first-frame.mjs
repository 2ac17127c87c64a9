import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildRoot, compile, endWith, install, requireNode } from '../stack/prepare.mjs';

try {
  requireNode();
  await install();
  await compile();
} catch (error) {
  endWith(error);
}
await import(pathToFileURL(join(buildRoot, 'test', 'bench', 'first-frame.bench.js')).href);
