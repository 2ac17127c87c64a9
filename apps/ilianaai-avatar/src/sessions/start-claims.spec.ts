import { describe, expect, it } from '@jest/globals';
import { aSession, at, START } from '../../../../test/support/session.factory.js';
import { AvatarError } from '../errors.js';
import type { Caps } from './domain/caps.js';
import type { Session, SessionPatch } from './domain/session.js';
import type { Change } from './store/session-store.service.js';
import { StartClaims } from './start-claims.js';

const caps: Caps = { perDay: 900, perMonth: null, timeZone: 'UTC', slots: 5, warnAtPercent: 80 };
const config = { ...aSession().config, caps };
const USED_UP = new AvatarError('minutes_used_up');
const AWAY = new Error('away');

/** Who wants to start a session, and what has happened in which order. */
async function take(more: Partial<Session>, error: Error | null) {
  const happened: string[] = [];
  const patches: (SessionPatch | null)[] = [];
  const minutes = {
    refuseUsedUp: async ({ state }: Session) => {
      await Promise.resolve();
      happened.push(`looked while ${state}`);
      if (error) throw error;
    },
  };
  const sessions = {
    change: (session: Session, change: Change) => {
      happened.push('taken');
      const patch = change(session);
      return Promise.resolve(patch && { ...session, ...patch });
    },
    writeAndRelease: (session: Session, change: Change) => {
      happened.push('given up');
      patches.push(change(session));
      return Promise.resolve(session);
    },
  };
  const parts = [sessions, {}, { now: () => START }, minutes];
  const claims = new StartClaims(
    ...(parts as unknown as ConstructorParameters<typeof StartClaims>),
  );
  const refusal = await claims.take(aSession({ state: 'created', ...more }), 'grant-1').then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { happened, patches, refusal };
}

const LOOKED = ['taken', 'looked while starting'];

describe('a start', () => {
  it.each<[string, Partial<Session>, Error | null, string[], Error | null]>([
    ['looks what is left once others see that it starts', { config }, null, LOOKED, null],
    ['is given up where they are used up', { config }, USED_UP, [...LOOKED, 'given up'], USED_UP],
    ['gives nothing up where nobody can look', { config }, AWAY, LOOKED, AWAY],
    [
      'of one that was started before needs no look',
      { config, state: 'active', startedAt: at(-9) },
      USED_UP,
      ['taken'],
      null,
    ],
    [
      'that is made a second time needs none',
      { config, state: 'starting' },
      USED_UP,
      ['taken'],
      null,
    ],
  ])('%s', async (_what, session, error, happened, refusal) => {
    expect(await take(session, error)).toMatchObject({ happened, refusal });
  });

  it('that is refused gives the session up for that reason, which no caller has wanted', async () => {
    const { patches } = await take({ config }, USED_UP);
    expect(patches).toMatchObject([
      { state: 'failed', endReason: 'minutes_used_up', stop: { by: 'gateway' } },
    ]);
  });
});
