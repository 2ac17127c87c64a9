import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';

/** What stands between the fences ```` ```sh run ````, which readers see as any other command. */
const RUN_BLOCK = /^```sh run\n([^]*?)^```$/gm;

/**
 * The commands that a document marks as runnable, in order.
 * @param replacements what stands in the document, and what is there instead in a test
 * @throws Error naming a replacement that replaces nothing: the document says something else now
 */
export function runBlocks(file: string, replacements: readonly (readonly [string, string])[]) {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  const blocks = [...text.matchAll(RUN_BLOCK)].map(([, block = '']) => block);
  for (const [from] of replacements) {
    if (!blocks.some((block) => block.includes(from)))
      throw new Error(`No command of ${file} has ${from}.`);
  }
  return blocks.map((block) =>
    replacements.reduce((changed, [from, to]) => changed.replaceAll(from, () => to), block),
  );
}
