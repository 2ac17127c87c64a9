import { describe, expect, it } from '@jest/globals';
import { aSession, at, START } from '../../../../test/support/session.factory.js';
import { AvatarError } from '../errors.js';
import type { Caps } from './domain/caps.js';
import type { Session, StopWish } from './domain/session.js';
import { StartClaims } from './start-claims.js';

const caps: Caps = { perDay: 900, perMonth: null, timeZone: 'UTC', slots: 5, warnAtPercent: 80 };
const config = { ...aSession().config, caps };
const USED_UP = new AvatarError('minutes_used_up');
const AWAY = new Error('away');

/** Who wants to start a session, and what has happened in which order. */
async function take(more: Partial<Session>, error: Error | null) {
  const happened: string[] = [];
  const wishes: StopWish[] = [];
  const minutes = {
    refuseUsedUp: async () => {
      await Promise.resolve();
      happened.push('looked');
      if (error) throw error;
    },
  };
  const stops = {
    stop: async (_session: Session, wish: StopWish) => {
      await Promise.resolve();
      happened.push('stopped');
      wishes.push(wish);
    },
  };
  const sessions = {
    change: () => {
      happened.push('taken');
      return Promise.resolve(null);
    },
  };
  const parts = [sessions, {}, { now: () => START }, minutes, stops];
  const claims = new StartClaims(
    ...(parts as unknown as ConstructorParameters<typeof StartClaims>),
  );
  const refusal = await claims.take(aSession({ state: 'created', ...more }), 'grant-1').then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return { happened, wishes, refusal };
}

describe('a start', () => {
  it.each<[string, Partial<Session>, Error | null, string[], Error | null]>([
    ['looks first what is left of the minutes', { config }, null, ['looked', 'taken'], null],
    ['is refused where they are used up', { config }, USED_UP, ['looked', 'stopped'], USED_UP],
    ['gives nothing up where nobody can look', { config }, AWAY, ['looked'], AWAY],
    ['needs no look where they are not limited', {}, USED_UP, ['taken'], null],
    [
      'of one that was started before needs none',
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
    const { wishes } = await take({ config }, USED_UP);
    expect(wishes).toEqual([{ reason: 'minutes_used_up', by: 'gateway' }]);
  });
});
