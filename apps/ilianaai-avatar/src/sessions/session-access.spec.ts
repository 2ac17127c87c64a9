import { describe, expect, it } from '@jest/globals';
import type { VisitorProof } from '#contracts';
import { anAccount, aSession, at } from '../../../../test/support/session.factory.js';
import type { VisitorAccess } from '../accounts/visitor-access.service.js';
import type { Caller, Customer, SessionHolder } from '../auth/caller.js';
import { AvatarError } from '../errors.js';
import type { DatabaseClock } from '../clock/database-clock.js';
import { SessionAccess } from './session-access.js';
import type { Change, SessionStore } from './store/session-store.service.js';
import type { Session, SessionKey } from './domain/session.js';

const customer = (accountId = 'acc-1', more: Partial<Customer> = {}): Customer => ({
  kind: 'customer',
  account: anAccount({ accountId }),
  origin: null,
  opener: null,
  visitorToken: null,
  earlier: null,
  ...more,
});

const server = (accountId = 'acc-1', visitorProof: VisitorProof = 'optional') =>
  customer(accountId, { account: anAccount({ accountId, keyKind: 'secret', visitorProof }) });

/** Of an account that wants proof of every visitor. */
const strict = (more: Partial<Customer> = {}) =>
  customer('acc-1', { account: anAccount({ visitorProof: 'required' }), ...more });

const opening = { id: 'opening', visitorId: null, byServer: false };

const visitor = (accountId = 'acc-1', sessionId = 'session-1'): Caller => ({
  kind: 'session',
  claims: {
    sessionId,
    vendorSessionId: 'vendor-1',
    accountId,
    origin: null,
    grant: 'grant-1',
    expiresAt: at(999),
  },
  origin: null,
});

/** Access to one session at second 60; it remembers how the session was changed. */
function accessTo(session: Session, guessed: Session = session) {
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
    findToChange: async (key: SessionKey) => (await find(key)) && guessed,
    findByVendorIdToChange: findByVendorId,
    change: (current: Session, change: Change) => {
      const patch = change(current);
      if (patch) changes.push(patch);
      return Promise.resolve(patch && { ...current, ...patch });
    },
  };
  const clock = { now: () => at(60) } as DatabaseClock;
  // A visitor token is the visitor's name here.
  const visitors = {
    judge: (_account: unknown, { visitorToken }: { visitorToken: string | null }) =>
      Promise.resolve({ visitorId: visitorToken, conversation: 'none' }),
  } as unknown as VisitorAccess;
  const access = new SessionAccess(sessions as unknown as SessionStore, clock, visitors);
  return { changes, access };
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
    expect(await outcome(access.get(caller, id, 'unproved'))).toBe(expected);
    expect(await outcome(access.getAndTouch(caller, id, 'unproved'))).toBe(expected);
    expect(await outcome(access.getToChange(caller, id, 'unproved'))).toBe(expected);
  });

  const token = (id: string, visitorId: string | null = null) =>
    customer('acc-1', { token: { id, visitorId, byServer: false } });

  it.each([
    ['the key of the page', customer(), 'session-1', 'session_token_needed'],
    ['another account’s key', customer('acc-2'), 'not_found', 'not_found'],
    ['a secret key', server(), 'session-1', 'session-1'],
    ['another account’s secret key', server('acc-2'), 'not_found', 'not_found'],
    ['its own token', visitor(), 'session-1', 'session-1'],
    ['the key and its visitor’s proof', proof('ada'), 'session-1', 'session-1'],
    ['the key and another visitor’s proof', proof('bob'), 'session-1', 'session_token_needed'],
    ['the account token that opened it', token('opening'), 'session-1', 'session-1'],
    ['another account token', token('other'), 'session-1', 'session_token_needed'],
    ['one of its visitor', token('other', 'ada'), 'session-1', 'session-1'],
    ['one of another visitor', token('other', 'bob'), 'session-1', 'session_token_needed'],
  ] as const)('opened without proof and with it, by %s', async (_what, caller, plain, proved) => {
    const more = { state: 'active', visitorId: 'ada', idempotencyKey: 'streaming token opening' };
    const one = aSession({ ...more, state: 'active' });
    const other = aSession({ ...more, state: 'active', proved: true });
    const found = [one, other].map((each) =>
      accessTo(each).access.get(caller, 'vendor-1', 'unproved'),
    );
    expect([await outcome(found[0]!), await outcome(found[1]!)]).toEqual([plain, proved]);
  });

  it.each([
    ['the key of the page', strict(), 'session_token_needed'],
    ['the key and its visitor’s proof', strict({ visitorToken: 'ada' }), 'session-1'],
    [
      'the key and another visitor’s proof',
      strict({ visitorToken: 'bob' }),
      'session_token_needed',
    ],
    ['the account token that opened it', strict({ token: opening }), 'session-1'],
    ['a secret key', server('acc-1', 'required'), 'session-1'],
    ['its own token', visitor(), 'session-1'],
  ] as const)(
    'without proof in an account that wants it, by %s',
    async (_what, caller, expected) => {
      const idempotencyKey = 'streaming token opening';
      const { access } = accessTo(aSession({ state: 'active', visitorId: 'ada', idempotencyKey }));
      expect(await outcome(access.get(caller, 'vendor-1', 'unproved'))).toBe(expected);
      expect(await outcome(access.getToChange(caller, 'vendor-1', 'unproved'))).toBe(expected);
    },
  );

  it.each([
    ['the key of the page', customer(), 'session_token_needed'],
    ['the key and its visitor’s proof', proof('ada'), 'session_token_needed'],
    ['another account’s key', customer('acc-2'), 'session_token_needed'],
    ['a secret key', server(), 'session-1'],
    ['its own token', visitor(), 'session-1'],
  ] as const)(
    'is shown and kept by %s only where that says so',
    async (_what, caller, expected) => {
      const { access } = accessTo(aSession({ state: 'active', visitorId: 'ada' }));
      expect(await outcome(access.getAndTouch(caller, 'vendor-1'))).toBe(expected);
      expect(await outcome(access.getToChange(caller, 'vendor-1'))).toBe(expected);
    },
  );

  it.each([
    ['it is not started', null, 'session-1', 'session-1'],
    ['the first has started it', 'grant-1', 'session-1', 'session_started_elsewhere'],
    ['the second has started it', 'grant-2', 'session_started_elsewhere', 'session-1'],
  ] as const)('of two tokens of it where %s', async (_when, startedBy, first, second) => {
    const { access } = accessTo(aSession({ state: 'active', startedBy }));
    for (const [grant, expected] of [
      ['grant-1', first],
      ['grant-2', second],
    ] as const) {
      const caller = holder(grant);
      expect(await outcome(access.get(caller, undefined))).toBe(expected);
      expect(await outcome(access.getToChange(caller, undefined))).toBe(expected);
      expect(await outcome(access.getAndTouch(caller, undefined))).toBe(expected);
    }
  });

  it('of a second token is looked at anew where it was only guessed', async () => {
    const started = aSession({ state: 'active', startedBy: 'grant-1' });
    const { access } = accessTo(started, { ...started, state: 'created', startedBy: null });
    expect(await outcome(access.getToChange(holder('grant-2'), undefined))).toBe(
      'session_started_elsewhere',
    );
    expect(await outcome(access.getToChange(holder('grant-1'), undefined))).toBe('session-1');
  });

  function holder(grant: string): Caller {
    const { claims } = visitor() as SessionHolder;
    return { kind: 'session', claims: { ...claims, grant }, origin: null };
  }

  function proof(visitorId: string) {
    return customer('acc-1', { visitorToken: visitorId });
  }
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
    ['the owner looks, not the visitor', { state: 'active', ...left }, server()],
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
