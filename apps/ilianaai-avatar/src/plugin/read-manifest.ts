import { PLUGIN_VERSION, type PluginManifest } from '#contracts';

/** No name leads out of the folder, or to what is no script. */
const NAME = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*\.js$/;
const INTEGRITY = /^sha384-[A-Za-z0-9+/]{64}$/;

/** Reads what the build has written; null where that is no manifest of this version. */
export function readManifest(text: string): PluginManifest | null {
  try {
    const manifest: unknown = JSON.parse(text);
    return isManifest(manifest) ? manifest : null;
  } catch {
    return null;
  }
}

function isManifest(value: unknown): value is PluginManifest {
  const { version, entry, pinned, files } = membersOf<PluginManifest>(value);
  if (version !== PLUGIN_VERSION || !Array.isArray(files) || !files.every(isFile)) return false;
  const names = files.map(({ name }) => name);
  return (
    new Set(names).size === names.length &&
    [entry, pinned].every((name) => names.includes(name ?? ''))
  );
}

function isFile(value: unknown): value is PluginManifest['files'][number] {
  const { name, integrity, bytes, immutable } = membersOf<PluginManifest['files'][number]>(value);
  return (
    typeof name === 'string' &&
    NAME.test(name) &&
    typeof integrity === 'string' &&
    INTEGRITY.test(integrity) &&
    typeof bytes === 'number' &&
    typeof immutable === 'boolean'
  );
}

function membersOf<T>(value: unknown): Partial<T> {
  return typeof value === 'object' && value !== null ? value : {};
}
