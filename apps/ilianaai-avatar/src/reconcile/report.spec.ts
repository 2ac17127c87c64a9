import { describe, expect, it } from '@jest/globals';
import {
  differenceSeconds,
  differing,
  MAX_ROWS,
  type OurSession,
  ReportDraft,
  type TheirSession,
} from './report.js';

const AT = new Date('2026-11-26T10:00:00Z');
const END = new Date('2026-11-26T10:01:00Z');
const OF = { day: '2026-11-26', vendor: 'liveavatar', madeAt: END } as const;

function ours(more: Partial<OurSession> = {}): OurSession {
  return {
    id: 'own',
    vendorSessionId: 'theirs',
    accountId: 'acc',
    state: 'delivered',
    startedAt: AT,
    endedAt: END,
    billed: null,
    ...more,
  };
}

function theirs(more: Partial<TheirSession> = {}): TheirSession {
  return { id: 'theirs', createdAt: AT, isRunning: false, seconds: 60, credits: 2, ...more };
}

describe('the report of a day', () => {
  it('counts, adds up, and shows what is not equal', () => {
    const draft = new ReportDraft();
    draft.add(ours(), theirs());
    draft.add(ours({ id: 'other' }), theirs({ seconds: 61, credits: 0.1 }));
    draft.add(ours({ state: 'failed', startedAt: null }), theirs({ seconds: 5, credits: 0.2 }));
    draft.add(null, theirs({ seconds: 7 }));
    draft.add(ours({ endedAt: AT }), null);
    draft.add(ours({ state: 'active' }), theirs({ isRunning: true }));
    draft.add(ours({ state: 'failed', startedAt: null }), null);
    const report = draft.finish(OF);
    expect(report).toMatchObject({
      ...OF,
      sums: { sessions: 3, seconds: 120, vendorSessions: 4, vendorSeconds: 133, credits: 4.3 },
      verdicts: {
        equal: 1,
        seconds_differ: 1,
        ours_failed_but_billed: 1,
        missing_here: 1,
        missing_there: 1,
        still_running: 1,
      },
      truncated: false,
    });
    expect(differing(report)).toBe(4);
    // 1 too much, 5 and 7 that we have none of.
    expect(differenceSeconds(report)).toBe(13);
    expect(
      report.rows.map(({ verdict, seconds, vendorSeconds }) => [verdict, seconds, vendorSeconds]),
    ).toEqual([
      ['seconds_differ', 60, 61],
      ['ours_failed_but_billed', 0, 5],
      ['missing_here', null, 7],
      ['missing_there', 0, null],
      ['still_running', null, null],
    ]);
    expect(report.rows[0]).toEqual({
      verdict: 'seconds_differ',
      id: 'other',
      sessionId: 'theirs',
      accountId: 'acc',
      startedAt: AT,
      seconds: 60,
      vendorSeconds: 61,
      credits: 0.1,
    });
  });

  it('keeps so many rows, and counts all', () => {
    const draft = new ReportDraft();
    for (let index = 0; index <= MAX_ROWS; index += 1) draft.add(null, theirs());
    for (let index = 0; index < 10; index += 1) draft.add(ours(), theirs());
    const report = draft.finish(OF);
    expect([report.rows.length, report.truncated]).toEqual([MAX_ROWS, true]);
    expect(report.verdicts).toMatchObject({ missing_here: MAX_ROWS + 1, equal: 10 });
    const whole = new ReportDraft();
    for (let index = 0; index < MAX_ROWS; index += 1) whole.add(null, theirs());
    expect(whole.finish(OF).truncated).toBe(false);
  });

  it('is nothing where nothing was', () => {
    expect(new ReportDraft().finish(OF)).toMatchObject({
      sums: { sessions: 0, seconds: 0, vendorSessions: 0, vendorSeconds: 0, credits: 0 },
      rows: [],
    });
  });
});

describe('the seconds by which both sides differ', () => {
  const ofTwo = (one: number, other: number) => {
    const draft = new ReportDraft();
    draft.add(ours(), theirs({ seconds: one }));
    draft.add(ours({ id: 'other' }), theirs({ seconds: other }));
    return draft.finish(OF);
  };

  it.each([
    ['nothing', 60, 60, 0],
    ['what one has too much and another too little, together', 70, 50, 20],
    ['what both have too much', 61, 63, 4],
  ])('are %s', (_what, one, other, seconds) => {
    expect(differenceSeconds(ofTwo(one, other))).toBe(seconds);
  });

  it('are at least what the sums differ by, where not every row is kept', () => {
    expect(differenceSeconds({ ...ofTwo(61, 63), rows: [] })).toBe(4);
  });
});
