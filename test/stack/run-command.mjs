import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildRoot, compile, endWith, install, requireNode } from './prepare.mjs';

/** The commands of package.json that are TypeScript, and the folder of each. */
const FOLDERS = {
  start: 'stack',
  demo: 'stack',
  accounts: 'stack',
  built: 'stack',
  chaos: 'chaos',
  bench: 'bench',
  fuzz: 'fuzz',
  'client-types': 'client',
  'test-wordpress': 'wordpress',
};

const [name] = process.argv.splice(2, 1);
const folder = FOLDERS[name];
try {
  requireNode();
  if (folder === undefined) throw new Error(`There is no command ${name}.`);
  await install();
  await compile();
} catch (error) {
  endWith(error);
}
await import(pathToFileURL(join(buildRoot, 'test', folder, `${name}.command.js`)).href);
