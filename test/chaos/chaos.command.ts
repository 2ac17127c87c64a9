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
import { overload } from './scenarios/overload.js';
import { petyaDown } from './scenarios/petya-down.js';
import { provoked } from './scenarios/provoked.js';
import { randomKills } from './scenarios/random-kills.js';
import { seeded } from './scenarios/seeded.js';
import { soak } from './scenarios/soak.js';
import { slowParts } from './scenarios/slow-parts.js';
import { stopRaces } from './scenarios/stop-races.js';
import { timeBudgets } from './scenarios/time-budgets.js';
import { describeFailures, tableRows } from './report.js';
import { chaosPath, World } from './world.js';

/** These share one world, in which faults pile up as they do in a night. */
const together: readonly Scenario[] = [
  killPoints,
  randomKills,
  lostAnswers,
  frozenReplica,
  stopRaces,
];
const apart: readonly ApartScenario[] = [
  databaseFaults,
  elections,
  erasureKills,
  provoked,
  seeded,
  soak,
];

/** These measure times, mostly of waiting, so each has a world of its own. */
const timed: readonly Scenario[] = [timeBudgets, slowParts];
/** These measure how fast much work is done, so they have the machine for themselves. */
const alone: readonly Scenario[] = [petyaDown];
const aloneApart: readonly ApartScenario[] = [overload];

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
  const isWanted = ({ name }: Scenario): boolean => onlyName === undefined || name === onlyName;
  const chosen = together.filter(isWanted);
  const chosenTimed = timed.filter(isWanted);
  const isWantedApart = ({ name, isOnlyFull }: ApartScenario): boolean =>
    onlyName === undefined ? settings.isFull || !isOnlyFull : name === onlyName;
  const chosenApart = apart.filter(isWantedApart);
  const chosenAlone = alone.filter(isWanted);
  const chosenAloneApart = aloneApart.filter(isWantedApart);
  const all = [...chosen, ...chosenTimed, ...chosenApart, ...chosenAlone, ...chosenAloneApart];
  if (all.length === 0) {
    const names = [...together, ...timed, ...apart, ...alone, ...aloneApart].map(
      ({ name }) => name,
    );
    sayFailure(new Error(`--only takes one of ${names.join(', ')}.`));
    return 1;
  }
  await rm(chaosPath('logs'), { recursive: true, force: true });
  // All spend their time waiting for what is due, so they wait together.
  const waiting = [runTogether(chosen), runAllApart(chosenApart), runInTurn(chosenTimed)];
  const rows = (await Promise.all(waiting)).flat();
  rows.push(...(await runInTurn(chosenAlone)));
  rows.push(...(await runAllApart(chosenAloneApart)));
  say(`\n${table(tableRows(rows))}\n`);
  for (const line of describeFailures(rows, settings.seed)) say(line);
  const failed = rows.filter(({ violations }) => violations.length > 0).length;
  const time = `${seconds(began)} s, seed ${settings.seed}`;
  say(`${rows.length - failed} passed, ${failed} failed (${time})`);
  return failed === 0 ? 0 : 1;
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

/** Each in a world of its own, one after the other. */
async function runInTurn(chosen: readonly Scenario[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scenario of chosen) rows.push(...(await runTogether([scenario])));
  return rows;
}

async function runAllApart(chosen: readonly ApartScenario[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const scenario of chosen) rows.push(...(await runApart(scenario)));
  return rows;
}

async function runApart(scenario: ApartScenario): Promise<Row[]> {
  const since = Date.now();
  try {
    return await scenario.runApart(settings);
  } catch (error) {
    return [brokenRow(scenario.name, error)];
  } finally {
    say(`${scenario.name}: ${seconds(since)} s`);
  }
}

function brokenRow(name: string, error: unknown): Row {
  const evidence = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { what: name, runs: 0, violations: [{ kind: 'state', tag: null, evidence }], only: name };
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
