import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compiledPath } from '../../stack/project-root.js';
import { judge } from '../judgement.js';
import { provocations } from '../provocations.js';
import type { ApartScenario, Row, RunSettings } from '../scenario.js';
import { type SeededBug, seededBugs } from '../seeded-bugs.js';
import type { Violation } from '../violations.js';
import { chaosPath } from '../world.js';
import { provoke, startProvoked } from './provoked.js';

/** A tree with a fault in it need not settle. */
const SETTLE_MS = 8_000;

/** Ten deliberate faults, each in a copy of the compiled tree: the suite has to catch every one. */
export const seeded: ApartScenario = {
  name: 'seeded-bugs',
  isOnlyFull: true,
  async runApart(settings) {
    const chosen = seededBugs.filter(({ name }) => [null, name].includes(settings.part));
    const escaped: Violation[] = [];
    for (const bug of chosen) {
      const found = await tryBug(bug, settings);
      settings.say(`${bug.name}: ${found[0]?.evidence ?? 'NOT CAUGHT'}`);
      const evidence = `“${bug.name}” was not caught`;
      if (found.length === 0) escaped.push({ kind: 'state', tag: null, evidence });
    }
    const caught = chosen.length - escaped.length;
    const note = `${caught} of ${chosen.length} caught`;
    const row = { what: 'seeded bugs', runs: chosen.length, violations: escaped, note };
    return [{ ...row, only: 'seeded-bugs' }];
  },
};

async function tryBug(bug: SeededBug, { seed }: RunSettings): Promise<Violation[]> {
  const provocation = provocations.find(({ name }) => name === bug.provocation);
  if (!provocation) throw new Error(`There is no provocation “${bug.provocation}”.`);
  const name = bug.name.replaceAll(' ', '-');
  const buildRoot = chaosPath('build', name);
  await plant(bug, buildRoot);
  const world = await startProvoked(name, buildRoot);
  try {
    const rows: Row[] = await judge(world, [await provoke(world, provocation, seed)], SETTLE_MS);
    return rows.flatMap(({ violations }) => violations);
  } finally {
    await world.stop();
    await rm(buildRoot, { recursive: true, force: true });
  }
}

/** @throws Error when the text is not there once: then the code has changed and the bug must, too */
async function plant(bug: SeededBug, buildRoot: string): Promise<void> {
  await rm(buildRoot, { recursive: true, force: true });
  await cp(compiledPath(), buildRoot, { recursive: true });
  for (const { file, from, to } of bug.edits) {
    const path = join(buildRoot, file);
    const text = await readFile(path, 'utf8');
    if (text.split(from).length < 2) throw new Error(`${file} has no “${String(from)}” to break.`);
    await writeFile(path, text.replace(from, to));
  }
}
