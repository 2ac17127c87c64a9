import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownVersion } from './own-version.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'version-'));
  mkdirSync(join(root, 'build/libs'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const say = (folder: string, manifest: object) =>
  writeFileSync(join(root, folder, 'package.json'), JSON.stringify(manifest));

describe('the version', () => {
  it('is that of the nearest package.json above', () => {
    say('', { version: '1.2.3' });
    say('build', { version: '4.5.6' });
    expect(ownVersion(join(root, 'build/libs'))).toBe('4.5.6');
  });

  it("is not looked for in a build's own, which says none", () => {
    say('', { version: '1.2.3' });
    say('build', { type: 'module' });
    expect(ownVersion(join(root, 'build/libs'))).toBe('1.2.3');
  });

  it('is not known where nobody says it', () => {
    expect(ownVersion(join(root, 'build/libs'))).toBe('unknown');
  });

  it('is that of this repository', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(ownVersion()).toBe(version);
  });
});
