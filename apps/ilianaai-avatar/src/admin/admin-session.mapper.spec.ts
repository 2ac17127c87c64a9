import { describe, expect, it } from '@jest/globals';
import type { AdminSessionDto } from '#contracts';
import { aSession, at } from '../../../../test/support/session.factory.js';
import type { Session } from '../sessions/domain/session.js';
import { toAdminSession } from './admin-session.mapper.js';

const { delivery } = aSession();
const text = (seconds: number) => at(seconds).toISOString();
const over = { startedAt: at(10), endedAt: at(70), endReason: 'operator' } as const;

describe('a session as its operator sees it', () => {
  it.each<[string, Partial<Session>, Partial<AdminSessionDto>]>([
    [
      'was asked for and nothing more',
      {},
      {
        createdAt: text(0),
        startedAt: null,
        endedAt: null,
        endReason: null,
        billed: null,
        seconds: 0,
      },
    ],
    ['runs, and has used its seconds until now', { startedAt: at(10) }, { seconds: 90 }],
    [
      'has used them until its end',
      over,
      { seconds: 60, endedAt: text(70), endReason: 'operator' },
    ],
    [
      'has used what is billed',
      { ...over, billed: { seconds: 75, credits: 2.5, source: 'vendor' } },
      { seconds: 75, billed: { seconds: 75, credits: 2.5, source: 'vendor' } },
    ],
    [
      'was ended by an operator with a name',
      {
        ...over,
        stop: { reason: 'operator', by: 'operator', byName: 'anna', at: at(69), attempts: 1 },
      },
      { stoppedBy: 'operator', stoppedByName: 'anna' },
    ],
    [
      'was ended by one without',
      { ...over, stop: { reason: 'operator', by: 'operator', at: at(69), attempts: 1 } },
      { stoppedBy: 'operator', stoppedByName: null },
    ],
    ['was ended by nobody here', over, { stoppedBy: 'vendor', stoppedByName: null }],
    [
      'was refused by Petya',
      {
        state: 'parked',
        delivery: {
          ...delivery,
          version: 3,
          deliveredVersion: 1,
          attempts: 7,
          lastError: '422 no',
        },
      },
      { state: 'parked', version: 3, deliveredVersion: 1, attempts: 7, lastError: '422 no' },
    ],
    [
      'came into its states',
      { enteredAt: { creating: at(0), active: at(12) } },
      { enteredAt: { creating: text(0), active: text(12) } },
    ],
    ['is of before there were such times', { enteredAt: undefined }, { enteredAt: {} }],
  ])('%s', (_what, more, seen) => {
    expect(toAdminSession(aSession(more), at(100))).toMatchObject(seen);
  });

  it('is nothing of what was said, nor of what opens anything', () => {
    const secret = { vendorToken: 'a-vendor-token', grant: 'a-grant', visitorId: 'a-visitor' };
    const shown = JSON.stringify(toAdminSession(aSession(secret), at(100)));
    for (const each of Object.values(secret)) expect(shown).not.toContain(each);
  });
});
