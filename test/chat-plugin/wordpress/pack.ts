import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../stack/project-root.js';
import { storedZip } from './stored-zip.js';

const FOLDER = 'avatar-chat';
/** The whole plugin; its name in WordPress is the folder's. */
export const WORDPRESS_FILES = ['avatar-chat.php', 'uninstall.php'] as const;

/** An archive as WordPress takes it under Plugins → Add New → Upload. */
export interface PackedPlugin {
  readonly name: string;
  readonly content: Buffer;
}

/** @returns the same bytes for the same sources */
export async function packWordPress(): Promise<PackedPlugin> {
  const source = join(projectRoot, 'test', 'chat-plugin', 'wordpress', FOLDER);
  const files = await Promise.all(
    WORDPRESS_FILES.map(async (name) => ({
      path: `${FOLDER}/${name}`,
      content: await readFile(join(source, name)),
    })),
  );
  return { name: `${FOLDER}.zip`, content: storedZip(files) };
}
