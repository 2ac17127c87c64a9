import { describe, expect, it } from '@jest/globals';
import { END_REASONS, STOPPED_BY } from '#contracts';
import { anAccount, aSession, at } from '../../../../test/support/session.factory.js';
import type { Caller, Customer } from '../auth/caller.js';
import { callerOf, operatorsWish, shownStopper, stopperOf } from './stopped-by.js';

const wish = { reason: 'visitor_ended', at: at(5), attempts: 0 } as const;

const customer = (more: Partial<Customer> = {}): Caller => ({
  kind: 'customer',
  account: anAccount(),
  origin: null,
  opener: null,
  visitorToken: null,
  earlier: null,
  ...more,
});

const holder: Caller = {
  kind: 'session',
  claims: {
    sessionId: 'session-1',
    vendorSessionId: 'vendor-1',
    accountId: 'acc-1',
    origin: null,
    grant: 'grant-1',
    expiresAt: at(60),
  },
  origin: null,
};

describe('whoever calls to end a session', () => {
  it.each([
    ['its own token', holder, 'visitor'],
    ['the key of a page', customer({ account: anAccount({ keyKind: 'customer' }) }), 'customer'],
    ['a secret key', customer({ account: anAccount({ keyKind: 'secret' }) }), 'customer'],
    ['a key beside a proof', customer({ visitorToken: 'proof' }), 'customer'],
    [
      'a token that a page asked for',
      customer({ token: { id: 'token-1', visitorId: null, byServer: false } }),
      'visitor',
    ],
    [
      'a token that a server asked for, for a page',
      customer({ token: { id: 'token-1', visitorId: 'ada', byServer: true } }),
      'visitor',
    ],
  ] as const)('is named by what it shows: %s', (_what, caller, by) => {
    expect(callerOf(caller)).toBe(by);
  });
});

describe('the wish of an operator', () => {
  it('is of that name, or of none', () => {
    expect(operatorsWish('anna')).toEqual({ reason: 'operator', by: 'operator', byName: 'anna' });
    expect(operatorsWish(null)).toEqual({ reason: 'operator', by: 'operator' });
  });
});

describe('a session that a rule ends', () => {
  it.each(END_REASONS.filter((reason) => reason !== 'visitor_left'))(
    'is ended by the gateway, also where its visitor has left: %s',
    (reason) => {
      expect(stopperOf({ leftAt: null }, reason)).toBe('gateway');
      expect(stopperOf({ leftAt: at(5) }, reason)).toBe('gateway');
    },
  );

  it('is ended by a visitor that has said goodbye, and by nobody else who is not there', () => {
    expect(stopperOf({ leftAt: at(5) }, 'visitor_left')).toBe('visitor');
    expect(stopperOf({ leftAt: null }, 'visitor_left')).toBe('gateway');
  });
});

describe('who is shown to have ended a session', () => {
  it.each(STOPPED_BY)('is who wanted it first: %s', (by) => {
    for (const endReason of [null, ...END_REASONS]) {
      expect(shownStopper(aSession({ stop: { ...wish, by }, endReason }))).toBe(by);
    }
  });

  it.each([
    ['nobody of one that goes on', { stop: null, endReason: null }, null],
    ['nobody of a wish on a record from before', { stop: wish, endReason: null }, null],
    [
      'nobody of one that has ended, on a record from before',
      { stop: wish, endReason: 'operator' },
      null,
    ],
    ['the vendor where it ended it', { stop: null, endReason: 'vendor_ended' }, 'vendor'],
    ['the vendor where nothing was said', { stop: null, endReason: 'idle' }, 'vendor'],
    ['the vendor where it failed there', { stop: null, endReason: 'vendor_fault' }, 'vendor'],
    ['the vendor by its own account', { stop: null, endReason: 'visitor_ended' }, 'vendor'],
    ['the gateway where nobody took the token', { stop: null, endReason: 'no_show' }, 'gateway'],
  ] as const)('is %s', (_what, more, by) => {
    expect(shownStopper(aSession(more))).toBe(by);
  });
});
