import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  PLUGIN_MANIFEST,
  PLUGIN_VERSION,
  type PluginFile,
  type PluginManifest,
} from '../../libs/contracts/src/plugin-manifest.js';
import { bundlePlugin, bundleSdk, PLAIN_SDK } from './bundle.js';

const ENTRY = 'plugin.js';

/** So many files of earlier releases are kept: each is held in the memory of every replica. */
const MOST_EARLIER = 8;

/**
 * Writes the plugin as browsers load it, into the folder of its version. Files of the releases that
 * were there before are kept where they are named by their content, so that a page which names one
 * goes on working.
 * @param source where `src` is
 * @param folder where the versions are
 */
export async function writeRelease(source: string, folder: string): Promise<PluginManifest> {
  const target = join(folder, PLUGIN_VERSION);
  const { manifest, contents } = await bundleRelease(source);
  await mkdir(target, { recursive: true });
  const earlier = await readEarlier(target, manifest);
  for (const [name, content] of contents) await writeFile(join(target, name), content);
  const whole = { ...manifest, files: [...manifest.files, ...earlier.kept] };
  // Last: whoever reads it finds all that it names.
  await writeFile(join(target, PLUGIN_MANIFEST), `${JSON.stringify(whole, null, 2)}\n`);
  for (const name of earlier.dropped) await rm(join(target, name), { force: true });
  return whole;
}

interface Release {
  readonly manifest: PluginManifest;
  readonly contents: ReadonlyMap<string, string>;
}

async function bundleRelease(source: string): Promise<Release> {
  const sdk = await bundleSdk(source);
  const sdkName = namedBy(sdk, 'avatar-sdk');
  const integrity = integrityOf(sdk);
  const plugin = await bundlePlugin(source, { name: sdkName, integrity, latest: PLAIN_SDK });
  const pinned = namedBy(plugin, 'plugin');
  const contents = new Map([
    [ENTRY, plugin],
    [pinned, plugin],
    [PLAIN_SDK, sdk],
    [sdkName, sdk],
  ]);
  const files = [...contents].map(([name, content]) => ({
    name,
    integrity: integrityOf(content),
    bytes: Buffer.byteLength(content),
    immutable: name === pinned || name === sdkName,
  }));
  return { manifest: { version: PLUGIN_VERSION, entry: ENTRY, pinned, files }, contents };
}

/** The newest first, as manifests have them. */
async function readEarlier(
  folder: string,
  { files }: PluginManifest,
): Promise<{ kept: PluginFile[]; dropped: string[] }> {
  const text = await readFile(join(folder, PLUGIN_MANIFEST), 'utf8').catch(() => null);
  const before = text === null ? [] : (JSON.parse(text) as PluginManifest).files;
  const others = before.filter(
    ({ name, immutable }) => immutable && !files.some((file) => file.name === name),
  );
  const isWhole = await Promise.all(others.map((file) => isKeptWhole(folder, file)));
  const whole = others.filter((_, index) => isWhole[index]);
  return {
    kept: whole.slice(0, MOST_EARLIER),
    dropped: whole.slice(MOST_EARLIER).map(({ name }) => name),
  };
}

/** The gateway serves nothing where one file is missing, or another than its hash says. */
async function isKeptWhole(folder: string, { name, integrity }: PluginFile): Promise<boolean> {
  const content = await readFile(join(folder, name), 'utf8').catch(() => null);
  return content !== null && integrityOf(content) === integrity;
}

function namedBy(content: string, name: string): string {
  return `${name}.${createHash('sha384').update(content).digest('hex').slice(0, 16)}.js`;
}

function integrityOf(content: string): string {
  return `sha384-${createHash('sha384').update(content).digest('base64')}`;
}
