import { describe, expect, it } from '@jest/globals';
import { aSession, at, START } from '../../../../../test/support/session.factory.js';
import type { Caps } from '../../sessions/domain/caps.js';
import type { Session, SessionPatch } from '../../sessions/domain/session.js';
import { CountStep } from './count.step.js';

const caps: Caps = { perDay: 900, perMonth: null, timeZone: 'UTC', slots: 5, warnAtPercent: 80 };
const USED_UP = { reason: 'minutes_used_up', by: 'gateway', at: START, attempts: 0 } as const;
const OTHER = { reason: 'visitor_ended', by: 'visitor', at: at(-1), attempts: 0 } as const;

function counted(more: Partial<Session> = {}): Session {
  const { config } = aSession();
  const given = { nextCountAt: START, minutesEndAt: at(7), config: { ...config, caps } };
  return aSession({ state: 'active', startedAt: at(-90), ...given, ...more });
}

/**
 * What a look does to a session that stands as `found` by then: what it writes when it goes on, with
 * what it begins to end, and what it has asked for.
 */
async function look(seconds: number, running: number, held: Session, found = held) {
  const asked: unknown[] = [];
  let released: SessionPatch | null | undefined;
  let ended: Session | undefined;
  const sessions = {
    writeAndRelease: (session: Session, change: (session: Session) => SessionPatch | null) => {
      released = change(found);
      return Promise.resolve(session);
    },
    writeHeld: (_session: Session, change: (session: Session) => SessionPatch | null) => {
      const patch = change(found);
      return Promise.resolve(patch && { ...found, ...patch });
    },
  };
  const minutes = {
    lookFor: ({ accountId }: Session, startedAt: Date, of: Caps) => {
      asked.push([accountId, startedAt, of]);
      const left = { seconds, period: 'day', endsAt: at(3_600) };
      return Promise.resolve({ left, running });
    },
  };
  const stop = {
    run: (session: Session) => {
      ended = session;
      return Promise.resolve(session);
    },
  };
  const parts = [sessions, minutes, stop, { now: () => START }];
  await new CountStep(...(parts as unknown as ConstructorParameters<typeof CountStep>)).run(held);
  return { asked, released, ended };
}

describe('a look at the minutes of a running session', () => {
  it.each([
    // It comes by the slots, and what is told goes by those that run.
    [20, 1, 3, 19],
    [20, 4, 3, 4],
    [20, 10, 1, 1],
    [100, 2, 19, 49],
    [1, 1, 0.5, 0],
    [100_000, 1, 60, 99_999],
    // The look has missed the session itself.
    [20, 0, 3, 19],
  ])(
    'with %d s left for %i looks again in %d s, and tells %d s',
    async (left, running, next, end) => {
      const found = await look(left, running, counted());
      expect(found).toEqual({
        asked: [['acc-1', at(-90), caps]],
        released: { nextCountAt: at(next), minutesEndAt: at(end) },
        ended: undefined,
      });
    },
  );

  it.each([
    [0, 1],
    [-3, 1],
    // Asking takes a second, in which each of them runs on.
    [0.9, 1],
    [2.9, 3],
  ])('ends it where %d s are left for %i', async (left, running) => {
    const { released, ended } = await look(left, running, counted());
    expect(released).toBeUndefined();
    expect(ended?.stop).toEqual(USED_UP);
  });

  it.each<[string, Partial<Session>, Session['stop']]>([
    ['leaves the wish of somebody who was first', { stop: OTHER }, null],
    ['wishes nothing of one that is being ended', { state: 'stopping' }, null],
    ['goes on from the record as it is', { turns: 3 }, USED_UP],
  ])('with nothing left %s', async (_what, more, stop) => {
    const held = counted();
    const { ended } = await look(0, 1, held, { ...held, ...more });
    // What it holds is old where it wrote nothing; whoever ends it reads it anew.
    expect(ended).toEqual(stop ? { ...held, ...more, stop } : held);
  });

  it('changes nothing of one that is over by then', async () => {
    const held = counted();
    expect((await look(20, 1, held, { ...held, state: 'stopping' })).released).toBeNull();
  });

  it.each<[string, Partial<Session>]>([
    ['whose account has no limit any more', { config: aSession().config }],
    ['that was never started', { startedAt: null }],
  ])('comes no more for one %s', async (_what, more) => {
    expect(await look(0, 1, counted(more))).toEqual({
      asked: [],
      released: { nextCountAt: null, minutesEndAt: null },
      ended: undefined,
    });
  });
});
