import { describe, expect, it } from '@jest/globals';
import { DEFAULT_LIMITS } from './account.js';
import { toAccount } from './account.mapper.js';
import type { AccountRecord } from './account.schema.js';

describe('the limits of a stored account', () => {
  it.each<[string, object, object]>([
    ['are the defaults where it has none', {}, {}],
    ['are its own', { maxSecondsPerDay: 600, timeZone: 'Asia/Tokyo' }, {}],
    ['may be nothing at all', { maxSecondsPerDay: 0, maxSecondsPerMonth: 0 }, {}],
    [
      'are the defaults where null is stored',
      { maxConcurrentSessions: null, timeZone: null, maxSecondsPerDay: null },
      { maxConcurrentSessions: 5, timeZone: 'UTC', maxSecondsPerDay: null },
    ],
  ])('%s', (_what, stored, shown) => {
    const record = { _id: 'acc-1', createdAt: new Date(0), ...stored } as unknown as AccountRecord;
    expect(toAccount(record).limits).toEqual({ ...DEFAULT_LIMITS, ...stored, ...shown });
  });
});
