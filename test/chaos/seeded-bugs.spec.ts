import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../stack/project-root.js';
import { seededBugs } from './seeded-bugs.js';

const { config } = ts.readConfigFile(join(projectRoot, 'tsconfig.json'), (path) =>
  readFileSync(path, 'utf8'),
) as { config: { compilerOptions: object } };
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, projectRoot);

/** A source of the app as it lies in the compiled tree. */
function compiled(file: string): string {
  const source = readFileSync(join(projectRoot, file.replace(/\.js$/, '.ts')), 'utf8');
  return ts.transpileModule(source, { compilerOptions: options }).outputText;
}

describe('a seeded bug', () => {
  const edits = seededBugs.flatMap(({ name, edits: all }) =>
    all.map((edit) => ({ name, ...edit })),
  );

  it.each(edits)('$name finds the place in $file that it spoils', ({ file, from, to }) => {
    const before = compiled(file);
    expect(before.replace(from, to)).not.toBe(before);
  });
});
