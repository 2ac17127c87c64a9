import { describe, expect, it } from '@jest/globals';
import { readManifest } from './read-manifest.js';

const integrity = `sha384-${'A'.repeat(64)}`;
const file = (name: string, more: object = {}) => ({
  name,
  integrity,
  bytes: 5,
  immutable: false,
  ...more,
});
const manifest = {
  version: 'v1',
  entry: 'plugin.js',
  pinned: 'plugin.0a.js',
  files: [file('plugin.js'), file('plugin.0a.js', { immutable: true }), file('avatar-sdk.1b.js')],
};

describe('a manifest of the plugin', () => {
  it('is read as it was written', () => {
    expect(readManifest(JSON.stringify(manifest))).toEqual(manifest);
  });

  it.each(['', '{', 'null', '7', '[]', '{}'])('is none where %j was written', (text) => {
    expect(readManifest(text)).toBeNull();
  });

  it.each([
    [{ version: 'v2' }],
    [{ version: undefined }],
    [{ entry: 'other.js' }],
    [{ entry: undefined }],
    [{ pinned: 'other.js' }],
    [{ files: [] }],
    [{ files: {} }],
    [{ files: [...manifest.files, null] }],
    [{ files: [...manifest.files, file('plugin.js')] }],
    [{ files: [...manifest.files, file('a.js', { integrity: 'sha256-AAAA' })] }],
    [{ files: [...manifest.files, file('a.js', { bytes: '5' })] }],
    [{ files: [...manifest.files, file('a.js', { immutable: undefined })] }],
  ])('is none with %j', (wrong) => {
    expect(readManifest(JSON.stringify({ ...manifest, ...wrong }))).toBeNull();
  });

  it.each(['../a.js', '/a.js', 'a/b.js', 'a\\b.js', '.js', '.a.js', 'a..js', 'a.html', 'A.js', ''])(
    'is none that names %j',
    (name) => {
      const wrong = { ...manifest, files: [...manifest.files, file(name)] };
      expect(readManifest(JSON.stringify(wrong))).toBeNull();
    },
  );
});
