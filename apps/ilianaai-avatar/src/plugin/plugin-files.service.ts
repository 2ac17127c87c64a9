import { Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PLUGIN_MANIFEST, PLUGIN_VERSION, type PluginFile } from '#contracts';
import { describeCause, ServedFile } from '#platform';
import { AvatarError } from '../errors.js';
import { readManifest } from './read-manifest.js';

/**
 * The chat plugin's files, as `npm run build:plugin` made them. What the manifest does not name, or
 * names by another hash, is not served: names are looked up in memory and never on disk.
 */
@Injectable()
export class PluginFiles {
  private constructor(private readonly files: ReadonlyMap<string, ServedFile> | null) {}

  /** @param folder where the versions are; none is there where the plugin was not built */
  static async load(folder: string): Promise<PluginFiles> {
    const logger = new Logger('PluginFiles');
    try {
      const files = await readAll(join(folder, PLUGIN_VERSION));
      if (files === null) logger.error('The manifest of the chat plugin does not fit its files.');
      return new PluginFiles(files);
    } catch (error) {
      if (isMissing(error)) logger.log('The chat plugin was not built: see npm run build:plugin.');
      else logger.error({ message: 'The chat plugin cannot be read.', ...describeCause(error) });
      return new PluginFiles(null);
    }
  }

  /** @throws AvatarError `not_found`, or `plugin_not_built` whatever is asked for */
  find(name: string): ServedFile {
    if (this.files === null) throw new AvatarError('plugin_not_built');
    const file = this.files.get(name);
    if (file === undefined) throw new AvatarError('not_found');
    return file;
  }
}

function isMissing(error: unknown): boolean {
  return Object(error) === error && (error as NodeJS.ErrnoException).code === 'ENOENT';
}

async function readAll(folder: string): Promise<ReadonlyMap<string, ServedFile> | null> {
  const content = await readFile(join(folder, PLUGIN_MANIFEST));
  const manifest = readManifest(content.toString('utf8'));
  if (manifest === null) return null;
  const scripts = await Promise.all(manifest.files.map((file) => readScript(folder, file)));
  if (scripts.some((script) => script === null)) return null;
  const files = new Map([[PLUGIN_MANIFEST, new ServedFile('application/json', false, content)]]);
  manifest.files.forEach(({ name }, index) => {
    const script = scripts[index];
    if (script) files.set(name, script);
  });
  return files;
}

async function readScript(folder: string, file: PluginFile): Promise<ServedFile | null> {
  const content = await readFile(join(folder, file.name)).catch(() => null);
  if (content === null) return null;
  const digest = createHash('sha384').update(content).digest('base64');
  if (file.integrity !== `sha384-${digest}`) return null;
  return new ServedFile('text/javascript; charset=utf-8', file.immutable, content);
}
