import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';
import { say } from '../stack/say.js';
import { gatewayTypes } from './gateway-types.js';

const file = join('libs', 'client', 'src', 'generated.ts');
await writeFile(join(projectRoot, file), await gatewayTypes());
say(`${file} is as the gateway describes itself.`);
process.exit();
