import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version that `package.json` says, which lies above the sources and above what is built of them. */
export function ownVersion(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
    }
    if (folder === dirname(folder)) return 'unknown';
  }
}
