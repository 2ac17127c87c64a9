import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UpkeepWorker } from '../../apps/ilianaai-avatar/src/upkeep/upkeep.worker.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { until } from '../support/until.js';
import { countedUri, countTrips, type Trips } from './database-trips.js';
import { visit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

/*
 * What one session asks of the database from its token to its delivery, compared with the file
 * beside this one. Whoever adds or saves a round trip changes that file.
 */
const budget = JSON.parse(
  readFileSync(join(process.cwd(), 'test/ilianaai-avatar/round-trip-budget.json'), 'utf8'),
) as Budget;

interface Budget {
  readonly trips: Readonly<Record<string, readonly string[]>>;
  /** Nine messages that come at once; alone they would take nineteen. */
  readonly nineMessagesAtMost: number;
  readonly writtenBytes: { readonly calls: number; readonly upkeep: number };
}

let world: World;
/** Answers the calls and does no upkeep, so that each of the two is counted by itself. */
let front: RunningAvatar;
/** Does the upkeep and gets no calls. */
let keeper: RunningAvatar;
let calls: Trips;
let upkeep: Trips;
/** What every stage took, by its name in the budget. */
const spent: Record<string, readonly string[]> = {};
let nineMessages = 0;
const writtenBytes = { calls: 0, upkeep: 0 };

beforeAll(async () => {
  world = await startWorld();
  await stopUpkeep(world.avatar);
  const database = { ...world.database, uri: countedUri(world.database.uri) };
  // Polls of a running session come by the clock, not by what a session does.
  const environment = { VENDOR_POLL_SECONDS: '600', FINAL_READ_GAP_SECONDS: '2' };
  front = await world.another({ database, environment });
  keeper = await world.another({ database, environment });
  await stopUpkeep(front);
  calls = countTrips(front.connection);
  upkeep = countTrips(keeper.connection);
  await live();
});
afterAll(async () => {
  await front.stop();
  await keeper.stop();
  await world.stop();
});

describe('the round trips of a whole session', () => {
  it.each(Object.entries(budget.trips))('of %s are as planned', (stage, planned) => {
    expect(spent[stage]).toEqual(planned);
  });

  it('are all planned', () => {
    expect(Object.keys(spent).toSorted()).toEqual(Object.keys(budget.trips).toSorted());
  });

  it('are shared by messages that come at once', () => {
    expect(nineMessages).toBeLessThanOrEqual(budget.nineMessagesAtMost);
  });

  it('write no more than planned', () => {
    expect(writtenBytes.calls).toBeLessThanOrEqual(budget.writtenBytes.calls);
    expect(writtenBytes.upkeep).toBeLessThanOrEqual(budget.writtenBytes.upkeep);
  });
});

/** Token, start, one message and nine at once, keep-alive, stop, delivery. */
async function live(): Promise<void> {
  const shop = await world.customer();
  const conversation_id = await shop.openConversation();
  const talk = await count('token', () => visit(front, shop, { conversation_id }));
  await count('start', () => talk.start());
  await untilStored(talk, { 'delivery.deliveredVersion': 1, 'lease.owner': null });
  await count('one message', () => talk.say('Turn 0', { message_id: 'turn-0' }));
  await untilStored(talk, { turns: 1 });
  calls.reset();
  await Promise.all(range(9).map((n) => talk.say(`Turn ${n}`, { message_id: `turn-${n}` })));
  await untilStored(talk, { turns: 10 });
  nineMessages = calls.lines.length;
  spent['nine messages at once'] = [...new Set(calls.lines)].toSorted();
  note();
  await world.vendor.say(talk.sessionId, 'avatar', 'What the vendor heard.');
  await count('keep-alive', () => talk.keepAlive({ next_within_s: 60 }));
  await count('stop', () => talk.stop());
  await untilStored(talk, { state: 'delivered', 'lease.owner': null });
  spent['upkeep'] = [...upkeep.lines];
  writtenBytes.upkeep = upkeep.writtenBytes;
}

async function count<T>(stage: string, call: () => Promise<T>): Promise<T> {
  calls.reset();
  const answer = await call();
  spent[stage] = [...calls.lines];
  note();
  return answer;
}

function note(): void {
  writtenBytes.calls += calls.writtenBytes;
}

function range(length: number): number[] {
  return Array.from({ length }, (_unused, index) => index + 1);
}

async function untilStored({ sessionId }: Visit, members: object): Promise<void> {
  const sessions = world.avatar.connection.collection('sessions');
  await until(`the record holds ${JSON.stringify(members)}`, () =>
    sessions.findOne({ vendorSessionId: sessionId, ...members }),
  );
}

async function stopUpkeep(avatar: RunningAvatar): Promise<void> {
  await avatar.app.get(UpkeepWorker, { strict: false }).beforeApplicationShutdown();
}
