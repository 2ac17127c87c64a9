import { describe, expect, it } from '@jest/globals';
import type { LifeDto } from '#contracts';
import {
  aBoardSession,
  aLife,
  before,
  NOW_MS,
  OVER,
} from '../../../../test/support/board-samples.js';
import { costOf, endOf, timelineOf } from './timeline.js';

const lines = (life: LifeDto) =>
  timelineOf(life, NOW_MS).map(({ what, more, tense }) =>
    [tense === 'past' ? what : `${tense}: ${what}`, more].filter((part) => part !== '').join(' | '),
  );

describe('a session’s timeline', () => {
  it('has the states in their order, then what comes', () => {
    const life = aLife(aBoardSession(), {
      next: [
        { step: 'poll', at: before(-10) },
        { step: 'count', at: before(-600) },
      ],
    });
    expect(lines(life)).toEqual([
      'Asked for',
      'A token was given',
      'Its start was asked for',
      'Began to run',
      'next: The vendor is asked whether it runs',
      'next: Its minutes are counted',
    ]);
  });

  it('says who has stopped it, and how often the vendor was asked', () => {
    const session = aBoardSession({ stoppedBy: 'operator', stoppedByName: 'anna' });
    const stop = { at: before(12), attempts: 2, nextAt: before(-4) };
    expect(lines(aLife(session, { stop }))).toContain(
      'Its end was wanted | by anna, the vendor was asked 2 times',
    );
    const unnamed = aBoardSession({ stoppedBy: 'visitor' });
    const first = { ...stop, attempts: 0 };
    expect(lines(aLife(unnamed, { stop: first }))).toContain('Its end was wanted | by the visitor');
  });

  it('names that its end was wanted once, whichever member says so', () => {
    const enteredAt = { ...aBoardSession().enteredAt, stopping: before(12) };
    const session = aBoardSession({ enteredAt });
    const stop = { at: before(12), attempts: 1, nextAt: null };
    const wanted = (life: LifeDto) => lines(life).filter((line) => line.startsWith('Its end'));
    expect(wanted(aLife(session, { stop }))).toHaveLength(1);
    expect(wanted(aLife(session))).toHaveLength(1);
  });

  it('has the reading, the delivery and what was deleted, each in its place', () => {
    const enteredAt = {
      creating: before(200),
      stopped: before(30),
      final: before(20),
      delivered: before(10),
    };
    const life = aLife(aBoardSession({ ...OVER, enteredAt }), {
      reading: { turns: 1, lastReadAt: before(25), failures: 0, complete: true, truncated: false },
      delivery: { firstAttemptAt: before(15), nextAttemptAt: null, deliveredAt: before(10) },
      purgedAt: before(5),
      erasedAt: before(4),
      next: [{ step: 'nothing', at: null }],
    });
    expect(lines(life)).toEqual([
      'Asked for',
      'Was over | the visitor left (a rule of the gateway)',
      "The vendor's record was read | 1 turn",
      'The transcript was closed',
      'First given to Petya',
      'Petya has confirmed it',
      'What was said was deleted here',
      'Everything of it has to go',
    ]);
  });

  it('has what Petya took at once as given first, and then confirmed', () => {
    const enteredAt = { creating: before(200), delivered: before(10) };
    const delivery = { firstAttemptAt: before(10), nextAttemptAt: null, deliveredAt: before(10) };
    const life = aLife(aBoardSession({ ...OVER, enteredAt }), { delivery });
    expect(lines(life).slice(-2)).toEqual(['First given to Petya', 'Petya has confirmed it']);
  });

  it('says that a later version was confirmed after the state was entered', () => {
    const enteredAt = { creating: before(200), delivered: before(100) };
    const delivery = { firstAttemptAt: null, nextAttemptAt: null, deliveredAt: before(10) };
    const life = aLife(aBoardSession({ ...OVER, enteredAt }), { delivery });
    expect(lines(life).at(-1)).toBe('Petya has confirmed it | version 2');
  });

  it('has what is due as late, and what has no time last', () => {
    const next = [
      { step: 'deliver', at: before(90) },
      { step: 'erase', at: null },
    ] as const;
    expect(lines(aLife(aBoardSession(), { next: [...next] })).slice(-2)).toEqual([
      'late: The transcript is given to Petya | due, and waits for a worker',
      'next: Everything of it is erased',
    ]);
  });

  it('of a record of an earlier release begins with when it was asked for', () => {
    expect(lines(aLife(aBoardSession({ enteredAt: {} })))).toEqual(['Asked for']);
  });

  it('shows a word that a newer gateway has as it is', () => {
    const enteredAt = { creating: before(9), dreaming: before(3) } as object;
    const life = aLife(aBoardSession({ enteredAt }));
    expect(lines(life)).toEqual(['Asked for', 'dreaming']);
  });

  it('says why Petya refuses it', () => {
    const enteredAt = { creating: before(9), parked: before(3) };
    const session = aBoardSession({ enteredAt, lastError: 'status 409' });
    expect(lines(aLife(session))).toContain('Petya has refused it | status 409');
  });
});

describe('why a session ended', () => {
  it.each([
    [{}, null],
    [
      { endReason: 'operator', stoppedBy: 'operator', stoppedByName: 'anna' },
      'an operator or an erasure ended it (anna)',
    ],
    [
      { endReason: 'operator', stoppedBy: 'operator' },
      'an operator or an erasure ended it (an operator)',
    ],
    [{ endReason: 'visitor_ended', stoppedBy: 'visitor' }, 'the visitor ended it'],
    [{ endReason: 'vendor_ended', stoppedBy: 'vendor' }, 'the vendor ended it'],
    [{ endReason: 'visitor_ended', stoppedBy: 'customer' }, 'the visitor ended it (the customer)'],
    [{ endReason: 'idle', stoppedBy: null }, 'nothing was said for too long'],
    [
      { endReason: 'visitor_left', stoppedBy: 'gateway' },
      'the visitor left (a rule of the gateway)',
    ],
  ] as const)('of %j is %j', (change, words) => {
    expect(endOf(aBoardSession(change))).toBe(words);
  });
});

describe('what a session has cost', () => {
  it.each([
    [{}, '3 min 11 s so far, not billed yet'],
    [OVER, '2 min 41 s, 6 credits, by the vendor'],
    [{ billed: { seconds: 60, credits: null, source: 'own' } }, '1 min, by our own count'],
  ] as const)('of %j is %j', (change, words) => {
    expect(costOf(aBoardSession(change))).toBe(words);
  });
});
