/**
 * What a page may rely on under one address: the tag's attributes, `window.AvatarChat`, and the events
 * of the document. A change that would break a page gets a version of its own.
 */
export const PLUGIN_VERSION = 'v1';

/** The file beside the plugin's own that names them all. */
export const PLUGIN_MANIFEST = 'manifest.json';

/** One file of the chat plugin as browsers load it. */
export interface PluginFile {
  /** Without a folder. */
  readonly name: string;
  /** As a tag's `integrity` has it: `sha384-` and the digest in base64. */
  readonly integrity: string;
  readonly bytes: number;
  /** Named by its content: what is called so is never anything else. */
  readonly immutable: boolean;
}

/** What `npm run build:plugin` has made. */
export interface PluginManifest {
  readonly version: string;
  /** The script that a tag names; its content is another one with each release. */
  readonly entry: string;
  /** The same script under a name that keeps its content, for a tag with `integrity`. */
  readonly pinned: string;
  readonly files: readonly PluginFile[];
}
