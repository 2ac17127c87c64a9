import { describe, expect, it } from '@jest/globals';
import { anAccount, aSession, at } from '../../../../test/support/session.factory.js';
import type { Caller } from '../auth/caller.js';
import { AvatarError } from '../errors.js';
import type { DatabaseClock } from '../session-record/database-clock.js';
import { SessionAccess } from './session-access.js';
import type { Change, SessionStore } from '../session-record/session-store.service.js';
import type { Session, SessionKey } from '../session-record/session.js';

const customer = (accountId = 'acc-1'): Caller => ({
  kind: 'customer',
  account: anAccount({ accountId }),
  origin: null,
});

const visitor = (accountId = 'acc-1', sessionId = 'session-1'): Caller => ({
  kind: 'session',
  claims: { sessionId, vendorSessionId: 'vendor-1', accountId, origin: null, expiresAt: at(999) },
  origin: null,
});

/** Access to one session at second 60; it remembers how the session was changed. */
function accessTo(session: Session) {
  const changes: unknown[] = [];
  const find = ({ id, accountId }: SessionKey) =>
    Promise.resolve(id === session.id && accountId === session.accountId ? session : null);
  const findByVendorId = (id: string, accountId: string) =>
    Promise.resolve(
      id === session.vendorSessionId && accountId === session.accountId ? session : null,
    );
  const sessions = {
    find,
    findByVendorId,
    guess: find,
    guessByVendorId: findByVendorId,
    change: (current: Session, change: Change) => {
      const patch = change(current);
      if (patch) changes.push(patch);
      return Promise.resolve(patch && { ...current, ...patch });
    },
  };
  const clock = { now: () => at(60) } as DatabaseClock;
  return { changes, access: new SessionAccess(sessions as unknown as SessionStore, clock) };
}

async function outcome(call: Promise<Session>): Promise<string> {
  try {
    return (await call).id;
  } catch (error) {
    return error instanceof AvatarError ? error.code : String(error);
  }
}

describe('the session of a request', () => {
  it.each([
    ['a key and its id', customer(), 'vendor-1', 'session-1'],
    ['a key and no id', customer(), undefined, 'invalid_input'],
    ['a key and an id that nobody has', customer(), 'vendor-2', 'not_found'],
    ["another account's key", customer('acc-2'), 'vendor-1', 'not_found'],
    ['a token alone', visitor(), undefined, 'session-1'],
    ['a token and its id', visitor(), 'vendor-1', 'session-1'],
    ['a token and the id of another session', visitor(), 'vendor-2', 'token_invalid'],
    ['a token of a session that is gone', visitor('acc-1', 'session-2'), undefined, 'not_found'],
    ["a token that names another's session", visitor('acc-2'), undefined, 'not_found'],
  ] as const)('is found by %s', async (_what, caller, id, expected) => {
    const { access } = accessTo(aSession({ state: 'active' }));
    expect(await outcome(access.get(caller, id))).toBe(expected);
    expect(await outcome(access.getAndTouch(caller, id))).toBe(expected);
    expect(await outcome(access.getToChange(caller, id))).toBe(expected);
  });
});

describe('a visitor that comes back', () => {
  const left = { leftAt: at(50) };

  it.each(['starting', 'active'] as const)('has not left a session that is %s', async (state) => {
    const { access, changes } = accessTo(aSession({ state, ...left }));
    const session = await access.getAndTouch(visitor(), undefined);
    expect(session.leftAt).toBeNull();
    expect(changes).toEqual([{ leftAt: null, seenAt: at(60), heartbeat: null }]);
  });

  it('is there again after missed heartbeats', async () => {
    const heartbeat = { at: at(20), withinSeconds: 15 };
    const { access } = accessTo(aSession({ state: 'active', heartbeat }));
    const session = await access.getAndTouch(visitor(), undefined);
    expect(session.heartbeat).toEqual({ at: at(60), withinSeconds: 15 });
  });

  it.each([
    ['it has not left', { state: 'active' }, visitor()],
    ['the session is over', { state: 'stopping', ...left }, visitor()],
    ['the owner looks, not the visitor', { state: 'active', ...left }, customer()],
  ] as const)('changes nothing where %s', async (_what, more, caller) => {
    const { access, changes } = accessTo(aSession(more));
    expect(await outcome(access.getAndTouch(caller, 'vendor-1'))).toBe('session-1');
    expect(changes).toEqual([]);
  });

  it('is not there because its session is only looked up', async () => {
    const { access, changes } = accessTo(aSession({ state: 'active', ...left }));
    await access.get(visitor(), undefined);
    expect(changes).toEqual([]);
  });
});
