import { describe, expect, it } from '@jest/globals';
import { aSession, at } from '../../../../../test/support/session.factory.js';
import type { Session } from './session.js';
import { isBelievable, ownCount, secondsOf } from './billed.js';

describe('what a session has cost', () => {
  const bill = { seconds: 7, credits: 2, source: 'vendor' } as const;
  it.each<[string, Partial<Session>, number]>([
    ['as it is billed', { startedAt: at(0), endedAt: at(60), billed: bill }, 7],
    ['as it has passed', { startedAt: at(0), endedAt: at(60) }, 60],
    ['by the begun second', { startedAt: at(0), endedAt: at(60.001) }, 61],
    ['up to now', { startedAt: at(0) }, 100],
    ['nothing where it was not started', {}, 0],
    ['nothing where it starts later', { startedAt: at(101) }, 0],
  ])('%s', (_what, session, seconds) => {
    expect(secondsOf(aSession(session), at(100))).toBe(seconds);
  });

  it('is our own count where the vendor tells nothing, whatever stood there', () => {
    const session = aSession({ startedAt: at(0), endedAt: at(60), billed: bill });
    expect(ownCount(session, at(100))).toEqual({ seconds: 60, credits: null, source: 'own' });
  });
});

describe('a bill', () => {
  const { config } = aSession();
  const short = { config: { ...config, maxSessionSeconds: 300 }, startedAt: at(0) };
  it.each<[number, Partial<Session>, boolean]>([
    [0, { ...short, endedAt: at(60) }, true],
    // The vendor may have run it on, as long as it was allowed to and some time more.
    [900, { ...short, endedAt: at(60) }, true],
    [901, { ...short, endedAt: at(60) }, false],
    [1_600, { ...short, endedAt: at(1_000) }, true],
    [1_601, { ...short, endedAt: at(1_000) }, false],
    [1_000_000_000, { ...short, endedAt: at(60) }, false],
    [1_000, { endedAt: at(60) }, true],
  ])('of %i s of %j is believed: %s', (seconds, session, isBelieved) => {
    expect(isBelievable({ seconds }, aSession(session))).toBe(isBelieved);
  });
});
