import { describe, expect, it } from '@jest/globals';
import { aSession, at, someBudgets } from '../../../../../test/support/session.factory.js';
import type { Session } from '../../sessions/domain/session.js';
import { judgeReading, type ReadingVerdict } from './judge-reading.js';

const budgets = someBudgets();
const HOUR = 3600;

const complete: ReadingVerdict = { kind: 'close', complete: true, readAgain: false };
const incomplete: ReadingVerdict = { kind: 'close', complete: false, readAgain: true };
const wait = (seconds: number): ReadingVerdict => ({ kind: 'wait', seconds });

/** A session that ended at second 0, read before as given. */
function ended(read: { at: number; digest: string } | null, more: Partial<Session> = {}): Session {
  const { transcript } = aSession();
  return aSession({
    state: 'stopped',
    endedAt: at(0),
    transcript: {
      ...transcript,
      lastReadAt: read && at(read.at),
      lastDigest: read && read.digest,
    },
    ...more,
  });
}

const over = (digest: string) => ({ isLive: false, digest });
const alive = (digest: string) => ({ isLive: true, digest });

describe('a transcript that was read after the end', () => {
  it.each<[string, Session, { isLive: boolean; digest: string }, number, ReadingVerdict]>([
    ['waits for a second reading', ended(null), over('a'), 0, wait(2)],
    ['is closed when two readings agree', ended({ at: 0, digest: 'a' }), over('a'), 2, complete],
    ['waits while readings are too close', ended({ at: 0, digest: 'a' }), over('a'), 1.9, wait(2)],
    ['waits while it grows', ended({ at: 0, digest: 'a' }), over('b'), 2, wait(2)],
    ['waits while the vendor calls it live', ended({ at: 0, digest: 'a' }), alive('a'), 2, wait(2)],
    [
      'is closed after a minute though it grows',
      ended({ at: 58, digest: 'a' }),
      over('b'),
      60,
      complete,
    ],
    [
      'is closed after a minute though live',
      ended({ at: 58, digest: 'a' }),
      alive('a'),
      60,
      complete,
    ],
    ['waits until that minute is over', ended({ at: 57, digest: 'a' }), over('b'), 59.9, wait(2)],
    ['waits for a second reading though the minute is over', ended(null), over('a'), 61, wait(2)],
  ])('%s', (_what, session, reading, seconds, verdict) => {
    expect(judgeReading(session, reading, at(seconds), budgets)).toEqual(verdict);
  });

  it('is asked for again after the gap of the configuration', () => {
    const quick = someBudgets({ finalReadGapSeconds: 0.1, finalWaitSeconds: 1 });
    expect(judgeReading(ended(null), over('a'), at(0), quick)).toEqual(wait(0.1));
    const read = ended({ at: 1, digest: 'b' });
    expect(judgeReading(read, over('a'), at(1.1), quick)).toEqual(complete);
  });

  it.each(['final', 'delivered', 'parked'] as const)(
    'completes what was closed without it: one reading is enough (%s)',
    (state) => {
      const session = ended(null, { state });
      expect(judgeReading(session, over('a'), at(1), budgets)).toEqual(complete);
      expect(judgeReading(session, alive('a'), at(1), budgets)).toEqual(complete);
    },
  );
});

describe('a transcript that the vendor does not give', () => {
  const { transcript } = aSession();
  const whole = { transcript: { ...transcript, complete: true } };

  it.each<[string, Session, number, ReadingVerdict]>([
    ['is waited for', ended(null), 0, wait(0)],
    ['is waited for ten minutes', ended({ at: 1, digest: 'a' }), 599, wait(0)],
    ['is closed as incomplete then, and asked for again', ended(null), 600, incomplete],
    [
      'is still asked for once it was closed',
      ended(null, { state: 'delivered' }),
      HOUR,
      incomplete,
    ],
    ['is asked for during a day', ended(null, { state: 'final' }), 24 * HOUR - 1, incomplete],
    [
      'is given up after a day',
      ended(null, { state: 'final' }),
      24 * HOUR,
      { kind: 'close', complete: false, readAgain: false },
    ],
    [
      'is not asked for again when it is whole',
      ended(null, { state: 'delivered', ...whole }),
      HOUR,
      complete,
    ],
  ])('%s', (_what, session, seconds, verdict) => {
    expect(judgeReading(session, null, at(seconds), budgets)).toEqual(verdict);
  });

  it('is waited for from when its end was noticed, however long ago the vendor ended it', () => {
    const noticed = { transcript: { ...transcript, noticedAt: at(HOUR) } };
    const late = ended(null, noticed);
    expect(judgeReading(late, null, at(HOUR), budgets)).toEqual(wait(0));
    expect(judgeReading(late, null, at(HOUR + 599), budgets)).toEqual(wait(0));
    expect(judgeReading(late, null, at(HOUR + 600), budgets)).toEqual(incomplete);
  });

  it('is waited for as long as the configuration says', () => {
    const quick = someBudgets({ vendorDownWaitSeconds: 3 });
    expect(judgeReading(ended(null), null, at(2.9), quick).kind).toBe('wait');
    expect(judgeReading(ended(null), null, at(3), quick)).toEqual(incomplete);
  });

  it('is waited for from now where nobody knows when the session ended', () => {
    expect(judgeReading(ended(null, { endedAt: null }), null, at(9e6), budgets).kind).toBe('wait');
  });
});
