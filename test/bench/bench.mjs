import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildRoot, compile, endWith, install, requireNode, say } from '../stack/prepare.mjs';

// `npm run bench`, or with names: `npm run bench -- turns upkeep-growth`.
try {
  requireNode();
  await install();
  await compile();
} catch (error) {
  endWith(error);
}
const folder = join(buildRoot, 'test', 'bench');
const given = process.argv.slice(2);
// The others have a command of their own beside them.
const names = given.length > 0 ? given : ['turns', 'upkeep-growth', 'petya-history'];
let failed = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.bench.js'))) {
  const name = file.replace('.bench.js', '');
  if (!names.includes(name)) continue;
  say(`\n${name}`);
  const { status } = spawnSync(process.execPath, [join(folder, file)], { stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
