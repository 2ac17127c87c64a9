import { describe, expect, it } from '@jest/globals';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import { aSession, at, START } from '../../../../test/support/session.factory.js';
import type { Session, SessionPatch } from '../session-record/session.js';
import { PollStep } from './poll.step.js';

const config = anAvatarConfig();
const { leaseSeconds, vendorPollSeconds } = config.budgets;

/** How long until the next look at a session that was claimed so many seconds ago. */
async function pauseSeconds(claimedSecondsAgo: number): Promise<number> {
  const held = aSession({ state: 'active' });
  const until = at(leaseSeconds - claimedSecondsAgo);
  let settled: SessionPatch | null = null;
  const sessions = {
    settle: (session: Session, change: (session: Session) => SessionPatch | null) => {
      settled = change(session);
      return Promise.resolve(session);
    },
  };
  const vendors = { of: () => ({ inspect: () => Promise.resolve({ state: 'active' }) }) };
  const reader = { read: () => Promise.resolve({ isLive: true, cursor: null }) };
  const accounts = { lookUp: () => Promise.resolve({}) };
  const clock = { now: () => START };
  const step = new PollStep(
    ...([sessions, vendors, reader, accounts, clock, config] as unknown as ConstructorParameters<
      typeof PollStep
    >),
  );
  await step.run({ ...held, lease: { ...held.lease, until } });
  const { nextPollAt } = settled as unknown as { nextPollAt: Date };
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
