import { setTimeout as sleep } from 'node:timers/promises';
import { ClientLedger } from '../client-ledger.js';
import { countUndone, hasSessionIn } from '../evidence.js';
import type { Scenario } from '../scenario.js';
import { Swarm } from '../swarm.js';
import { holdsWithin } from '../holds-within.js';
import type { Violation } from '../violations.js';
import type { World } from '../world.js';

/** T8: 1,000 waiting transcripts in 60 s, so 200 of them in 12 s. */
const T8_MS_PER_SESSION = 60;

/** A machine that needs longer to hold the sessions cannot deliver them in that time: their lives cost more. */
const budgetOf = (sessions: number, heldMs: number): number =>
  Math.max(sessions * T8_MS_PER_SESSION, heldMs);

/** Petya is away while many sessions end, and then back: everything arrives, once, in time. */
export const petyaDown: Scenario = {
  name: 'petya-down',
  async run(world, { seed, isFull, say }) {
    const sessions = isFull ? 1000 : 200;
    const rounds = isFull ? 5 : 1;
    const ledger = new ClientLedger();
    const violations: Violation[] = [];
    const took: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const options = { name: `away${round}`, seed, stopBudgetMs: null, pauseMs: 0 };
      const swarm = new Swarm(world, ledger, options);
      // Accounts are known before, as they are in a gateway that has been running.
      await swarm.talk(6, 3);
      world.note('Petya killed');
      await world.petya.kill();
      const began = Date.now();
      await swarm.talk(sessions, 8, 1);
      const budgetMs = budgetOf(sessions, Date.now() - began);
      say(`${await countUndone(world)} sessions wait`);
      const ms = await comeBack(world, budgetMs * 2);
      took.push(`${ms / 1000} s of ${Math.round(budgetMs / 1000)}`);
      if (ms > budgetMs) violations.push(late(ms, budgetMs));
    }
    const what = `Petya down while ${sessions} sessions end`;
    const planned = { losesAnswers: false, statuses: [503] };
    const note = (): string => `all there after ${took.join(', ')}`;
    return [{ what, runs: rounds, ledger, violations, only: 'petya-down', planned, note }];
  },
};

/** Starts Petya and measures from its readiness until everything is there. */
async function comeBack(world: World, withinMs: number): Promise<number> {
  // Everything that can be final without Petya is final before it returns.
  await holdsWithin(async () => !(await hasSessionIn(world, 'stopped')), 20_000);
  await world.petya.start();
  world.note('Petya back');
  const began = Date.now();
  await holdsWithin(async () => {
    await sleep(100);
    return (await countUndone(world)) === 0;
  }, withinMs);
  return Date.now() - began;
}

function late(ms: number, budgetMs: number): Violation {
  const evidence = `the last transcript arrived after ${ms} ms (budget ${budgetMs} ms)`;
  return { kind: 'budget', tag: null, evidence };
}
