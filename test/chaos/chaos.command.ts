import { parseArgs } from 'node:util';
import { rm } from 'node:fs/promises';
import { say, sayFailure } from '../stack/say.js';
import { table } from '../stack/table.js';
import type { Row, RunSettings, Scenario } from './scenario.js';
import { killPoints } from './scenarios/kill-points.js';
import { describeFailures, tableRows } from './report.js';
import { chaosPath, World } from './world.js';

const scenarios: readonly Scenario[] = [killPoints];

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
let world: World | null = null;

process.exitCode = await main();
process.exit();

async function main(): Promise<number> {
  const chosen = scenarios.filter(({ name, isOnlyFull }) =>
    onlyName === undefined ? settings.isFull || isOnlyFull !== true : name === onlyName,
  );
  if (chosen.length === 0) {
    sayFailure(`--only takes one of ${scenarios.map(({ name }) => name).join(', ')}.`);
    return 1;
  }
  await rm(chaosPath(), { recursive: true, force: true });
  const rows: Row[] = [];
  for (const scenario of chosen) rows.push(...(await runScenario(scenario)));
  await world?.stop();
  say(`\n${table(tableRows(rows))}\n`);
  for (const line of describeFailures(rows, settings.seed)) say(line);
  const failed = rows.filter(({ violations }) => violations.length > 0).length;
  say(
    `${rows.length - failed} passed, ${failed} failed (${seconds(began)} s, seed ${settings.seed})`,
  );
  return failed === 0 ? 0 : 1;
}

async function runScenario(scenario: Scenario): Promise<Row[]> {
  const since = Date.now();
  try {
    const rows = await scenario.run(() => sharedWorld(), settings);
    say(`${scenario.name}: ${seconds(since)} s`);
    return rows;
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const violation = { kind: 'state' as const, tag: null, evidence: text };
    return [{ what: scenario.name, runs: 0, violations: [violation], only: scenario.name }];
  }
}

async function sharedWorld(): Promise<World> {
  if (world === null) {
    world = await World.start({ logFolder: chaosPath('logs') });
    say(`Database: ${world.database.description}`);
  }
  await world.heal();
  return world;
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(1);
}
