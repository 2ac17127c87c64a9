import type { PlannedFaults } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import { judge } from '../judgement.js';
import { type Provocation, provocations } from '../provocations.js';
import type { ApartScenario, Outcome, Row } from '../scenario.js';
import { Swarm } from '../swarm.js';
import { chaosPath, freshData, World } from '../world.js';

const PLANNED: PlannedFaults = { losesAnswers: true, statuses: [404, 502, 503] };

/** Each promise put to the test in the one situation in which a fault in it would show. */
export const provoked: ApartScenario = {
  name: 'provocations',
  isOnlyFull: false,
  async runApart({ seed, part, say }) {
    const chosen = provocations.filter(({ name }) => part === null || name === part);
    const world = await startProvoked('provocations');
    try {
      const outcomes: Outcome[] = [];
      for (const provocation of chosen) {
        say(provocation.name);
        outcomes.push(await provoke(world, provocation, seed));
        await world.heal();
      }
      const rows = await judge(world, outcomes);
      return [asOneRow(rows, chosen.length)];
    } finally {
      await world.stop();
    }
  },
};

/**
 * A world in which nothing makes good what went wrong: no sweep stops a session a second time.
 * @param buildRoot the compiled tree to run when it is not the usual one
 */
export async function startProvoked(name: string, buildRoot?: string): Promise<World> {
  const dataDir = await freshData(name);
  return World.start({ logFolder: chaosPath('logs', name), dataDir, buildRoot });
}

export async function provoke(
  world: World,
  provocation: Provocation,
  seed: number,
): Promise<Outcome> {
  const ledger = new ClientLedger();
  const name = provocation.name.replaceAll(' ', '-').replace('’', '');
  const swarm = new Swarm(world, ledger, { name, seed, stopBudgetMs: null });
  const violations = await provocation.run(world, swarm);
  const only = `provocations:${provocation.name}`;
  return { what: provocation.name, runs: 1, ledger, planned: PLANNED, violations, only };
}

function asOneRow(rows: readonly Row[], runs: number): Row {
  const violations = rows.flatMap((row) => row.violations);
  return { what: 'provocations', runs, violations, only: 'provocations' };
}
