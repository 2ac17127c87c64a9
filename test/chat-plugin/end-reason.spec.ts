import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EndReason } from '#contracts';
import { findEndReason } from './src/plugin/end-reason.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** What our record says at each look, the last one for good; null: that nobody answers. */
type Said = readonly ({ readonly end_reason: EndReason | null } | null)[];

const open = { end_reason: null };
const usedUp = { end_reason: 'minutes_used_up' } as const;
const ended = { end_reason: 'visitor_ended' } as const;

async function find(vendorReason: string, record: Said) {
  let looks = 0;
  const view = async () => {
    const said = record[Math.min(looks, record.length - 1)] ?? null;
    looks += 1;
    if (said === null) throw new TypeError('Failed to fetch');
    return said;
  };
  const session = { session_id: 's', session_token: 't' };
  const found = findEndReason({ view }, session, vendorReason);
  await jest.advanceTimersByTimeAsync(60_000);
  return [await found, looks];
}

describe('why a video ended', () => {
  it.each<[what: string, vendorReason: string, record: Said, reason: string | null, looks: number]>(
    [
      ['as our record says', '', [usedUp], 'minutes_used_up', 1],
      ['as our record says a little later', 'USER_CLOSED', [open, open, ended], 'visitor_ended', 3],
      ['unknown where our record does not say', '', [open], null, 8],
      ['unknown where nobody answers', '', [null], null, 1],
      ['as the vendor says', 'IDLE_TIMEOUT', [ended], 'idle', 0],
      ['its longest time, as the vendor says', 'MAX_DURATION_REACHED', [open], 'max_duration', 3],
      ['its longest time, whatever came of it', 'MAX_DURATION_REACHED', [ended], 'max_duration', 1],
      ['its longest time, answered or not', 'MAX_DURATION_REACHED', [null], 'max_duration', 1],
      [
        'the minutes that were its longest time',
        'MAX_DURATION_REACHED',
        [open, usedUp],
        'minutes_used_up',
        2,
      ],
    ],
  )('is %s', async (_what, vendorReason, record, reason, looks) => {
    expect(await find(vendorReason, record)).toEqual([reason, looks]);
  });
});
