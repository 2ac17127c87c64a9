import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';
import {
  type DueQuery,
  SessionRepository,
} from '../../apps/ilianaai-avatar/src/sessions/store/session.repository.js';
import {
  SESSION_MODEL,
  sessionSchema,
  type SessionDocument,
} from '../../apps/ilianaai-avatar/src/sessions/store/session.schema.js';
import type { Session } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { isAble } from '../support/known-gaps.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';

const now = new Date('2026-01-01T12:00:00Z');
const before = new Date(now.getTime() - 1000);
const after = new Date(now.getTime() + 1000);

function record(id: string, members: Partial<Session>): Session {
  const lease = { owner: null, lane: 'life', epoch: 0, until: new Date(0) };
  const nothing = { accountId: 'one', state: 'active', rev: 0, slot: null, lease };
  const due = { dueAt: null, outboxDueAt: null, vendorSessionId: `vendor-${id}` };
  return { id, ...nothing, ...due, ...members } as unknown as Session;
}

describe('claims of due sessions', () => {
  let database: TestDatabase;
  let connection: Connection;
  let sessions: SessionRepository;
  const query = { lane: 'life', now, limit: 4, notAccounts: [] } as const;
  const hold = { lane: 'life', owner: 'me', until: after } as const;

  /** The first due session that nobody else is faster at. */
  async function claimNext(more: Partial<DueQuery> = {}): Promise<Session | null> {
    for (const due of await sessions.listDue({ ...query, ...more })) {
      const claimed = await sessions.claim(due, hold);
      if (claimed) return claimed;
    }
    return null;
  }

  beforeAll(async () => {
    database = freshDatabase();
    connection = await mongoose.createConnection(database.uri).asPromise();
    const model = connection.model<SessionDocument>(SESSION_MODEL, sessionSchema);
    await model.createIndexes();
    sessions = new SessionRepository(model);
  });

  beforeEach(() => connection.collection('sessions').deleteMany({}));

  afterAll(async () => {
    await connection.close();
    await database.drop();
  });

  it('gives each due session to one of many who ask at once, the earliest first', async () => {
    for (let index = 0; index < 5; index += 1) {
      const dueAt = new Date(before.getTime() - index * 1000);
      await sessions.insert(record(`s${index}`, { dueAt }));
    }
    expect((await claimNext())?.id).toBe('s4');
    const claims = await Promise.all(Array.from({ length: 12 }, () => claimNext()));
    const ids = claims.flatMap((session) => session?.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    while (ids.length < 4) ids.push((await claimNext())?.id ?? 'none');
    expect(ids.toSorted()).toEqual(['s0', 's1', 's2', 's3']);
    expect(await claimNext()).toBeNull();
  });

  it('tells the record as it stands after the claim', async () => {
    await sessions.insert(record('s', { dueAt: before }));
    const claimed = await claimNext();
    expect(claimed).toEqual(await sessions.findById('s'));
    expect(claimed?.lease).toEqual({ owner: 'me', lane: 'life', epoch: 1, until: after });
  });

  it('passes over what is not due, leased, or of an account that has its share', async () => {
    const leased = { owner: 'other', lane: 'life', epoch: 3, until: after } as const;
    await sessions.insert(record('later', { dueAt: after }));
    await sessions.insert(record('leased', { dueAt: before, lease: leased }));
    await sessions.insert(record('full', { dueAt: before, accountId: 'full' }));
    expect(await claimNext({ notAccounts: ['full'] })).toBeNull();
  });

  it('takes a lease away from a delivery, since a session costs money', async () => {
    const delivering = { owner: 'other', lane: 'outbox', epoch: 3, until: after } as const;
    await sessions.insert(record('s', { dueAt: before, lease: delivering }));
    expect((await claimNext())?.lease.epoch).toBe(4);
  });

  it.each([
    ['end', 'life', true],
    ['end', 'outbox', true],
    ['end', 'end', false],
    ['life', 'end', false],
    ['life', 'life', false],
    ['outbox', 'life', false],
    ['outbox', 'end', false],
  ] as const)('for %s: takes a lease away from %s: %p', async (lane, holder, isGiven) => {
    const held = { owner: 'other', lane: holder, epoch: 3, until: after } as const;
    const due = lane === 'life' ? { dueAt: before } : { dueAt: before, endDueAt: before };
    await sessions.insert(record('s', { ...due, outboxDueAt: before, lease: held }));
    expect((await claimNext({ lane }))?.lease.epoch ?? null).toBe(isGiven ? 4 : null);
  });

  it('finds what ends a session by its own time, and whatever is due in the places for its life', async () => {
    await sessions.insert(record('ends', { dueAt: before, endDueAt: before }));
    await sessions.insert(record('ends-later', { dueAt: before, endDueAt: after }));
    await sessions.insert(record('ends-never', { dueAt: before, endDueAt: null }));
    await sessions.insert(record('of-before', { dueAt: before }));
    const ids = async (lane: 'end' | 'life') =>
      (await sessions.listDue({ ...query, lane })).map(({ id }) => id).toSorted();
    expect(await ids('end')).toEqual(['ends']);
    expect(await ids('life')).toEqual(['ends', 'ends-later', 'ends-never', 'of-before']);
  });

  it('lists what is free before what a delivery holds, and no more than is asked for', async () => {
    const delivering = { owner: 'other', lane: 'outbox', epoch: 3, until: after } as const;
    await sessions.insert(record('held', { dueAt: new Date(1), lease: delivering }));
    await sessions.insert(record('free', { dueAt: before }));
    const ids = async (limit: number) =>
      (await sessions.listDue({ ...query, limit })).map(({ id }) => id);
    expect(await ids(4)).toEqual(['free', 'held']);
    expect(await ids(1)).toEqual(['free']);
  });

  it('changes nothing under an epoch or a revision that has passed', async () => {
    await sessions.insert(record('s', { dueAt: before }));
    const first = await claimNext();
    const second = await claimNext({ now: new Date(after.getTime() + 1) });
    if (!first || !second) throw new Error('Both claims should have been given.');
    const change = { state: 'stopped', dueAt: null, outboxDueAt: null } as const;
    expect(await sessions.setIf(first, change, first.lease.epoch)).toBeNull();
    expect(await sessions.setIf(second, change, first.lease.epoch)).toBeNull();
    expect((await sessions.setIf(second, change, second.lease.epoch))?.state).toBe('stopped');
    expect((await sessions.findById('s'))?.rev).toBe(3);
  });

  it('looks for what is due in an index', async () => {
    if (!isAble('explains')) return;
    const ever = { $gt: new Date(0), $lte: now };
    for (const member of ['dueAt', 'endDueAt', 'outboxDueAt']) {
      const filter = { [member]: ever };
      const cursor = connection
        .collection('sessions')
        .find(filter)
        .sort({ [member]: 1 });
      expect(JSON.stringify(await cursor.explain())).toContain('IXSCAN');
    }
  });

  it.each([
    ['active', 0, null, false],
    ['stopping', 0, null, false],
    ['stopped', 1, null, true],
    ['final', 1, now, true],
    ['delivered', 1, now, true],
    ['parked', 1, now, true],
  ] as const)(
    'a turn that is counted in a session that is %s changes its revision by %i',
    async (state, revisions, dueAt, isClosing) => {
      const transcript = { nextReadAt: null } as Session['transcript'];
      const key = { id: 's', accountId: 'one' };
      await sessions.insert(record('s', { state, transcript, turns: 1, textBytes: 2 }));
      expect(await sessions.isAnyClosing([key])).toBe(isClosing);
      await sessions.countTurns([{ session: key, turns: 2, textBytes: 30 }], now);
      expect(await sessions.findById('s')).toMatchObject({
        rev: revisions,
        turns: 3,
        textBytes: 32,
        dueAt,
        transcript: { nextReadAt: dueAt },
      });
    },
  );
});
