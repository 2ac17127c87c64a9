import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../stack/project-root.js';
import { report } from './figures.js';

/*
 * What one session asks of the database. Nothing is measured here: the numbers are those that
 * `test/ilianaai-avatar/round-trips.e2e-spec.ts` counts in a real session and holds to this file.
 */
interface Budget {
  readonly trips: Readonly<Record<string, readonly string[]>>;
  readonly writtenBytes: number;
}

const path = join(projectRoot, 'test', 'ilianaai-avatar', 'round-trip-budget.json');
const { trips, writtenBytes } = JSON.parse(readFileSync(path, 'utf8')) as Budget;
const AIMS: Readonly<Record<string, number>> = { token: 1, start: 2, stop: 2, upkeep: 6 };

for (const [stage, lines] of Object.entries(trips)) {
  // What messages that come together take depends on how they meet.
  if (stage.includes('at once')) continue;
  const atMost = AIMS[stage];
  report({
    question: 'life',
    figure: `round trips of ${stage}`,
    value: lines.length,
    unit: 'trips',
    ...(atMost === undefined ? {} : { atMost }),
    raw: lines,
  });
}
report({
  question: 'life',
  figure: 'written in a life of ten turns, at most',
  value: writtenBytes / 1000,
  unit: 'kB',
});
