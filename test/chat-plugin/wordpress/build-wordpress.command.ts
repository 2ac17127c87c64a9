import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../stack/project-root.js';
import { say } from '../../stack/say.js';
import { packWordPress } from './pack.js';

const { name, content } = await packWordPress();
await mkdir(join(projectRoot, 'dist', 'wordpress'), { recursive: true });
await writeFile(join(projectRoot, 'dist', 'wordpress', name), content);
say(`dist/wordpress/${name}: ${content.length} bytes. Upload it in WordPress under Plugins.`);
