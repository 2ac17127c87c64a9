import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Telemetry } from '#platform';
import { anAvatarConfig } from '../../../../../test/support/avatar-config.factory.js';
import { observedWork } from '../../../../../test/support/observed-work.js';
import { aSession } from '../../../../../test/support/session.factory.js';
import type { DatabaseClock } from '../../clock/database-clock.js';
import type { Session, SessionPatch } from '../domain/session.js';
import type { SessionRepository } from './session.repository.js';
import { SessionStore } from './session-store.service.js';

/** When a record comes into another state. */
const NOW = new Date('2026-11-29T12:00:00Z');
const CLOCK = { now: () => NOW } as DatabaseClock;

let nowMs = 0;
beforeEach(() => {
  nowMs = 1_000;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => void jest.restoreAllMocks());

/** A store whose every question takes ten milliseconds. */
function aStore(): SessionStore {
  const record: Session = { ...aSession(), state: 'active' };
  const slowly = async (session: Session): Promise<Session> => {
    nowMs += 10;
    return session;
  };
  const repository = {
    find: () => slowly({ ...record }),
    findByVendorId: () => slowly({ ...record }),
    ownKeyOf: () => record,
    setIf: (read: Session, members: Partial<Session>) => slowly({ ...read, ...members }),
  };
  return new SessionStore(
    repository as unknown as SessionRepository,
    anAvatarConfig(),
    CLOCK,
    new Telemetry(),
  );
}

describe('the time of a record that the store gave out', () => {
  it.each<[string, (store: SessionStore) => Promise<Session | null>, number]>([
    ['found', (store) => store.find(aSession()), 1_000],
    ["found by the vendor's id", (store) => store.findByVendorId('v', 'a'), 1_000],
    ['changed', async (store) => store.readAndChange(aSession(), () => ({ leftAt: null })), 1_010],
    ['guessed', (store) => guessed(store), -Infinity],
    ['copied', async (store) => ({ ...(await store.find(aSession()))! }), -Infinity],
  ])('is when it was asked for: %s', async (_how, get, expected) => {
    const store = aStore();
    const session = await get(store);
    nowMs += 500;
    expect(session && store.readAtMs(session)).toBe(expected);
  });
});

describe('a record that was written here and is read again', () => {
  it.each<[string, Partial<Session>, Partial<Session> | null]>([
    ['as another replica left it', { rev: 9, state: 'active' }, { rev: 9 }],
    ['ended by another replica', { rev: 9, state: 'stopped' }, null],
  ])('begins the next change: %s', async (_how, stored, expected) => {
    const written: Session = { ...aSession(), state: 'active' };
    const find = jest.fn(async (): Promise<Session> => ({ ...written, ...stored }));
    const setIf = async (read: Session, members: Partial<Session>) => ({ ...read, ...members });
    const repository = { find, setIf } as unknown as SessionRepository;
    const store = new SessionStore(repository, anAvatarConfig(), CLOCK, new Telemetry());
    await store.change(written, () => ({ leftAt: null }));
    await store.find(written);
    const guess = await store.findToChange(written);
    expect(find).toHaveBeenCalledTimes(expected ? 1 : 2);
    expect(guess).toMatchObject(expected ?? stored);
  });
});

describe('the end of a session', () => {
  const ended = { kind: 'session-ended', vendor: 'liveavatar', reason: 'visitor_left' };

  /** What is told of one change. @param isLost somebody else has changed the record */
  async function told(before: Partial<Session>, after: SessionPatch, isLost = false) {
    const { telemetry, heard } = observedWork();
    const session: Session = { ...aSession(), ...before };
    const setIf = async (read: Session, members: Partial<Session>) =>
      isLost ? null : { ...read, ...members };
    const repository = { setIf, find: async () => null } as unknown as SessionRepository;
    const store = new SessionStore(repository, anAvatarConfig(), CLOCK, telemetry);
    await store.change(session, () => after);
    return heard;
  }

  it.each<[string, Partial<Session>, SessionPatch, boolean]>([
    ['stopped', { state: 'active' }, { state: 'stopped', endReason: 'visitor_left' }, true],
    ['failed', { state: 'created' }, { state: 'failed', endReason: 'visitor_left' }, true],
    ['about to stop', { state: 'active' }, { state: 'stopping' }, false],
    ['looked at', { state: 'active' }, { leftAt: null }, false],
    ['over for long', { state: 'stopped', endReason: 'visitor_left' }, { state: 'final' }, false],
  ])('is told of by whoever writes it, once: %s', async (_what, before, after, isTold) => {
    expect(await told(before, after)).toEqual(isTold ? [ended] : []);
  });

  it('is not told of by whoever was too late to write it', async () => {
    const after = { state: 'stopped', endReason: 'visitor_left' } as const;
    expect(await told({ state: 'active' }, after, true)).toEqual([]);
  });
});

/** As this replica wrote it last. */
async function guessed(store: SessionStore): Promise<Session | null> {
  await store.readAndChange(aSession(), () => ({ leftAt: null }));
  return store.findToChange(aSession());
}
