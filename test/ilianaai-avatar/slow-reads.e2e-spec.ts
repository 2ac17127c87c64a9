import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { startedVisit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

const SESSIONS = 60;
/** How many visitors come together. */
const AT_ONCE = 10;
const LEAVES = 8;
const STOPS = 8;
const PLACES_FOR_LOOKS = 16;
const LEAVE_GRACE_MS = 2_000;

/** Longest after a stop was called, and after the grace of a leave was over. */
const STOP_WITHIN_MS = 5_000;
const LEAVE_MARGIN_MS = 10_000;

/** As it is configured by default, so that a slow vendor may be taken for one that is away. */
const CIRCUIT = { CIRCUIT_FAILURES: '5', CIRCUIT_OPEN_SECONDS: '10' };

let world: World;
let shops: Tenant[];
let talks: Visit[];

beforeAll(async () => {
  world = await startWorld({
    environment: {
      ...CIRCUIT,
      LEAVE_GRACE_SECONDS: String(LEAVE_GRACE_MS / 1000),
      // As many looks as with ten times the sessions at the usual pace.
      VENDOR_POLL_SECONDS: '3',
    },
  });
  shops = await Promise.all([world.customer(), world.customer(), world.customer()]);
  talks = [];
  // More at once are told to come later where the machine is busy.
  while (talks.length < SESSIONS) {
    const some = Array.from({ length: Math.min(AT_ONCE, SESSIONS - talks.length) }, (_, index) =>
      startedVisit(world.avatar, shops[index % shops.length] as Tenant),
    );
    talks.push(...(await Promise.all(some)));
  }
});
afterAll(async () => {
  await world.vendor.clearFaults();
  await world.stop();
});

/** When the vendor ended a session, by its own record. */
async function endOf({ sessionId }: Visit): Promise<number> {
  const ended = await until(
    'the vendor has stopped it',
    async () => (await world.vendor.session(sessionId)).endedAt,
    60_000,
  );
  return Date.parse(ended);
}

/** The time from a call to the vendor's end, for each of some sessions. */
function timesOf(some: readonly Visit[], call: (talk: Visit) => Promise<unknown>) {
  return Promise.all(
    some.map(async (talk) => {
      const calledAt = Date.now();
      await call(talk);
      return (await endOf(talk)) - calledAt;
    }),
  );
}

describe('while the vendor answers slowly what it is asked, and stops at once', () => {
  it.each([3_000, 10_000])(
    'with reads of %i ms, what ends a session does not wait for what looks at others',
    async (delayMs) => {
      await world.vendor.clearFaults();
      for (const route of ['session', 'transcript']) {
        await world.vendor.fault({ route, kind: 'delay', delayMs, times: -1 });
      }
      const sessions = world.avatar.connection.collection('sessions');
      const due = { nextPollAt: new Date(1), dueAt: new Date(1) };
      await sessions.updateMany({ state: 'active' }, { $set: due, $inc: { rev: 1 } });
      const isHeld = { 'lease.until': { $gt: new Date() }, 'lease.lane': 'life' };
      await until(
        'every place for looks is taken',
        async () => (await sessions.countDocuments(isHeld)) >= PLACES_FOR_LOOKS,
      );
      const [leaves, stops] = await Promise.all([
        timesOf(talks.splice(0, LEAVES), (talk) => talk.leave()),
        timesOf(talks.splice(0, STOPS), (talk) => talk.stop()),
      ]);
      expect(leaves.filter((ms) => ms > LEAVE_GRACE_MS + LEAVE_MARGIN_MS)).toEqual([]);
      expect(leaves.filter((ms) => ms < LEAVE_GRACE_MS - 100)).toEqual([]);
      expect(stops.filter((ms) => ms > STOP_WITHIN_MS)).toEqual([]);
    },
    90_000,
  );
});
