import { describe, expect, it } from '@jest/globals';
import { anAvatarConfig } from '../../../../test/support/avatar-config.factory.js';
import { aSession, START } from '../../../../test/support/session.factory.js';
import type { Session } from '../session-record/session.js';
import type { VendorRecord } from '../vendors/vendor.js';
import { ResolveStartStep } from './resolve-start.step.js';

const over: VendorRecord = { state: 'ended', endReason: 'vendor_ended', endedAt: null };

/** Who stops a session of that vendor's record: the step, or whoever owes it, or nobody. */
async function stoppedBy(record: VendorRecord | null, isStillHeld: boolean): Promise<string[]> {
  const stops: string[] = [];
  const held = aSession({ state: 'starting', vendorSessionId: 'vendor-1' });
  const write = (session: Session) => Promise.resolve(isStillHeld ? session : null);
  const parts = {
    sessions: { settle: write, progress: write },
    vendors: {
      of: () => ({
        inspect: () => (record ? Promise.resolve(record) : Promise.reject(new Error())),
      }),
    },
    stop: { run: () => Promise.resolve(stops.push('the step')) },
    clock: { now: () => START },
    config: anAvatarConfig(),
    owed: {
      stop: (_vendor: unknown, id: string) => Promise.resolve(stops.push(`whoever owes ${id}`)),
    },
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
