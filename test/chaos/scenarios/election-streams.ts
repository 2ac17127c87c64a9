import { setTimeout as sleep } from 'node:timers/promises';
import { ClientLedger } from '../client-ledger.js';
import { PluginClient } from '../plugin-client.js';
import { Random } from '../random.js';
import type { Outcome, RunSettings } from '../scenario.js';
import { holdsWithin } from '../holds-within.js';
import type { Violation } from '../violations.js';
import type { World } from '../world.js';

/** The legacy vendor takes so long to open a session: the primary is lost meanwhile. */
const OPENING_MS = 1_500;

/** From the primary's return to the last stop of what nobody was given. */
const STOPPED_MS = 30_000;

/** Callers that ask before the election, and those that ask in it. */
const CALLERS = 4;

/** A session is paid for from `streaming.new` on: whoever is not given it must not leave it running. */
export async function streamsInElection(
  world: World,
  { seed, isFull }: RunSettings,
  electionMs: number,
): Promise<Outcome> {
  const runs = isFull ? 25 : 1;
  const ledger = new ClientLedger();
  const violations: Violation[] = [];
  const random = new Random(seed + 7_000);
  let opened = 0;
  for (let run = 0; run < runs; run += 1) {
    const client = new PluginClient(world, ledger, random, `streams-${seed}-${run}`);
    await world.control.set({ heygenConcurrencyLimit: 1_000 });
    const fault = { route: 'streaming.new', kind: 'delay', delayMs: OPENING_MS, times: -1 };
    await world.control.fault(fault);
    const early = Array.from({ length: CALLERS }, () => open(world, client, random));
    await sleep(random.between(OPENING_MS / 3, OPENING_MS));
    world.note('election');
    const over = world.replicaSet.elect(electionMs);
    const late = Array.from({ length: CALLERS }, () => open(world, client, random));
    await over;
    for (const session of await Promise.all([...early, ...late])) {
      if (session === null) continue;
      opened += 1;
      await client.insist({ ...session, route: 'streaming.stop' }, STOPPED_MS);
    }
    await world.control.clearFaults();
    violations.push(...(await leftRunning(world)));
  }
  const what = 'streaming.new in an election';
  const planned = { losesAnswers: false, statuses: [503] };
  const note = (): string => `${opened} of ${2 * CALLERS * runs} opened`;
  return { what, runs, ledger, planned, violations, only: 'elections:streams', note };
}

/** What stops the session, or null where the caller was given none. */
async function open(world: World, client: PluginClient, random: Random) {
  const { apiKey } = random.pick(world.accounts as [World['accounts'][0], ...World['accounts']]);
  const headers = { 'X-Api-Key': apiKey };
  const answer = await client.send({ route: 'streaming.new', headers });
  const { session_id: id } = answer.data;
  return answer.status === 200 ? { headers, body: { session_id: id } } : null;
}

async function leftRunning(world: World): Promise<Violation[]> {
  const live = async (): Promise<string[]> => (await world.control.streams()).map(({ id }) => id);
  await holdsWithin(async () => (await live()).length === 0, STOPPED_MS);
  return (await live()).map((id) => ({
    kind: 'left running',
    tag: null,
    evidence: `stream ${id} still runs`,
  }));
}
