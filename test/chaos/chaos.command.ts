import { parseArgs } from 'node:util';
import { rm } from 'node:fs/promises';
import { say, sayFailure } from '../stack/say.js';
import { untilSignalled } from '../stack/until-signalled.js';
import { table } from '../stack/table.js';
import { judge } from './judgement.js';
import type { ApartScenario, Outcome, Row, RunSettings, Scenario } from './scenario.js';
import { databaseFaults } from './scenarios/database-faults.js';
import { elections } from './scenarios/elections.js';
import { erasureKills } from './scenarios/erasure-kills.js';
import { frozenReplica } from './scenarios/frozen-replica.js';
import { killPoints } from './scenarios/kill-points.js';
import { lostAnswers } from './scenarios/lost-answers.js';
import { minutesCapped } from './scenarios/minutes-capped.js';
import { minutesKilled } from './scenarios/minutes-killed.js';
import { operatorStops } from './scenarios/operator-stops.js';
import { otherPetya } from './scenarios/other-petya.js';
import { overload } from './scenarios/overload.js';
import { petyaDown } from './scenarios/petya-down.js';
import { provoked } from './scenarios/provoked.js';
import { randomKills } from './scenarios/random-kills.js';
import { seeded } from './scenarios/seeded.js';
import { soak } from './scenarios/soak.js';
import { setElections } from './scenarios/set-elections.js';
import { slowParts } from './scenarios/slow-parts.js';
import { stopRaces } from './scenarios/stop-races.js';
import { timeBudgets } from './scenarios/time-budgets.js';
import { describeFailures, tableRows } from './report.js';
import { chaosPath, World } from './world.js';

/** Scenarios that share one world, in which faults pile up as they do in a night. */
type Sharing = readonly Scenario[] | readonly [ApartScenario];

/**
 * What runs at the same time, each column from top to bottom. All spend most of their time waiting
 * for what is due, and the columns take about as long as each other.
 */
const waiting: readonly (readonly Sharing[])[] = [
  [[killPoints]],
  [[randomKills, lostAnswers, frozenReplica, stopRaces], [operatorStops], [erasureKills]],
  [[elections], [setElections], [databaseFaults], [minutesKilled], [soak]],
  [[timeBudgets], [otherPetya], [slowParts], [minutesCapped], [provoked], [seeded]],
];
/** These measure how fast much work is done, so each has the machine for itself. */
const alone: readonly Sharing[] = [[petyaDown], [overload]];

const { values: options } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});
const [onlyName, part = null] = options.only?.split(':') ?? [];
const settings: RunSettings = {
  seed: Number(options.seed),
  isFull: options.full,
  isNamed: onlyName !== undefined,
  part,
  say: (line) => (options.verbose ? say(`  … ${line}`) : undefined),
};
const began = Date.now();
const running = new Set<World>();

let wasStopped = false;

void untilSignalled().then(async () => {
  wasStopped = true;
  await Promise.all([...running].map((world) => world.stop()));
  process.exit(130);
});

try {
  const code = await main();
  if (!wasStopped) process.exit(code);
} catch (error) {
  // A world that was taken away fails whatever was going on in it; the signal's handler exits.
  if (!wasStopped) throw error;
}

async function main(): Promise<number> {
  const names = [...waiting, alone].flat(2).map(({ name }) => name);
  if (onlyName !== undefined && !names.includes(onlyName)) {
    sayFailure(new Error(`--only takes one of ${names.join(', ')}.`));
    return 1;
  }
  await rm(chaosPath('logs'), { recursive: true, force: true });
  const rows = (await Promise.all(waiting.map(runInTurn))).flat();
  rows.push(...(await runInTurn(alone)));
  say(`\n${table(tableRows(rows))}\n`);
  for (const line of describeFailures(rows, settings.seed)) say(line);
  const failed = rows.filter(({ violations }) => violations.length > 0).length;
  const time = `${seconds(began)} s, seed ${settings.seed}`;
  say(`${rows.length - failed} passed, ${failed} failed (${time})`);
  return failed === 0 ? 0 : 1;
}

async function runInTurn(column: readonly Sharing[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const sharing of column) {
    const [first] = sharing;
    if (first !== undefined && 'runApart' in first) {
      if (isWanted(first)) rows.push(...(await runApart(first)));
    } else {
      rows.push(...(await runTogether((sharing as readonly Scenario[]).filter(isWanted))));
    }
  }
  return rows;
}

function isWanted(scenario: Scenario | ApartScenario): boolean {
  if (onlyName !== undefined) return scenario.name === onlyName;
  return settings.isFull || !('isOnlyFull' in scenario && scenario.isOnlyFull);
}

/** One fresh world for all of them, judged when the last one is through. */
async function runTogether(chosen: readonly Scenario[]): Promise<Row[]> {
  if (chosen.length === 0) return [];
  const [{ name: first } = { name: '' }, ...others] = chosen;
  const logFolder = chaosPath('logs', others.length === 0 ? first : 'together');
  const world = await World.start({ logFolder });
  running.add(world);
  say(`Database: ${world.database.description}`);
  const outcomes: Outcome[] = [];
  const broken: Row[] = [];
  try {
    for (const scenario of chosen) {
      const since = Date.now();
      try {
        await world.heal();
        outcomes.push(...(await scenario.run(world, settings)));
      } catch (error) {
        broken.push(brokenRow(scenario.name, error));
      }
      say(`${scenario.name}: ${seconds(since)} s`);
    }
    const since = Date.now();
    const rows = await judge(world, outcomes);
    say(`settling and judging: ${seconds(since)} s`);
    return [...rows, ...broken];
  } finally {
    running.delete(world);
    await world.stop();
  }
}

async function runApart(scenario: ApartScenario): Promise<Row[]> {
  const since = Date.now();
  const rows = await scenario
    .runApart(settings)
    .catch((error: unknown) => [brokenRow(scenario.name, error)]);
  const why = settings.part === null ? 'not run with this database' : `not of ${settings.part}`;
  const how = rows.length === 0 ? why : `${seconds(since)} s`;
  say(`${scenario.name}: ${how}`);
  return rows;
}

function brokenRow(name: string, error: unknown): Row {
  const evidence = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { what: name, runs: 0, violations: [{ kind: 'state', tag: null, evidence }], only: name };
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
