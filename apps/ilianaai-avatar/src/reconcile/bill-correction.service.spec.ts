import { describe, expect, it } from '@jest/globals';
import { aSession, at } from '../../../../test/support/session.factory.js';
import type { Session } from '../sessions/domain/session.js';
import { correctBill } from './bill-correction.service.js';

const NOW = at(1_000);
const LISTED = { seconds: 61, credits: 4 };
const own = { seconds: 60, credits: null, source: 'own' } as const;

function closed(more: Partial<Session> = {}): Session {
  const session = aSession({ state: 'delivered', startedAt: at(0), endedAt: at(60), billed: own });
  return { ...session, lease: { ...session.lease, owner: null }, ...more };
}

describe('a bill that the vendor’s list puts right', () => {
  it.each([
    ['one that was counted here', {}],
    ['one that nobody has counted', { billed: null }],
    ['one of a record from before', { billed: undefined }],
    ['one of a transcript that waits for Petya', { state: 'final' as const }],
    ['a missing one, though as many seconds have passed', { billed: null, endedAt: at(61) }],
  ])('is %s', (_what, more) => {
    expect(correctBill(closed(more), LISTED, NOW)).toEqual({ ...LISTED, source: 'vendor' });
  });

  it.each([
    ['which is equal', { billed: { ...own, seconds: 61 } }, LISTED],
    ['which the vendor has told', { billed: { ...own, source: 'vendor' as const } }, LISTED],
    ['whose turns are gone', { purgedAt: at(500) }, LISTED],
    ['that is to be erased', { erasedAt: at(500) }, LISTED],
    ['that is erased', { state: 'erased' as const }, LISTED],
    ['that waits for a person', { state: 'parked' as const }, LISTED],
    ['that is not closed', { state: 'stopped' as const }, LISTED],
    ['that runs', { state: 'active' as const }, LISTED],
    [
      'that is read again anyway',
      { transcript: { ...closed().transcript, nextReadAt: at(9) } },
      LISTED,
    ],
    ['that never started', { startedAt: null }, LISTED],
    ['of which the vendor says nothing', {}, { ...LISTED, seconds: null }],
    [
      'that somebody works on',
      { lease: { owner: 'them', lane: 'life' as const, epoch: 3, until: at(1_001) } },
      LISTED,
    ],
  ])('is not one %s', (_what, more, listed) => {
    expect(correctBill(closed(more), listed, NOW)).toBeNull();
  });
});
