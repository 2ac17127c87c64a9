import { describe, expect, it, jest } from '@jest/globals';
import type { AdminSessionsQueryDto, SessionGroup } from '#contracts';
import { AppError } from '#platform';
import { aSession, at, someBudgets } from '../../../../test/support/session.factory.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import type { AvatarConfig } from '../config/avatar-config.js';
import { AvatarError } from '../errors.js';
import { isLive, SESSION_STATES, type SessionState } from '../sessions/domain/session-states.js';
import type { Session, SessionPatch } from '../sessions/domain/session.js';
import type { ListPage, SessionStore } from '../sessions/store/session-store.service.js';
import type { StopService } from '../sessions/stop.service.js';
import type { UpkeepWorker } from '../upkeep/upkeep.worker.js';
import { AdminSessionsService } from './admin-sessions.service.js';

const { delivery } = aSession();

/** The operator's service with these sessions, of which the list has as many as it is asked for. */
function someSessions(...sessions: Session[]) {
  const listByState = jest.fn(async (_states: readonly SessionState[], page: ListPage) =>
    sessions.slice(0, page.limit),
  );
  const change = async (
    { id }: Session,
    decide: (session: Session) => SessionPatch | null,
  ): Promise<Session | null> => {
    const current = sessions.find((session) => session.id === id);
    const patch = current ? decide(current) : null;
    return current && patch ? { ...current, ...patch } : null;
  };
  const findById = async (id: string) => sessions.find((session) => session.id === id) ?? null;
  const wake = jest.fn();
  const stop = jest.fn();
  const service = new AdminSessionsService(
    { listByState, change, findById } as unknown as SessionStore,
    { stop } as unknown as StopService,
    { wake } as unknown as UpkeepWorker,
    { now: () => at(100) } as unknown as DatabaseClock,
    { budgets: someBudgets() } as unknown as AvatarConfig,
  );
  return { service, listByState, wake, stop };
}

const several = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    aSession({ id: `session-${index}`, createdAt: at(index) }),
  );

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) =>
      error instanceof AvatarError || error instanceof AppError ? error.code : error,
  );
}

describe('a list of sessions', () => {
  it.each<[SessionGroup | undefined, SessionState[]]>([
    [undefined, SESSION_STATES.filter(isLive)],
    ['live', SESSION_STATES.filter(isLive)],
    ['waiting', ['stopped', 'final']],
    ['parked', ['parked']],
  ])('of the group %s is of the states %j', async (group, states) => {
    const { service, listByState } = someSessions();
    await service.list(group ? { group } : {});
    expect(listByState.mock.calls[0]?.[0]).toEqual(states);
  });

  it.each([
    [0, 0, false],
    [2, 2, false],
    [3, 3, false],
    [4, 3, true],
  ])(
    'of %i shows %i where three are asked for, and whether there are more: %j',
    async (count, shown, isMore) => {
      const { items, nextCursor } = await someSessions(...several(count)).service.list({
        limit: '3',
      });
      expect([items.length, nextCursor !== null]).toEqual([shown, isMore]);
    },
  );

  it('passes over what is being erased and waits for nobody, and goes on behind it', async () => {
    const erased = { erasedAt: at(50) };
    const sessions = several(4).map((session) => ({ ...session, state: 'parked' as const }));
    const [first, second, third, fourth] = sessions.map((session, index) =>
      index === 0 || index === 2 ? { ...session, ...erased } : session,
    );
    if (!first || !second || !third || !fourth) throw new Error('there are four');
    const { service, listByState } = someSessions(first, second, third, fourth);
    const { items, nextCursor } = await service.list({ group: 'parked', limit: '3' });
    expect(items.map(({ id }) => id)).toEqual(['session-1']);
    await service.list({ group: 'parked', limit: '3', cursor: String(nextCursor) });
    expect(listByState.mock.calls[1]?.[1].after).toEqual({ createdAt: at(2), id: 'session-2' });
  });

  it('shows what was parked by an earlier release, whose records say nothing of an erasure', async () => {
    const { erasedAt: _none, ...older } = aSession({ state: 'parked' });
    const { items } = await someSessions(older).service.list({ group: 'parked' });
    expect(items).toHaveLength(1);
  });

  it('shows what runs, also while it is being erased', async () => {
    const running = aSession({ state: 'active', erasedAt: at(50) });
    expect((await someSessions(running).service.list({})).items).toHaveLength(1);
  });

  it('goes on behind the last that it has shown', async () => {
    const { service, listByState } = someSessions(...several(4));
    const { nextCursor } = await service.list({ limit: '3' });
    await service.list({ limit: '3', cursor: String(nextCursor) });
    const page = { limit: 4, after: { createdAt: at(2), id: 'session-2' }, accountId: undefined };
    expect(listByState.mock.calls[1]?.[1]).toEqual(page);
  });

  it.each<[string, AdminSessionsQueryDto]>([
    ['of another group', { group: 'waiting' }],
    ['of an account', { accountId: 'acc-1' }],
    ['of an account that is called as all are', { accountId: 'of' }],
  ])('does not go on with the cursor of another one: %s', async (_what, other) => {
    const { service } = someSessions(...several(4));
    const { nextCursor } = await service.list({ limit: '3' });
    const cursor = String(nextCursor);
    expect(await codeOf(service.list({ ...other, cursor }))).toBe('invalid_input');
  });
});

describe('an order for one session', () => {
  const parked = aSession({ id: 'parked', state: 'parked', delivery: { ...delivery, version: 1 } });
  const had = { ...delivery, version: 2, deliveredVersion: 2, deliveredAt: at(60) };
  const delivered = aSession({
    id: 'delivered',
    state: 'delivered',
    endedAt: at(50),
    delivery: had,
  });
  const gone = { ...delivered, id: 'gone', purgedAt: at(90) };
  const erased = { ...delivered, id: 'erased', erasedAt: at(90) };
  const all = [aSession({ id: 'live', state: 'active' }), parked, delivered, gone, erased];

  it.each<['release' | 'redeliver', string, string | null]>([
    ['release', 'parked', null],
    ['release', 'live', 'not_parked'],
    ['release', 'delivered', 'not_parked'],
    ['release', 'nobodys', 'not_found'],
    ['redeliver', 'delivered', null],
    ['redeliver', 'parked', 'not_delivered'],
    ['redeliver', 'live', 'not_delivered'],
    ['redeliver', 'gone', 'turns_gone'],
    ['redeliver', 'erased', 'not_delivered'],
    ['redeliver', 'nobodys', 'not_found'],
  ])('%s of one that is %s: %j', async (order, id, code) => {
    const { service, wake } = someSessions(...all);
    expect(await codeOf(service[order](id))).toBe(code);
    expect(wake).toHaveBeenCalledTimes(code === null ? 1 : 0);
  });

  it('ends it by whoever has ordered it', async () => {
    const { service, stop } = someSessions(...all);
    await service.stop('live', 'anna');
    const wish = { reason: 'operator', by: 'operator', byName: 'anna' };
    expect(stop).toHaveBeenCalledWith(all[0], wish);
    expect(await codeOf(service.stop('nobodys', 'anna'))).toBe('not_found');
    expect(stop).toHaveBeenCalledTimes(1);
  });
});
