import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { projectRoot } from '../stack/project-root.js';
import { say } from '../stack/say.js';
import { writeRelease } from './release.js';
import { packWordPress } from './wordpress/pack.js';

const folder = resolve(projectRoot, process.argv[2] ?? join('dist', 'plugin'));
const { version, pinned, files } = await writeRelease(
  join(projectRoot, 'test', 'chat-plugin'),
  folder,
);
say(`The chat plugin is in ${join(folder, version)}:`);
for (const { name, bytes } of files) say(`  ${name} (${bytes} bytes)`);
const integrity = files.find(({ name }) => name === pinned)?.integrity;
say(`For a tag that takes no other: src="…/${pinned}" integrity="${integrity}"`);

// Nobody uploads what a stack of its own serves.
if (process.argv[2] === undefined) {
  const { name, content } = await packWordPress();
  const target = join(projectRoot, 'dist', 'wordpress');
  await mkdir(target, { recursive: true });
  await writeFile(join(target, name), content);
  say(`For WordPress: ${join(target, name)} (${content.length} bytes)`);
}
