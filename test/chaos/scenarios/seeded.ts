import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compiledPath } from '../../stack/project-root.js';
import type { Fault } from '../../ilianaai-avatar/close-model.js';
import { judge } from '../judgement.js';
import { isSeenByModel, orderBugs } from '../order-bugs.js';
import { provocations } from '../provocations.js';
import type { ApartScenario, Row, RunSettings } from '../scenario.js';
import { type SeededBug, seededBugs } from '../seeded-bugs.js';
import type { Violation } from '../violations.js';
import { chaosPath } from '../world.js';
import { provoke, startProvoked } from './provoked.js';

/** A tree with a fault in it need not settle. */
const SETTLE_MS = 8_000;

/**
 * Fifteen deliberate faults, and the suite has to catch every one: thirteen in copies of the compiled tree,
 * two, which show in rare orders only, in the model of the close.
 */
export const seeded: ApartScenario = {
  name: 'seeded-bugs',
  isOnlyFull: true,
  async runApart(settings) {
    const isChosen = (name: string): boolean => [null, name].includes(settings.part);
    const tries = [
      ...seededBugs.map((bug) => ({ name: bug.name, find: () => tryBug(bug, settings) })),
      ...orderBugs.map((bug) => ({ name: bug, find: () => tryOrder(bug) })),
    ].filter(({ name }) => isChosen(name));
    const escaped: Violation[] = [];
    for (const { name, find } of tries) {
      const found = await find();
      settings.say(`${name}: ${found ?? 'NOT CAUGHT'}`);
      const evidence = `“${name}” was not caught`;
      if (found === null) escaped.push({ kind: 'state', tag: null, evidence });
    }
    const caught = tries.length - escaped.length;
    const note = `${caught} of ${tries.length} caught`;
    const row = { what: 'seeded bugs', runs: tries.length, violations: escaped, note };
    return [{ ...row, only: 'seeded-bugs' }];
  },
};

async function tryOrder(bug: Fault): Promise<string | null> {
  return (await isSeenByModel(bug)) ? 'the model of the close saw it' : null;
}

/** @returns the first thing that the suite found to be wrong; null where it found nothing */
async function tryBug(bug: SeededBug, { seed }: RunSettings): Promise<string | null> {
  const provocation = provocations.find(({ name }) => name === bug.provocation);
  if (!provocation) throw new Error(`There is no provocation “${bug.provocation}”.`);
  const name = bug.name.replaceAll(' ', '-');
  const buildRoot = chaosPath('build', name);
  await plant(bug, buildRoot);
  const world = await startProvoked(name, buildRoot);
  try {
    const rows: Row[] = await judge(world, [await provoke(world, provocation, seed)], SETTLE_MS);
    return rows.flatMap(({ violations }) => violations)[0]?.evidence ?? null;
  } finally {
    await world.stop();
    await rm(buildRoot, { recursive: true, force: true });
  }
}

/**
 * Makes a copy of the compiled tree with a fault in it.
 * @throws Error when the text is not there once: then the code has changed and the bug must, too
 */
export async function plant(bug: Pick<SeededBug, 'edits'>, buildRoot: string): Promise<void> {
  await rm(buildRoot, { recursive: true, force: true });
  await cp(compiledPath(), buildRoot, { recursive: true });
  for (const { file, from, to } of bug.edits) {
    const path = join(buildRoot, file);
    const text = await readFile(path, 'utf8');
    if (text.split(from).length < 2) throw new Error(`${file} has no “${String(from)}” to break.`);
    await writeFile(path, text.replace(from, to));
  }
}
