import { setTimeout as sleep } from 'node:timers/promises';
import { findDatabase } from '../../stack/find-database.js';
import type { PlannedFaults } from '../check-answers.js';
import { ClientLedger } from '../client-ledger.js';
import { judge } from '../judgement.js';
import { Readiness } from '../readiness.js';
import type { ApartScenario, Row, RunSettings } from '../scenario.js';
import { Swarm } from '../swarm.js';
import { chaosPath, World } from '../world.js';

const SESSIONS = 18;
const MEMBERS = 3;

/** For so long the primary does not stand again, as long as an election takes by its defaults. */
const STEP_DOWN_SECONDS = 12;

/** Callers are told "later", and nothing else goes wrong. */
const WEATHER: PlannedFaults = { losesAnswers: false, statuses: [503] };

/**
 * The database's own elections: of three members where it is MongoDB itself, of one where the
 * stand-in steps down. With the stand-in it adds little to the proxy's, so it is left to `--full`.
 */
export const setElections: ApartScenario = {
  name: 'set-elections',
  isOnlyFull: false,
  async runApart(settings) {
    const { kind } = await findDatabase(() => undefined);
    if (kind !== 'mongod' && !settings.isFull && !settings.isNamed) return [];
    const world = await World.start({
      logFolder: chaosPath('logs', 'set-elections'),
      members: MEMBERS,
    });
    try {
      return await talkThrough(world, settings);
    } finally {
      await world.stop();
    }
  },
};

async function talkThrough(world: World, { seed, isFull }: RunSettings): Promise<Row[]> {
  const runs = isFull ? 25 : 1;
  const ledger = new ClientLedger();
  const options = { name: 'set', seed, stopBudgetMs: null, patienceMs: 60_000, pauseMs: 400 };
  const swarm = new Swarm(world, ledger, options);
  const over = new AbortController();
  const talking = swarm.keepTalking(SESSIONS, over.signal);
  const readiness = new Readiness(world);
  for (let run = 0; run < runs; run += 1) {
    await sleep(2_000);
    world.note('the primary steps down');
    await world.stepDown(STEP_DOWN_SECONDS);
    await readiness.measure([world.petya, ...world.replicas.map(({ process: each }) => each)]);
    await sleep(2_000);
  }
  over.abort();
  await talking;
  return judge(world, [
    {
      what: `elections of ${world.database.server}, ${world.database.members} members`,
      runs,
      ledger,
      planned: WEATHER,
      violations: readiness.violations,
      only: 'set-elections',
      note: () => readiness.note,
    },
  ]);
}
