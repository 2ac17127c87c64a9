import { describe, expect, it } from '@jest/globals';
import { aSession } from '../../../../../test/support/session.factory.js';
import { SessionLookUps } from './session-look-ups.js';
import type { Session } from '../domain/session.js';

/** Look-ups in some sessions, with the filters that were read by. */
function lookUpsIn(sessions: readonly Session[]) {
  const filters: unknown[] = [];
  const lookUps = new SessionLookUps((filter) => {
    filters.push(filter);
    const wanted = Object.entries(filter);
    const fits = (session: Session): boolean =>
      wanted.every(([name, value]) => {
        const member = session[(name === '_id' ? 'id' : name) as keyof Session] as string;
        return typeof value === 'string' ? value === member : value.$in.includes(member);
      });
    return Promise.resolve(sessions.filter(fits));
  });
  return { filters, lookUps };
}

const one = aSession({ id: 'one', accountId: 'acc-1', vendorSessionId: 'v-1' });
const two = aSession({ id: 'two', accountId: 'acc-2', vendorSessionId: 'v-2' });

describe('sessions by the id that the vendor knows', () => {
  it('are found by our own id from the second time on', async () => {
    const { filters, lookUps } = lookUpsIn([one]);
    const key = { vendorSessionId: 'v-1', accountId: 'acc-1' };
    expect([await lookUps.findByVendorId(key), await lookUps.findByVendorId(key)]).toEqual([
      one,
      one,
    ]);
    expect(filters).toEqual([
      { vendorSessionId: 'v-1', accountId: 'acc-1' },
      { _id: 'one', accountId: 'acc-1' },
    ]);
  });

  it('stay unknown to other accounts, which may know the id', async () => {
    const { lookUps } = lookUpsIn([one, two]);
    const ask = (vendorSessionId: string, accountId: string) =>
      lookUps.findByVendorId({ vendorSessionId, accountId });
    expect(await ask('v-1', 'acc-1')).toBe(one);
    expect(await ask('v-1', 'acc-2')).toBeNull();
    expect(await ask('v-1', 'acc-1')).toBe(one);
    expect(
      await Promise.all([ask('v-1', 'acc-2'), ask('v-2', 'acc-2'), ask('v-1', 'acc-1')]),
    ).toEqual([null, two, one]);
  });

  it('are asked for again where there were none', async () => {
    const sessions: Session[] = [];
    const { lookUps } = lookUpsIn(sessions);
    const key = { vendorSessionId: 'v-1', accountId: 'acc-1' };
    expect(await lookUps.findByVendorId(key)).toBeNull();
    sessions.push(one);
    expect(await lookUps.findByVendorId(key)).toBe(one);
  });
});
