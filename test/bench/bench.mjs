import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildRoot, compile, endWith, install, requireNode } from '../stack/prepare.mjs';

// `npm run bench`, or with questions: `npm run bench -- turns growth --quick`.
try {
  requireNode();
  await install();
  await compile();
} catch (error) {
  endWith(error);
}
await import(pathToFileURL(join(buildRoot, 'test', 'bench', 'bench.command.js')).href);
