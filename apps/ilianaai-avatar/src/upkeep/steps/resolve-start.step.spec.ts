import { describe, expect, it } from '@jest/globals';
import { anAvatarConfig } from '../../../../../test/support/avatar-config.factory.js';
import { aSession, at, START } from '../../../../../test/support/session.factory.js';
import { endDueAt } from '../../sessions/domain/session-timing.js';
import type { Session, SessionPatch } from '../../sessions/domain/session.js';
import type { VendorRecord } from '../../vendors/vendor.js';
import { ResolveStartStep } from './resolve-start.step.js';

const over: Extract<VendorRecord, { state: 'ended' }> = {
  state: 'ended',
  endReason: 'vendor_ended',
  endedAt: null,
  billed: null,
};
const sixty = { seconds: 60, credits: 2 };

/** Who stops a session of that vendor's record: the step, or whoever owes it, or nobody. */
async function stoppedBy(record: VendorRecord | null, isStillHeld: boolean): Promise<string[]> {
  const stops: string[] = [];
  const held = aSession({ state: 'starting', vendorSessionId: 'vendor-1' });
  const write = (session: Session) => Promise.resolve(isStillHeld ? session : null);
  const parts = {
    sessions: { writeAndRelease: write, writeHeld: write },
    vendors: {
      of: () => ({
        inspect: () => (record ? Promise.resolve(record) : Promise.reject(new Error())),
      }),
      stopOwed: ({ vendorSessionId: id }: Session) =>
        Promise.resolve(stops.push(`whoever owes ${id}`)),
    },
    stop: {
      leaseFor: (owner: string | null) => ({ owner, seconds: 1 }),
      run: () => Promise.resolve(stops.push('the step')),
    },
    clock: { now: () => START },
    config: anAvatarConfig(),
  };
  type Parts = ConstructorParameters<typeof ResolveStartStep>;
  await new ResolveStartStep(...(Object.values(parts) as unknown as Parts)).run(held);
  return stops;
}

describe('a start that nobody knows the end of', () => {
  it.each<[string, VendorRecord | null, boolean, string[]]>([
    ['runs', { state: 'live' }, true, ['the step']],
    [
      'runs, and another replica has concluded that it does not',
      { state: 'live' },
      false,
      ['whoever owes vendor-1'],
    ],
    ['is over', over, true, []],
    ['is over, and another replica has concluded so', over, false, []],
    ['was never begun', { state: 'unknown' }, true, []],
    ['was never begun, and another replica has concluded so', { state: 'unknown' }, false, []],
    ['is of a vendor that does not answer', null, true, []],
  ])('is stopped by the one who saw it run: it %s', async (_, record, isStillHeld, stops) => {
    expect(await stoppedBy(record, isStillHeld)).toEqual(stops);
  });
});

describe('a start that is over when it is looked at', () => {
  it.each<[string, Partial<typeof over>, Date]>([
    ['as long before its end as is billed', { endedAt: at(90), billed: sixty }, at(30)],
    ['when it is looked at, where the vendor tells nothing', {}, at(100)],
    ['with its end, where the vendor tells of no bill', { endedAt: at(90) }, at(90)],
  ])('has begun %s: what is billed is counted and told', async (_, more, startedAt) => {
    const held = aSession({ state: 'starting', vendorSessionId: 'vendor-1' });
    const sessions = {
      writeAndRelease: (session: Session, change: (session: Session) => SessionPatch | null) =>
        Promise.resolve({ ...session, ...change(session) }),
    };
    const vendors = { of: () => ({ inspect: () => Promise.resolve({ ...over, ...more }) }) };
    const parts = [sessions, vendors, null, { now: () => at(100) }, anAvatarConfig()];
    type Parts = ConstructorParameters<typeof ResolveStartStep>;
    const after = await new ResolveStartStep(...(parts as unknown as Parts)).run(held);
    expect(after).toMatchObject({ state: 'stopped', startedAt });
  });
});

it('asks again at the next poll about a start that the vendor could not be asked about: it may cost money', async () => {
  const config = anAvatarConfig();
  const { upkeepPollSeconds, leaseSeconds } = config.budgets;
  const lease = { owner: 'one', lane: 'end', epoch: 3, until: at(100 + leaseSeconds) } as const;
  const held = aSession({ state: 'starting', lease });
  const sessions = {
    writeAndRelease: (session: Session, change: (session: Session) => SessionPatch | null) =>
      Promise.resolve({ ...session, ...change(session) }),
  };
  const vendors = { of: () => ({ inspect: () => Promise.reject(new Error('vendor away')) }) };
  const clock = { now: () => at(100) };
  const step = new ResolveStartStep(
    ...([sessions, vendors, null, clock, config] as unknown as ConstructorParameters<
      typeof ResolveStartStep
    >),
  );
  const after = await step.run(held);
  expect(after?.lease).toMatchObject({ owner: null, epoch: 3 });
  expect(after && endDueAt(after, config.budgets)).toEqual(at(100 + upkeepPollSeconds));
});

describe('a start whose answer was lost has cost', () => {
  const HEYGEN = { vendor: 'heygen', openedAt: at(100) } as const;
  const LIVE = { state: 'live' } as const;
  const UNKNOWN = { state: 'unknown' } as const;

  it.each<[string, Partial<Session>, VendorRecord, Partial<Session>, number | undefined]>([
    [
      'since its opening, where that costs and it runs',
      HEYGEN,
      LIVE,
      { state: 'stopping', startedAt: at(100) },
      undefined,
    ],
    [
      'since its opening until now, where that costs and nobody knows of it',
      HEYGEN,
      UNKNOWN,
      { state: 'failed', startedAt: at(100) },
      100,
    ],
    [
      'as much as a session may, where nobody has looked for longer',
      { ...HEYGEN, openedAt: at(-10_000) },
      UNKNOWN,
      { state: 'failed', startedAt: at(-10_000) },
      1_200,
    ],
    ['since now, where it runs', {}, LIVE, { state: 'stopping', startedAt: at(200) }, undefined],
    [
      'nothing, where nobody knows of it',
      {},
      UNKNOWN,
      { state: 'failed', startedAt: null },
      undefined,
    ],
  ])('%s', async (_what, more, record, expected, seconds) => {
    const held = aSession({ state: 'starting', startedAt: null, openedAt: null, ...more });
    const write = (session: Session, change: (session: Session) => SessionPatch | null) =>
      Promise.resolve({ ...session, ...change(session) });
    const sessions = { writeAndRelease: write, writeHeld: write };
    const vendors = { of: () => ({ inspect: () => Promise.resolve(record) }) };
    const stop = {
      leaseFor: (owner: string | null) => ({ owner, seconds: 1 }),
      run: (stopping: Session) => Promise.resolve(stopping),
    };
    const parts = [sessions, vendors, stop, { now: () => at(200) }, anAvatarConfig()];
    type Parts = ConstructorParameters<typeof ResolveStartStep>;
    const after = await new ResolveStartStep(...(parts as unknown as Parts)).run(held);
    expect(after).toMatchObject(expected);
    expect(after?.billed?.seconds).toBe(seconds);
  });
});
