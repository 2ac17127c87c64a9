import type { AccountLimitsDto } from '#contracts';
import { describe, expect, it, jest } from '@jest/globals';
import { anAvatarConfig } from '../../../../../test/support/avatar-config.factory.js';
import { aSession, anAccount, at, START } from '../../../../../test/support/session.factory.js';
import { type Caps, capsOf } from '../../sessions/domain/caps.js';
import type { Session, SessionPatch } from '../../sessions/domain/session.js';
import { LOOK_MS } from './poll-pace.js';
import { PollStep } from './poll.step.js';

const config = anAvatarConfig();
const { leaseSeconds, vendorPollSeconds } = config.budgets;

const WELL: object = {
  inspect: () => Promise.resolve({ state: 'live' }),
  read: () => Promise.resolve({ isLive: true, cursor: null }),
};

/** What a look changes of a session that was claimed so many seconds ago. */
async function lookedAt(
  reader = WELL,
  claimedSecondsAgo = 0,
  more: Partial<Session> = {},
  found: object | null = { found: anAccount() },
) {
  const held = aSession({ state: 'active', ...more });
  const until = at(leaseSeconds - claimedSecondsAgo);
  let settled: SessionPatch | null = null;
  const sessions = {
    writeAndRelease: (session: Session, change: (session: Session) => SessionPatch | null) => {
      settled = change(session);
      return Promise.resolve(session);
    },
  };
  const accounts = { lookUp: () => Promise.resolve(found) };
  const clock = { now: () => START };
  const step = new PollStep(
    ...([sessions, reader, accounts, clock, config] as unknown as ConstructorParameters<
      typeof PollStep
    >),
  );
  await step.run({ ...held, lease: { ...held.lease, until } });
  return settled as unknown as SessionPatch & { nextPollAt: Date };
}

/** How long until the next look. */
async function pauseSeconds(claimedSecondsAgo: number): Promise<number> {
  const { nextPollAt } = await lookedAt(WELL, claimedSecondsAgo);
  return (nextPollAt.getTime() - START.getTime()) / 1000;
}

describe('the next look at a running session', () => {
  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [4, 4],
    [9, 4],
  ])(
    'whose lease was asked for %i s before comes after %i × the usual pause',
    async (ago, times) => {
      expect(await pauseSeconds(ago)).toBe(vendorPollSeconds * times);
    },
  );
});

describe('a look at a running session', () => {
  it('takes a bounded time: what was said is read in what the first question has left', async () => {
    jest.useFakeTimers();
    const givenMs: (number | undefined)[] = [];
    const reader = {
      inspect: (_session: Session, withinMs?: number) => {
        givenMs.push(withinMs);
        jest.advanceTimersByTime(2_000);
        return Promise.resolve({ state: 'live' });
      },
      read: (_session: Session, _from: number | null, withinMs?: number) => {
        givenMs.push(withinMs);
        return Promise.reject(new Error('vendor away'));
      },
    };
    await lookedAt(reader);
    jest.useRealTimers();
    expect(givenMs).toEqual([LOOK_MS, LOOK_MS - 2_000]);
  });
});

/** That somebody else wants it to end. */
const WISH = { reason: 'operator', by: 'customer', at: at(-1), attempts: 0 } as const;

describe('an account whose minutes are limited otherwise while its session runs', () => {
  const { limits } = anAccount();
  const { config } = aSession();
  const some = capsOf({ ...limits, maxSecondsPerDay: 600 }) as Caps;
  const more = { ...some, perDay: 900 };
  it.each<[string, Caps | null, Partial<AccountLimitsDto>, Partial<Session>, SessionPatch]>([
    ['is the same as before', some, { maxSecondsPerDay: 600 }, {}, {}],
    ['limits nothing, as before', null, {}, {}, {}],
    [
      'is counted at once',
      some,
      { maxSecondsPerDay: 900 },
      {},
      { config: { ...config, caps: more }, nextCountAt: START },
    ],
    [
      'is counted from now on',
      null,
      { maxSecondsPerDay: 900 },
      {},
      { config: { ...config, caps: more }, nextCountAt: START },
    ],
    ['is counted no more', some, {}, {}, { config, nextCountAt: null, minutesEndAt: null }],
    ['is not asked for one that is to end', some, {}, { stop: WISH }, {}],
  ])('%s', async (_what, before, after, session, patch) => {
    const account = anAccount({ limits: { ...limits, ...after } });
    const held = { config: before ? { ...config, caps: before } : config, ...session };
    const changed = await lookedAt(WELL, 0, held, { found: account });
    const looked = { nextPollAt: changed.nextPollAt, transcript: changed.transcript };
    expect(changed).toEqual({ ...looked, ...patch });
  });
});

describe('a session whose account', () => {
  it.each<[string, object | null, Partial<Session>, SessionPatch['stop']]>([
    [
      'is suspended is to end',
      { refused: 'suspended' },
      {},
      { reason: 'account_suspended', by: 'gateway', at: START, attempts: 0 },
    ],
    [
      'is suspended ends as somebody wants already',
      { refused: 'suspended' },
      { stop: WISH },
      undefined,
    ],
    ['is not known while Petya is away goes on', null, {}, undefined],
  ])('%s', async (_what, found, session, stop) => {
    expect((await lookedAt(WELL, 0, session, found)).stop).toEqual(stop);
  });
});
