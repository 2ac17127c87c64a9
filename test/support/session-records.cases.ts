import { expect } from '@jest/globals';
import { isDuplicateKey } from '#platform';
import { LIVE_STATES } from '../../apps/ilianaai-avatar/src/sessions/domain/session-states.js';
import type { DueQuery } from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import type { SessionRecords } from './memory-sessions.js';
import { aSession, at } from './session.factory.js';

const look: DueQuery = { lane: 'life', now: at(10), limit: 9, notAccounts: [] };

/** A record that shares no unique member with another one. */
function record(id: string, more: Partial<Session> = {}): Session {
  const own = { id, slot: null, vendorSessionId: `vendor-${id}`, outboxDueAt: null };
  return { ...aSession(), ...own, dueAt: null, endDueAt: null, ...more };
}

function heldIn(lane: Session['lease']['lane'], untilSecond: number): Pick<Session, 'lease'> {
  return { lease: { owner: 'other', lane, epoch: 4, until: at(untilSecond) } };
}

function ids(sessions: readonly Session[]): string[] {
  return sessions.map(({ id }) => id);
}

function byId(one: Pick<Session, 'id'>, other: Pick<Session, 'id'>): number {
  return one.id < other.id ? -1 : 1;
}

async function stand(records: SessionRecords, sessions: readonly Session[]): Promise<void> {
  for (const session of sessions) expect(await records.insert(session)).toBeNull();
}

type Case = readonly [what: string, isKept: (records: SessionRecords) => Promise<void>];

/** What whoever works with session records relies on: the promises of the database, one by one. */
export const SESSION_RECORD_CASES: readonly Case[] = [
  [
    'gives a record back as it was inserted, to its account only',
    async (records) => {
      const session = record('one', { state: 'active', openedAt: at(1) });
      await stand(records, [session]);
      expect(await records.find(session)).toEqual(session);
      expect(await records.find({ ...session, accountId: 'acc-2' })).toBeNull();
      expect(await records.findByVendorId('vendor-one', 'acc-1')).toEqual(session);
      expect(await records.findByVendorId('vendor-one', 'acc-2')).toBeNull();
      expect(await records.find({ id: 'none', accountId: 'acc-1' })).toBeNull();
    },
  ],
  [
    'takes a slot and an idempotency key once in an account',
    async (records) => {
      await stand(records, [
        record('one', { slot: 0, idempotencyKey: 'key-1' }),
        record('other', { slot: 1 }),
        record('elsewhere', { accountId: 'acc-2', slot: 0, idempotencyKey: 'key-1' }),
        record('none'),
      ]);
      expect(await records.insert(record('two', { slot: 0 }))).toBe('slot');
      expect(await records.insert(record('two', { idempotencyKey: 'key-1' }))).toBe('idempotency');
      const found = await records.findByIdempotencyKey('acc-2', 'key-1');
      expect(found?.id).toBe('elsewhere');
      expect(await records.findByIdempotencyKey('acc-2', 'key-2')).toBeNull();
    },
  ],
  [
    'inserts some in their order, up to the first that is refused',
    async (records) => {
      await stand(records, [record('one', { slot: 0, idempotencyKey: 'key-1' })]);
      const both = [record('two', { slot: 1 }), record('three', { slot: 2 })];
      expect(await records.insertInOrder(both)).toEqual([null, null]);
      const some = [
        record('four', { slot: 3 }),
        record('five', { slot: 2 }),
        record('six', { slot: 4 }),
      ];
      expect(await records.insertInOrder(some)).toEqual([null, 'slot', 'untried']);
      const keyed = [record('seven', { idempotencyKey: 'key-1' }), record('eight')];
      expect(await records.insertInOrder(keyed)).toEqual(['idempotency', 'untried']);
      expect(await records.insertInOrder([record('nine', { slot: 3 })])).toEqual(['slot']);
      const live = ids(await records.listLive('acc-1'));
      expect(live.toSorted()).toEqual(['four', 'one', 'three', 'two']);
    },
  ],
  [
    'gives a slot and a key out again once they are free',
    async (records) => {
      const session = record('one', { slot: 0, idempotencyKey: 'key-1' });
      await stand(records, [session]);
      const { dueAt, outboxDueAt } = session;
      await records.setIf(session, { slot: null, idempotencyKey: null, dueAt, outboxDueAt }, 0);
      await stand(records, [record('two', { slot: 0, idempotencyKey: 'key-1' })]);
    },
  ],
  [
    "takes no second record with a vendor's id",
    async (records) => {
      const other = record('two');
      await stand(records, [record('one'), other, record('three', { vendorSessionId: null })]);
      const inserting = records.insert(record('four', { vendorSessionId: 'vendor-one' }));
      const inserted = await inserting.catch((error: unknown) => error);
      expect(isDuplicateKey(inserted, 'vendorSessionId', 'vendorOfAccount')).toBe(true);
      const members = { vendorSessionId: 'vendor-one', dueAt: null, outboxDueAt: null };
      const written = await records
        .setIf(other, members, undefined)
        .catch((error: unknown) => error);
      expect(isDuplicateKey(written, 'vendorSessionId', 'vendorOfAccount')).toBe(true);
      expect(await records.find(other)).toEqual(other);
    },
  ],
  [
    'writes on the revision that was read, and on the epoch where one is given',
    async (records) => {
      const session = record('one', heldIn('life', 20));
      await stand(records, [session]);
      const members = { seenAt: at(3), dueAt: at(4), endDueAt: at(5), outboxDueAt: at(6) };
      expect(await records.setIf(session, members, 3)).toBeNull();
      const after = await records.setIf(session, members, 4);
      expect(after).toEqual({ ...session, ...members, rev: 1 });
      expect(await records.find(session)).toEqual(after);
      expect(await records.setIf(session, members, undefined)).toBeNull();
      expect(await records.setIf({ ...session, id: 'none' }, members, undefined)).toBeNull();
    },
  ],
  [
    'lets one of two claim what both have read, and leaves its due times',
    async (records) => {
      const session = record('one', { dueAt: at(1), outboxDueAt: at(2) });
      await stand(records, [session]);
      const hold = { owner: 'me', lane: 'outbox', until: at(30) } as const;
      const held = await records.claim(session, hold);
      expect(held).toEqual({ ...session, rev: 1, lease: { ...hold, epoch: 1 } });
      expect(await records.claim(session, hold)).toBeNull();
      expect(await records.find(session)).toEqual(held);
    },
  ],
  [
    'finds what is due and free, the earliest first, then what a lesser lane holds',
    async (records) => {
      await stand(records, [
        record('later', { dueAt: at(11) }),
        record('second', { dueAt: at(2) }),
        record('first', { dueAt: at(1), ...heldIn('end', 10) }),
        record('delivering', { dueAt: at(0), ...heldIn('outbox', 11) }),
        record('looked-at', { dueAt: at(0), ...heldIn('life', 11) }),
        record('ending', { dueAt: at(0), ...heldIn('end', 11) }),
        record('never', { dueAt: null }),
        record('elsewhere', { accountId: 'acc-2', dueAt: at(3) }),
      ]);
      expect(ids(await records.listDue(look))).toEqual([
        'first',
        'second',
        'elsewhere',
        'delivering',
      ]);
      expect(ids(await records.listDue({ ...look, limit: 2 }))).toEqual(['first', 'second']);
      const notAccounts = ['acc-1'];
      expect(ids(await records.listDue({ ...look, notAccounts }))).toEqual(['elsewhere']);
    },
  ],
  [
    'goes by the due time of the lane, and takes from every lane behind it',
    async (records) => {
      await stand(records, [
        record('end', { dueAt: at(1), endDueAt: at(1), ...heldIn('life', 11) }),
        record('outbox', { outboxDueAt: at(1) }),
        record('sending', { outboxDueAt: at(2), ...heldIn('outbox', 11) }),
        record('held', { endDueAt: at(2), ...heldIn('end', 11) }),
      ]);
      expect(ids(await records.listDue({ ...look, lane: 'end' }))).toEqual(['end']);
      expect(ids(await records.listDue({ ...look, lane: 'outbox' }))).toEqual(['outbox']);
    },
  ],
  [
    'lists what takes a slot, by account and by the ids of the vendor',
    async (records) => {
      const live = LIVE_STATES.map((state, slot) => record(state, { state, slot }));
      await stand(records, [
        ...live,
        record('unnamed', { state: 'creating', slot: 9, vendorSessionId: null }),
        record('over', { state: 'stopped' }),
        record('elsewhere', { accountId: 'acc-2', state: 'active', slot: 0 }),
      ]);
      const listed = ids(await records.listLive('acc-1'));
      expect(listed.toSorted()).toEqual([...LIVE_STATES, 'unnamed'].toSorted());
      const named = await records.listLiveVendorIds();
      const expected = [...LIVE_STATES, 'elsewhere'].map((id) => `vendor-${id}`);
      expect(named.toSorted()).toEqual(expected.toSorted());
      const known = await records.listByVendorIds(['vendor-over', 'vendor-elsewhere', 'strange']);
      expect(ids(known).toSorted()).toEqual(['elsewhere', 'over']);
    },
  ],
  [
    'counts what takes a place at a vendor and stood before, and tells who waits for one',
    async (records) => {
      await stand(records, [
        record('a', { state: 'active', slot: 0, createdAt: at(1) }),
        record('b', { state: 'stopping', slot: 1, createdAt: at(5) }),
        record('d', { state: 'created', slot: 2, createdAt: at(5) }),
        record('e', { state: 'created', slot: 3, createdAt: at(6) }),
        record('over', { state: 'stopped', createdAt: at(1) }),
        record('legacy', { state: 'active', slot: 4, createdAt: at(1), vendor: 'heygen' }),
        record('other', { accountId: 'acc-2', state: 'active', slot: 0, createdAt: at(2) }),
        record('refused', { accountId: 'acc-3', state: 'failed', turnedAway: true }),
        record('broken', { accountId: 'acc-6', state: 'failed', endReason: 'vendor_fault' }),
        record('idle', { state: 'created', slot: 8, createdAt: at(-60) }),
        record('served', { accountId: 'acc-5', state: 'failed', turnedAway: true }),
        record('serving', { accountId: 'acc-5', state: 'stopped', createdAt: at(12) }),
        record('unused', { accountId: 'acc-4', state: 'failed', endReason: 'no_show' }),
      ]);
      const mine = { ...record('c', { createdAt: at(5) }), vendor: 'liveavatar' } as const;
      expect([...(await records.countLiveBefore(mine))].toSorted()).toEqual([
        ['acc-1', 2],
        ['acc-2', 1],
      ]);
      const early = new Date(0);
      expect([...(await records.listTurnedAway('liveavatar', early))]).toEqual(['acc-3']);
      expect([...(await records.listTurnedAway('liveavatar', at(20)))]).toEqual([]);
      expect([...(await records.listTurnedAway('heygen', early))]).toEqual([]);
    },
  ],
  [
    'lists what is to be erased page by page, and not what is erased',
    async (records) => {
      await stand(records, [
        record('b', { visitorId: 'ada' }),
        record('a', { visitorId: 'ada', conversationId: 'talk' }),
        record('c', { visitorId: 'bob', conversationId: 'talk', createdAt: at(9) }),
        record('d', { visitorId: 'ada', state: 'erased' }),
        record('e', { accountId: 'acc-2', visitorId: 'ada' }),
      ]);
      const list = async (...of: Parameters<typeof records.listToErase>) =>
        ids(await records.listToErase(...of));
      const ada = { accountId: 'acc-1', visitorId: 'ada' };
      expect(await list(ada, null, 9)).toEqual(['a', 'b']);
      expect(await list(ada, null, 1)).toEqual(['a']);
      expect(await list(ada, 'a', 9)).toEqual(['b']);
      expect(await list({ accountId: 'acc-1' }, null, 9)).toEqual(['a', 'b', 'c']);
      const talk = { accountId: 'acc-1', conversationId: { $in: ['talk'] } };
      expect(await list({ ...talk, createdAt: { $lte: at(8) } }, null, 9)).toEqual(['a']);
      const vendorSessionId = { $in: ['vendor-c', 'vendor-e'] };
      expect(await list({ accountId: 'acc-1', vendorSessionId }, null, 9)).toEqual(['c']);
    },
  ],
  [
    'counts turns, and has what is closing say so in its revision',
    async (records) => {
      const states = ['active', 'stopped', 'final', 'delivered', 'parked', 'erased'] as const;
      const sessions = states.map((state) => record(state, { state, dueAt: at(20) }));
      await stand(records, sessions);
      const counts = sessions.map((session) => ({ session, turns: 2, textBytes: 30 }));
      const stranger = { id: 'active', accountId: 'acc-2' };
      await records.countTurns([...counts, { session: stranger, turns: 1, textBytes: 1 }], at(7));
      const found = await Promise.all(sessions.map((session) => records.find(session)));
      expect(found.map((each) => [each?.state, each?.turns, each?.textBytes])).toEqual(
        states.map((state) => [state, 2, 30]),
      );
      expect(found.map((each) => each?.rev)).toEqual([0, 1, 1, 1, 1, 1]);
      const due = [at(20), at(20), at(7), at(7), at(7), at(7)];
      expect(found.map((each) => each?.dueAt)).toEqual(due);
      const reads = [null, null, at(7), at(7), at(7), at(7)];
      expect(found.map((each) => each?.transcript.nextReadAt)).toEqual(reads);
    },
  ],
  [
    'names the live sessions, of an account or of all',
    async (records) => {
      const live = LIVE_STATES.map((state, slot) => record(state, { state, slot }));
      const others = [record('elsewhere', { state: 'active', slot: 0, accountId: 'acc-2' })];
      const over = (['stopped', 'failed', 'delivered'] as const).map((state) =>
        record(state, { state }),
      );
      await stand(records, [...live, ...others, ...over]);
      const keysOf = (sessions: readonly Session[]) =>
        sessions.map(({ id, accountId }) => ({ id, accountId })).toSorted(byId);
      expect((await records.listLiveKeys('acc-1')).toSorted(byId)).toEqual(keysOf(live));
      expect((await records.listLiveKeys(null)).toSorted(byId)).toEqual(
        keysOf([...live, ...others]),
      );
      expect(await records.listLiveKeys('acc-3')).toEqual([]);
    },
  ],
  [
    'gives some records back, of their accounts only',
    async (records) => {
      const some = [record('one'), record('two', { accountId: 'acc-2' }), record('three')];
      await stand(records, some);
      const [one, two] = some as [Session, Session];
      const keys = [one, two, { ...two, accountId: 'acc-1' }, { id: 'none', accountId: 'acc-1' }];
      expect((await records.listByKeys(keys)).toSorted(byId)).toEqual([one, two]);
    },
  ],
  [
    'writes each of many on the revision that was read, and says how many',
    async (records) => {
      const some = [record('one'), record('two', { accountId: 'acc-2' }), record('three')];
      await stand(records, some);
      const [one, two, three] = some as [Session, Session, Session];
      await records.touch(two);
      const change = (read: Session, second: number) => ({
        read,
        members: { seenAt: at(second), dueAt: at(4), endDueAt: at(5), outboxDueAt: null },
      });
      const changes = [change(one, 1), change(two, 2), change({ ...three, accountId: 'acc-2' }, 3)];
      expect(await records.setEachIf(changes)).toBe(1);
      const after = { ...one, ...change(one, 1).members, rev: 1 };
      expect(await records.find(one)).toEqual(after);
      expect(await records.find(two)).toEqual({ ...two, rev: 1 });
      expect(await records.find(three)).toEqual(three);
    },
  ],
  [
    'says whether one of some is closing, of their account',
    async (records) => {
      const [open, closing] = [record('open', { state: 'stopping' }), record('closing')];
      await stand(records, [open, { ...closing, state: 'stopped' }]);
      expect(await records.isAnyClosing([open])).toBe(false);
      expect(await records.isAnyClosing([open, closing])).toBe(true);
      expect(await records.isAnyClosing([{ ...closing, accountId: 'acc-2' }])).toBe(false);
    },
  ],
  [
    'gives a record another revision on demand, of its account',
    async (records) => {
      const session = record('one');
      await stand(records, [session]);
      await records.touch({ ...session, accountId: 'acc-2' });
      expect(await records.find(session)).toEqual(session);
      await records.touch(session);
      expect(await records.find(session)).toEqual({ ...session, rev: 1 });
    },
  ],
  [
    'makes due what waits for a later attempt, and nothing else',
    async (records) => {
      const tried = { ...record('waiting').delivery, attempts: 5, firstAttemptAt: at(-300) };
      const waiting = record('waiting', { outboxDueAt: at(60), delivery: tried });
      const others = [record('due', { outboxDueAt: at(5) }), record('done')];
      await stand(records, [waiting, ...others]);
      await records.makeDeliveriesDue(at(10));
      const delivery = { ...waiting.delivery, attempts: 0, nextAttemptAt: at(10) };
      const after = { ...waiting, delivery, outboxDueAt: at(10), rev: 1 };
      expect(await records.find(waiting)).toEqual(after);
      for (const other of others) expect(await records.find(other)).toEqual(other);
    },
  ],
  [
    'makes due what waits and may have met an outage, with its attempts anew, once in a while',
    async (records) => {
      const waits = (id: string, seconds: number, lastError: string | null) => {
        const delivery = { ...record(id).delivery, attempts: 5, lastError };
        return record(id, { outboxDueAt: at(seconds), delivery });
      };
      const errors = ['ECONNRESET', 'status 429', 'status 503', 'status 200', 'status 408', null];
      const long = errors.map((error, index) => waits(`long-${index}`, 71, error));
      const said = [401, 403, 404].map((status) => waits(`${status}`, 600, `status ${status}`));
      const freed = waits('freed', 71, 'status 500');
      const lately = { ...freed, delivery: { ...freed.delivery, freedAt: at(6) } };
      const others = [...said, lately, waits('short', 70, 'ECONNRESET'), record('done')];
      const query = { beyond: at(70), notFreedSince: at(5) };
      await stand(records, others);
      expect(await records.findLongestWait(query)).toBeNull();
      await stand(records, long);
      for (let time = 0; time < 2; time += 1) await records.makeWaitsDue(at(10), query);
      for (const each of long) {
        const delivery = { ...each.delivery, attempts: 0, nextAttemptAt: at(10), freedAt: at(10) };
        const after = { ...each, delivery, outboxDueAt: at(10), rev: 1 };
        expect(await records.find(each)).toEqual(after);
      }
      for (const other of others) expect(await records.find(other)).toEqual(other);
    },
  ],
  [
    'makes due the one that would wait longest, if it still waits',
    async (records) => {
      const waits = (id: string, seconds: number) => {
        const delivery = { ...record(id).delivery, attempts: 5, lastError: 'status 503' };
        return record(id, { outboxDueAt: at(seconds), delivery });
      };
      await stand(records, [waits('short', 80), waits('longest', 300), waits('long', 90)]);
      const query = { beyond: at(70), notFreedSince: at(5) };
      const longest = await records.findLongestWait(query);
      expect(longest).toEqual({ id: 'longest', accountId: waits('longest', 0).accountId });
      for (let time = 0; time < 2; time += 1) {
        if (longest) await records.makeWaitDue(longest, at(10 + time), query);
      }
      expect(await records.find(waits('longest', 0))).toMatchObject({
        outboxDueAt: at(10),
        rev: 1,
        delivery: { attempts: 0, nextAttemptAt: at(10) },
      });
      expect(await records.findLongestWait(query)).toMatchObject({ id: 'long' });
    },
  ],
];
