import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SessionStore } from '../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
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
  /** Nine messages that come at once; one after the other they would take nineteen. */
  readonly nineMessagesAtMost: number;
  readonly writtenBytes: number;
}

let world: World;
let avatar: RunningAvatar;
let trips: Trips;
/** What every stage took, by its name in the budget. */
const spent: Record<string, readonly string[]> = {};
let nineMessages = 0;
let writtenBytes = 0;

beforeAll(async () => {
  world = await startWorld();
  await stopUpkeep(world.avatar);
  const database = { ...world.database, uri: countedUri(world.database.uri) };
  // Polls of a running session come by the clock, not by what a session does.
  const environment = { VENDOR_POLL_SECONDS: '600', FINAL_READ_GAP_SECONDS: '2' };
  avatar = await world.another({ database, environment });
  trips = countTrips(avatar.connection);
  await live();
});
afterAll(async () => {
  await avatar.stop();
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
    expect(writtenBytes).toBeLessThanOrEqual(budget.writtenBytes);
  });
});

/** Token, start, one message and nine at once, keep-alive, stop, delivery; and a token with a key. */
async function live(): Promise<void> {
  const shop = await world.customer();
  const conversation_id = await shop.openConversation();
  const talk = await visit(avatar, shop, { conversation_id });
  count('token');
  await talk.start();
  await untilStored(talk, { 'delivery.deliveredVersion': 1, 'lease.owner': null });
  count('start', 'upkeep');
  await talk.say('Turn 0', { message_id: 'turn-0' });
  count('one message');
  await untilStored(talk, { turns: 1 });
  trips.reset();
  const looked = holdUntilAllLook(9);
  await Promise.all(range(9).map((n) => talk.say(`Turn ${n}`, { message_id: `turn-${n}` })));
  looked.mockRestore();
  await untilStored(talk, { turns: 10 });
  nineMessages = trips.lines.length;
  count('nine messages at once');
  spent['nine messages at once'] = [...new Set(spent['nine messages at once'])].toSorted();
  await world.vendor.say(talk.sessionId, 'avatar', 'What the vendor heard.');
  await talk.keepAlive({ next_within_s: 60 });
  count('keep-alive');
  await talk.stop();
  await untilStored(talk, { state: 'delivered', 'lease.owner': null });
  count('stop', 'upkeep');
  await visit(avatar, shop, {}, { 'idempotency-key': 'once' });
  count('token with an idempotency key');
  await liveWithCaps();
  await liveFarFromCaps();
}

/** An account whose minutes are limited, and of which it was found a moment ago that there are enough. */
async function liveFarFromCaps(): Promise<void> {
  const capped = await world.customer({
    limits: { maxConcurrentSessions: 100, maxSecondsPerDay: 36_000 },
  });
  await visit(avatar, capped);
  trips.reset();
  const talk = await visit(avatar, capped);
  spent['token far from the cap'] = [...trips.lines];
  trips.reset();
  await talk.start();
  await untilStored(talk, { 'delivery.deliveredVersion': 1 });
  spent['start far from the cap'] = upTo('update sessions: state=active', trips.lines);
}

/** An account whose minutes are limited: each is counted before it begins. */
async function liveWithCaps(): Promise<void> {
  const capped = await world.customer({
    limits: { maxConcurrentSessions: 100, maxSecondsPerDay: 3_600, maxSecondsPerMonth: 36_000 },
  });
  trips.reset();
  const talk = await visit(avatar, capped);
  spent['token with capped minutes'] = [...trips.lines];
  trips.reset();
  await talk.start();
  await untilStored(talk, { 'delivery.deliveredVersion': 1 });
  spent['start with capped minutes'] = upTo('update sessions: state=active', trips.lines);
}

/** What a call has to do before it is answered; the same process goes on with the rest at once. */
const LAST_OF_CALL: Readonly<Record<string, string>> = {
  start: 'update sessions: state=active',
  stop: 'update sessions: state=stopped',
};

function upTo(last: string, lines: readonly string[]): string[] {
  return lines.slice(0, lines.indexOf(last) + 1);
}

/** Puts what was asked since the last count down to a stage, and what followed its call to another. */
function count(stage: string, rest?: string): void {
  const lines = [...trips.lines];
  const last = lines.indexOf(LAST_OF_CALL[stage] ?? '') + 1;
  spent[stage] = last === 0 ? lines : lines.slice(0, last);
  if (rest !== undefined) spent[rest] = [...(spent[rest] ?? []), ...lines.slice(last)];
  writtenBytes += trips.writtenBytes;
  trips.reset();
}

/** Holds look-ups up until so many calls have come to theirs: those come at once, however slow. */
function holdUntilAllLook(calls: number) {
  const store = avatar.app.get(SessionStore, { strict: false });
  const find = store.find.bind(store);
  let letGo = () => {};
  const all = new Promise<void>((resolve) => (letGo = resolve));
  let waiting = 0;
  return jest.spyOn(store, 'find').mockImplementation(async (key) => {
    waiting += 1;
    if (waiting === calls) letGo();
    await all;
    return find(key);
  });
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
