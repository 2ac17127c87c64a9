import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { callApi } from '../stack/json-api.js';
import { host } from '../stack/programs.js';
import { compareBills } from './minutes/bills.js';
import { type StoredSession, readSessions } from './evidence.js';
import type { SimulatedPlugin } from './simulated-plugin.js';
import type { Swarm } from './swarm.js';
import { holdsWithin } from './holds-within.js';
import type { Violation, ViolationKind } from './violations.js';
import type { World } from './world.js';

/**
 * A situation in which one promise is put to the test. Each has the fault in the code it would
 * show, which `--full` puts there to see that it does.
 */
export interface Provocation {
  readonly name: string;
  /** @returns what the checker, which sees the ledgers only, would not see */
  run(world: World, swarm: Swarm): Promise<Violation[]>;
}

export const provocations: readonly Provocation[] = [
  { name: 'killed at the first acknowledgement', run: killedAtAcknowledgement },
  { name: 'more tokens at once than slots', run: moreTokensThanSlots },
  { name: 'an answer later than its lease', run: answerAfterLease },
  { name: 'a delivery that is refused for good', run: refusedForGood },
  { name: 'a redirect of a delivery', run: redirectedDelivery },
  { name: 'a key of another account', run: otherAccountsKey },
  { name: 'killed between cursor and page', run: killedAfterCursor },
  { name: 'the vendor fails to stop', run: failingStop },
  { name: 'back within the grace', run: backWithinGrace },
  { name: 'keys in logs', run: plainConversation },
  { name: 'minutes that are used up', run: usedUpMinutes },
];

/** The database is slow, and the replicas die in the instant of the first acknowledgement. */
async function killedAtAcknowledgement(world: World, swarm: Swarm): Promise<Violation[]> {
  const proxy = world.databaseProxy;
  if (proxy === null) throw new Error('This world has no proxy before its database.');
  const plugins = await openSome(swarm, 4);
  proxy.state.delayMs = 400;
  const posting = plugins.map((plugin) => plugin.post('user'));
  await Promise.race(posting);
  const processes = world.replicas.map(({ process }) => process);
  await Promise.all(processes.map((process) => process.kill()));
  proxy.heal();
  await Promise.all(processes.map((process) => process.start()));
  await Promise.all(posting);
  await Promise.all(plugins.map((plugin) => plugin.stop()));
  return [];
}

async function moreTokensThanSlots(world: World, swarm: Swarm): Promise<Violation[]> {
  const slots = 3;
  const account = await world.addAccount(`Small ${randomUUID()}`, { maxConcurrentSessions: slots });
  const plugins = Array.from({ length: 12 }, () => swarm.plugin({ account }));
  const answers = await Promise.all(plugins.map((plugin) => plugin.tryToken(randomUUID())));
  const given = answers.filter(({ status }) => status === 200).length;
  if (given <= slots) return [];
  return [seen('state', `${given} sessions were opened in an account of ${slots} slots`)];
}

/** The vendor answers a poll when another replica has long taken the session over. */
async function answerAfterLease(world: World, swarm: Swarm): Promise<Violation[]> {
  const plugins = await openSome(swarm, 2);
  await world.control.fault({ route: 'session', kind: 'delay', delayMs: 3_500, times: 4 });
  const epochs = new Map<string, number>();
  const backwards = new Set<string>();
  const deadline = Date.now() + 9_000;
  while (Date.now() < deadline) {
    for (const { _id, lease } of await readSessions(world)) {
      if (lease.epoch < (epochs.get(_id) ?? 0)) backwards.add(_id);
      epochs.set(_id, lease.epoch);
    }
    await sleep(50);
  }
  await Promise.all(plugins.map((plugin) => plugin.stop()));
  return [...backwards].map((id) => seen('state', `the epoch of ${id} went backwards`));
}

/** Petya holds other content under the version that comes next: only a person can help. */
async function refusedForGood(world: World, swarm: Swarm): Promise<Violation[]> {
  const plugin = swarm.plugin();
  await plugin.open();
  const { session } = plugin;
  if (!session) throw new Error('A session could not be opened.');
  const body = { sessionId: session.sessionId, accountId: session.account.accountId };
  const path = `avatar/conversations/${session.conversationId}/status`;
  const bearer = world.wiring.secrets.serviceToken;
  await callApi(`${world.petyaUrl}/api/v1/${path}`, {
    bearer,
    body: { ...body, status: 'active', version: 2, transcript: [] },
  });
  await plugin.stop();
  const parked = await holdsWithin(
    async () => (await recordOf(world, plugin))?.state === 'parked',
    8_000,
  );
  const record = await recordOf(world, plugin);
  await world
    .db('petya')
    .collection<{ sessions: { sessionId: string }[] }>('conversations')
    .updateOne(
      { 'sessions.sessionId': session.sessionId },
      { $pull: { sessions: { sessionId: session.sessionId } } },
    );
  if (!parked) return [seen('state', `a refused delivery was tried again (${record?.state})`)];
  await release(world, record);
  return [];
}

async function redirectedDelivery(world: World, swarm: Swarm): Promise<Violation[]> {
  let visits = 0;
  const elsewhere = createServer((_request, response) => {
    visits += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, host, resolve));
  const { port } = elsewhere.address() as AddressInfo;
  const head = `HTTP/1.1 307 Temporary Redirect\r\nLocation: http://${host}:${port}/\r\n`;
  for (let times = 0; times < 2; times += 1) {
    world.petyaProxy.answerInstead(/^POST \S+\/status /, `${head}Content-Length: 0\r\n\r\n`);
  }
  const plugin = swarm.plugin();
  await plugin.open();
  await plugin.post('user');
  await plugin.stop();
  await holdsWithin(async () => (await recordOf(world, plugin))?.state === 'delivered', 8_000);
  elsewhere.close();
  return visits === 0 ? [] : [seen('foreign', 'a transcript was sent where a redirect pointed')];
}

async function otherAccountsKey(world: World, swarm: Swarm): Promise<Violation[]> {
  const [plugin] = await openSome(swarm, 1);
  const session = plugin?.session;
  const other = world.accounts.find(({ accountId }) => accountId !== session?.account.accountId);
  if (!plugin || !session || !other) throw new Error('Two accounts are needed.');
  const headers = { 'X-Api-Key': other.apiKey };
  const { sessionId } = session;
  const words = { session_id: sessionId, text: 'of a stranger' };
  const answers = await Promise.all([
    plugin.client.send({ route: 'streaming.avatar_message', body: words, headers }),
    plugin.client.send({ route: 'sessions/stop', body: { session_id: sessionId }, headers }),
  ]);
  await plugin.stop();
  return answers
    .filter(({ status }) => status !== 404)
    .map(({ status }) => seen('foreign', `another account’s key was answered ${status}`));
}

/** The replicas die as soon as the record says how far the vendor's transcript was read. */
async function killedAfterCursor(world: World, swarm: Swarm): Promise<Violation[]> {
  const [plugin] = await openSome(swarm, 1);
  if (!plugin) throw new Error('A session could not be opened.');
  const cursorOf = async () => (await recordOf(world, plugin))?.transcript.cursor ?? null;
  await holdsWithin(async () => (await cursorOf()) !== null, 8_000);
  const before = await cursorOf();
  await sleep(1_100);
  for (let line = 0; line < 4; line += 1) await plugin.hear('user');
  await holdsWithin(async () => (await cursorOf()) !== before, 12_000);
  const processes = world.replicas.map(({ process }) => process);
  await Promise.all(processes.map((process) => process.kill()));
  await Promise.all(processes.map((process) => process.start()));
  await plugin.stop();
  return [];
}

/** A record that says "ended" while the vendor still charges is wrong, even if a sweep follows. */
async function failingStop(world: World, swarm: Swarm): Promise<Violation[]> {
  const plugins = await openSome(swarm, 3);
  await world.control.fault({ route: 'stop', kind: 'status', status: 500, times: 3 });
  await Promise.all(plugins.map((plugin) => plugin.stop()));
  const found = plugins.map(async (plugin): Promise<Violation[]> => {
    await holdsWithin(async () => (await recordOf(world, plugin))?.endedAt != null, 8_000);
    const ours = (await recordOf(world, plugin))?.endedAt?.getTime() ?? Infinity;
    const id = plugin.session?.sessionId ?? '';
    await holdsWithin(async () => (await world.control.session(id)).endedAt !== null, 8_000);
    const earlierMs = Date.parse((await world.control.session(id)).endedAt ?? '') - ours;
    if (earlierMs < 100) return [];
    return [seen('left running', `${id} ended for us ${earlierMs} ms before it ended`)];
  });
  return (await Promise.all(found)).flat();
}

async function backWithinGrace(_world: World, swarm: Swarm): Promise<Violation[]> {
  const plugins = await openSome(swarm, 3);
  const found = plugins.map(async (plugin): Promise<Violation[]> => {
    await plugin.leave();
    await sleep(700);
    await plugin.view();
    await sleep(2_500);
    if (plugin.session) plugin.session.ending = null;
    const isThere = await plugin.post('user');
    await plugin.stop();
    return isThere ? [] : [seen('state', 'a visitor who came back in time found it ended')];
  });
  return (await Promise.all(found)).flat();
}

async function plainConversation(_world: World, swarm: Swarm): Promise<Violation[]> {
  await swarm.talk(2, 2);
  return [];
}

/** As many begin as there are minutes for, none goes on without, and three bills are the same. */
async function usedUpMinutes(world: World, swarm: Swarm): Promise<Violation[]> {
  const found = await Promise.all([
    moreTokensThanMinutes(world, swarm),
    minutesTakenAway(world, swarm),
    threeBills(world, swarm),
  ]);
  return found.flat();
}

async function moreTokensThanMinutes(world: World, swarm: Swarm): Promise<Violation[]> {
  const account = await world.addAccount(`Short ${randomUUID()}`, { maxSecondsPerMonth: 59 });
  const plugins = Array.from({ length: 12 }, () => swarm.plugin({ account }));
  const answers = await Promise.all(plugins.map((plugin) => plugin.tryToken(randomUUID())));
  const given = answers.filter(({ status }) => status === 200).length;
  return given <= 1 ? [] : [seen('state', `${given} sessions were opened in 59 s`)];
}

async function minutesTakenAway(world: World, swarm: Swarm): Promise<Violation[]> {
  const account = await world.addAccount(`Spent ${randomUUID()}`, { maxSecondsPerDay: 3_600 });
  const plugin = swarm.plugin({ account });
  await plugin.open();
  await world.limit(account, { maxSecondsPerDay: 0 });
  const id = plugin.session?.sessionId ?? '';
  const isEnded = async () => (await world.control.session(id)).endedAt !== null;
  // An account is known for 5 s, and looked at with the session.
  if (await holdsWithin(isEnded, 15_000)) return [];
  return [seen('left running', `${id} runs on without a minute left`)];
}

async function threeBills(world: World, swarm: Swarm): Promise<Violation[]> {
  const account = await world.addAccount(`Billed ${randomUUID()}`);
  const plugin = swarm.plugin({ account });
  await plugin.open();
  await plugin.post('user');
  await plugin.stop();
  const isTold = async () => (await recordOf(world, plugin))?.state === 'delivered';
  await holdsWithin(isTold, 8_000);
  const sessionIds = [plugin.session?.sessionId ?? ''];
  return (await compareBills(world, { accounts: [account], sessionIds })).violations;
}

async function openSome(swarm: Swarm, count: number): Promise<SimulatedPlugin[]> {
  const plugins = Array.from({ length: count }, () => swarm.plugin());
  const opened = await Promise.all(plugins.map((plugin) => plugin.open()));
  if (opened.includes(false)) throw new Error('A session could not be opened.');
  return plugins;
}

async function recordOf(world: World, plugin: SimulatedPlugin): Promise<StoredSession | null> {
  const vendorSessionId = plugin.session?.sessionId ?? '';
  return world.db('avatar').collection<StoredSession>('sessions').findOne({ vendorSessionId });
}

/** What the operator does with a parked session. */
async function release(world: World, record: StoredSession | null): Promise<void> {
  const bearer = world.wiring.secrets.adminToken;
  const path = `api/v1/admin/sessions/${record?._id}/release`;
  await callApi(`${world.replica(0).url}/${path}`, { method: 'POST', body: {}, bearer });
}

function seen(kind: ViolationKind, evidence: string): Violation {
  return { kind, tag: null, evidence };
}
