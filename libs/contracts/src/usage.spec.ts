import { describe, expect, it } from '@jest/globals';
import {
  USAGE_COLUMNS,
  type UsedSession,
  usageRange,
  usageRow,
  UsageSum,
  usageTrailer,
} from './usage.js';

const NOW = new Date('2026-11-29T23:30:00Z');
const accountId = 'a';

function used(startedAt: string, seconds: number, credits: number | null = null): UsedSession {
  return { sessionId: `s-${startedAt}`, startedAt: new Date(startedAt), seconds, credits };
}

describe('the days that a query means', () => {
  it.each([
    [{}, ['2026-11-01', '2026-11-29', '2026-11-01T00:00:00Z', '2026-11-30T00:00:00Z']],
    // There it is the next day already.
    [
      { timeZone: 'Europe/Berlin' },
      ['2026-11-01', '2026-11-30', '2026-10-31T23:00:00Z', '2026-11-30T23:00:00Z'],
    ],
    [
      { from: '2026-10-25', to: '2026-10-25', timeZone: 'Europe/Berlin' },
      ['2026-10-25', '2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ],
    [
      { from: '2025-11-30', to: '2026-11-30' },
      ['2025-11-30', '2026-11-30', '2025-11-30T00:00:00Z', '2026-12-01T00:00:00Z'],
    ],
  ])('%j', (query, [firstDay, lastDay, from = '', to = '']) => {
    expect(usageRange(query, NOW)).toEqual({
      timeZone: 'UTC',
      ...('timeZone' in query ? { timeZone: query.timeZone } : {}),
      firstDay,
      lastDay,
      from: new Date(from),
      to: new Date(to),
    });
  });

  it('are those of the month that has begun there', () => {
    const now = new Date('2026-11-30T23:30:00Z');
    const days = { firstDay: '2026-12-01', lastDay: '2026-12-01' };
    expect(usageRange({ timeZone: 'Europe/Berlin' }, now)).toMatchObject(days);
  });

  it.each([
    [{ timeZone: 'Mars/Olympus' }, '/timeZone'],
    [{ from: '2026-02-30' }, '/from'],
    [{ to: '2026-11-31' }, '/to'],
    [{ from: '2026-11-30', to: '2026-11-29' }, '/to'],
    [{ from: '2025-11-28', to: '2026-11-29' }, '/from'],
  ])('%j means none', (query, pointer) => {
    expect(usageRange(query, NOW)).toMatchObject({ pointer });
  });
});

describe('what sessions have cost together', () => {
  const range = usageRange({ timeZone: 'Europe/Berlin' }, NOW);
  if ('pointer' in range) throw new Error(range.message);

  it('is added up by the day in which each started', () => {
    const sum = new UsageSum(range.timeZone);
    // The last ran into the next day.
    for (const session of [
      used('2026-11-28T22:59:59Z', 10, 0.2),
      used('2026-11-28T23:00:00Z', 20, 0.1),
      used('2026-11-29T22:59:00Z', 600, null),
    ]) {
      sum.add(session);
    }
    expect(sum.answer(accountId, range)).toEqual({
      accountId,
      from: '2026-11-01',
      to: '2026-11-30',
      timeZone: 'Europe/Berlin',
      total: { sessions: 3, seconds: 630, credits: 0.3 },
      days: [
        { day: '2026-11-28', sessions: 1, seconds: 10, credits: 0.2 },
        { day: '2026-11-29', sessions: 2, seconds: 620, credits: 0.1 },
      ],
    });
  });

  it.each([
    [[0.1, 0.2], 0.3],
    [[0.125, 0.25], 0.375],
    [[0.1, 0.1, 0.1], 0.3],
  ])('is in credits %j of one day: %d', (credits, together) => {
    const sum = new UsageSum(range.timeZone);
    for (const each of credits) sum.add(used('2026-11-29T12:00:00Z', 1, each));
    const { total, days } = sum.answer(accountId, range);
    expect([total.credits, days[0]?.credits]).toEqual([together, together]);
  });

  it('is nothing where there are none', () => {
    expect(new UsageSum('UTC').answer(accountId, range)).toMatchObject({
      total: { sessions: 0, seconds: 0, credits: 0 },
      days: [],
    });
  });

  it('is a table with a row for each and a last line', () => {
    const sum = new UsageSum(range.timeZone);
    const sessions = [used('2026-11-28T23:30:00Z', 20, 2), used('2026-11-29T22:59:00Z', 60)];
    for (const session of sessions) sum.add(session);
    const lines = [
      USAGE_COLUMNS,
      ...sessions.map((session) => usageRow(session, range.timeZone)),
      usageTrailer(sum.answer(accountId, range)),
    ];
    expect(lines).toEqual([
      'session_id,started_at,day,seconds,credits',
      's-2026-11-28T23:30:00Z,2026-11-28T23:30:00.000Z,2026-11-29,20,2',
      's-2026-11-29T22:59:00Z,2026-11-29T22:59:00.000Z,2026-11-29,60,',
      'total,,2 sessions,80,2',
    ]);
  });
});
