import { describe, expect, it } from '@jest/globals';
import { aSession } from '../../../../../test/support/session.factory.js';
import { KnownRecords } from './known-records.js';

const key = { id: 'session-1', accountId: 'acc-1' };

describe('records that were written here', () => {
  it('are given out as they were written last, as guesses', () => {
    const known = new KnownRecords();
    const written = aSession({ rev: 2 });
    known.keep(aSession({ rev: 1 }));
    known.keep(written);
    const guess = known.guess(key);
    expect(guess).toEqual(written);
    expect([guess && known.isGuess(guess), known.isGuess(written)]).toEqual([true, false]);
  });

  it('are not given out for another account, nor once they are forgotten', () => {
    const known = new KnownRecords();
    known.keep(aSession());
    expect(known.guess({ ...key, accountId: 'acc-2' })).toBeNull();
    known.forget(key.id);
    expect(known.guess(key)).toBeNull();
  });

  it('are as many as there is room for, the ones written last', () => {
    const known = new KnownRecords(2);
    for (const id of ['one', 'two', 'one', 'three']) known.keep(aSession({ id }));
    const kept = ['one', 'two', 'three'].map((id) => known.guess({ ...key, id })?.id ?? null);
    expect(kept).toEqual(['one', null, 'three']);
  });

  it.each([
    ['older', 1, 2],
    ['the same, with other counts', 2, 2],
    ['newer', 3, 3],
  ])('follow what is read: %s', (_what, rev, expected) => {
    const known = new KnownRecords();
    known.keep(aSession({ rev: 2, turns: 0 }));
    known.refresh(aSession({ rev, turns: rev }));
    const turns = rev < 2 ? 0 : rev;
    expect(known.guess(key)).toMatchObject({ rev: expected, turns });
  });

  it('are none that were only read', () => {
    const known = new KnownRecords();
    known.refresh(aSession());
    expect(known.guess(key)).toBeNull();
  });
});
