import { describe, expect, it } from '@jest/globals';
import { aSession, at, someBudgets } from '../../../../../test/support/session.factory.js';
import { excused, reasonToStop } from './reason-to-stop.js';

const budgets = someBudgets({ leaveGraceSeconds: 20 });
/** Gone at second 40 by its promises; its grace is over at 60. */
const silent = aSession({
  state: 'active',
  startedAt: at(0),
  heartbeat: { at: at(10), withinSeconds: 15 },
});

describe('a visitor whose heartbeats could not be recorded', () => {
  it.each([
    ['the database was away meanwhile', [20, 62], 62],
    ['it came back shortly before', [20, 55], 60],
    ['it is away still', [30, 60], 60],
  ])('has its grace anew where %s', (_what, [from = 0, to = 0], now) => {
    expect(reasonToStop(silent, at(now), budgets)).toBe('visitor_left');
    const patch = excused(silent, { from: at(from), to: at(to) }, at(now), budgets);
    const after = { ...silent, ...patch };
    expect(reasonToStop(after, at(to + 19.9), budgets)).toBeNull();
    expect(reasonToStop(after, at(to + 20), budgets)).toBe('visitor_left');
    // Once: at the end of it nothing is excused any more.
    expect(excused(after, { from: at(from), to: at(to) }, at(to + 20), budgets)).toBeNull();
  });

  it.each([
    ['there was no silence', silent, null, 60],
    ['it had been over before', silent, { from: at(60), to: at(80) }, 80],
    ['there was time enough since', silent, { from: at(15), to: at(40) }, 60],
    ['the visitor said goodbye', { ...silent, leftAt: at(12) }, { from: at(20), to: at(62) }, 62],
    ['it promised nothing', { ...silent, heartbeat: null }, { from: at(20), to: at(62) }, 62],
  ])('has none where %s', (_what, session, silence, now) => {
    expect(excused(session, silence, at(now), budgets)).toBeNull();
  });
});
