import { describe, expect, it } from '@jest/globals';
import type { Billed } from '../sessions/domain/billed.js';
import { SESSION_STATES } from '../sessions/domain/session-states.js';
import { instantOf, type OurSide, type TheirSide, verdictOf } from './verdict.js';

const AT = new Date('2026-11-26T10:00:00Z');
const END = new Date('2026-11-26T10:01:01Z');
const bill = (seconds: number, source: Billed['source'] = 'vendor'): Billed => ({
  seconds,
  credits: null,
  source,
});

function ours(more: Partial<OurSide> = {}): OurSide {
  return { state: 'delivered', startedAt: AT, endedAt: END, billed: bill(61), ...more };
}

function theirs(more: Partial<TheirSide> = {}): TheirSide {
  return { createdAt: AT, seconds: 61, isRunning: false, ...more };
}

const failed = { state: 'failed', startedAt: null, billed: null } as const;

describe('a session at the vendor and here', () => {
  it.each([
    ['the same seconds', ours(), theirs(), 'equal'],
    ['our own count, which is the same', ours({ billed: bill(61, 'own') }), theirs(), 'equal'],
    ['no count, and as many have passed', ours({ billed: null }), theirs(), 'equal'],
    ['a record from before, without a count', ours({ billed: undefined }), theirs(), 'equal'],
    ['a second more there', ours(), theirs({ seconds: 62 }), 'seconds_differ'],
    ['a second less there', ours(), theirs({ seconds: 60 }), 'seconds_differ'],
    [
      'our own count, which is another',
      ours({ billed: bill(60, 'own') }),
      theirs(),
      'seconds_differ',
    ],
    ['no count and other times', ours({ billed: null, endedAt: AT }), theirs(), 'seconds_differ'],
    ['erased, its bill stays', ours({ state: 'erased' }), theirs(), 'equal'],
    ['parked', ours({ state: 'parked' }), theirs({ seconds: 1 }), 'seconds_differ'],
    ['failed here, billed there', ours(failed), theirs({ seconds: 1 }), 'ours_failed_but_billed'],
    ['failed here, for nothing there', ours(failed), theirs({ seconds: 0 }), 'equal'],
    ['failed after a start', ours({ state: 'failed' }), theirs(), 'ours_failed_but_billed'],
    [
      'failed here and then erased',
      ours({ ...failed, state: 'erased' }),
      theirs(),
      'ours_failed_but_billed',
    ],
    ['failed here, runs there', ours(failed), theirs({ isRunning: true }), 'still_running'],
    ['no record', null, theirs(), 'missing_here'],
    ['no record, and it runs', null, theirs({ isRunning: true }), 'missing_here'],
    ['not listed', ours(), null, 'missing_there'],
    ['erased and not listed', ours({ state: 'erased' }), null, 'missing_there'],
    ['not listed, and it runs here', ours({ state: 'active' }), null, 'still_running'],
    ['not listed, its end not yet read', ours({ state: 'stopped' }), null, 'still_running'],
    ['failed and not listed', ours(failed), null, null],
    ['named and not listed', ours({ state: 'created', startedAt: null }), null, null],
    ['neither', null, null, null],
    [
      'it runs on both sides',
      ours({ state: 'active' }),
      theirs({ isRunning: true }),
      'still_running',
    ],
    ['it is over here alone', ours(), theirs({ isRunning: true }), 'still_running'],
    ['it is over there alone', ours({ state: 'active' }), theirs(), 'still_running'],
    [
      'its bill is not yet read',
      ours({ state: 'stopped', billed: null }),
      theirs(),
      'still_running',
    ],
    ['the vendor says no seconds', ours(), theirs({ seconds: null }), 'still_running'],
  ] as const)('%s', (_what, our, their, verdict) => {
    expect(verdictOf(our, their)).toBe(verdict);
  });

  it('is nothing to worry about in any state in which it may still change', () => {
    const open = SESSION_STATES.filter(
      (state) => verdictOf(ours({ state }), theirs({ seconds: 9 })) === 'still_running',
    );
    expect(open).toEqual(['creating', 'created', 'starting', 'active', 'stopping', 'stopped']);
  });
});

describe('the day of a session', () => {
  const later = new Date('2026-11-27T00:00:01Z');

  it.each([
    ['our start', { startedAt: later }, later],
    ['the vendor’s, where it never started here', { startedAt: null }, AT],
    ['the vendor’s, where there is no record', null, AT],
  ])('is that of %s', (_what, our, at) => {
    expect(instantOf(our, theirs())).toEqual(at);
  });
});
