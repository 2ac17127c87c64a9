import { describe, expect, it } from '@jest/globals';
import { aUsage } from '../../../../test/support/board-samples.js';
import { barsOf, scaleOf, summaryOf } from './bars.js';

const day = (name: string, seconds: number) => ({ day: name, sessions: 1, seconds, credits: 2 });

describe('the bars of a chart', () => {
  it('are one for each day, also for those without a session', () => {
    const bars = barsOf(aUsage());
    expect(bars).toHaveLength(30);
    expect(bars[0]).toEqual({ name: '2026-11-01', seconds: 0, sessions: 0, credits: 0 });
    expect(bars[1]).toEqual({ name: '2026-11-02', seconds: 1_210, sessions: 4, credits: 44 });
  });

  it('are one for each month where there are more than a quarter’s days', () => {
    const days = [day('2026-01-31', 60), day('2026-02-01', 30), day('2026-02-28', 40)];
    const bars = barsOf(aUsage({ from: '2026-01-01', to: '2026-12-31', days }));
    expect(bars).toHaveLength(12);
    expect(bars.slice(0, 3)).toEqual([
      { name: '2026-01', seconds: 60, sessions: 1, credits: 2 },
      { name: '2026-02', seconds: 70, sessions: 2, credits: 4 },
      { name: '2026-03', seconds: 0, sessions: 0, credits: 0 },
    ]);
  });

  it.each([
    ['2026-11-03', '2026-11-01', 0],
    ['2026-11-03', '2026-11-03', 1],
    ['never', '2026-11-03', 0],
    ['0001-01-01', '9999-12-31', 14],
  ])('from %s to %s are %d', (from, to, count) => {
    expect(barsOf(aUsage({ from, to, days: [] }))).toHaveLength(count);
  });

  it.each([
    [0, 60],
    [59, 60],
    [61, 120],
    [121, 300],
    [4_140, 6_000],
    [6_000, 6_000],
    [6_001, 12_000],
  ])('of at most %d seconds go up to %d', (seconds, scale) => {
    expect(scaleOf([{ name: 'a', seconds, sessions: 1, credits: 0 }])).toBe(scale);
  });

  it('are told in a sentence', () => {
    const usage = aUsage();
    expect(summaryOf(usage, barsOf(usage))).toBe(
      '71 min from 2026-11-01 to 2026-11-30; the most, 50 min, on 2026-11-03.',
    );
    const nothing = aUsage({ days: [], total: { sessions: 0, seconds: 0, credits: 0 } });
    expect(summaryOf(nothing, barsOf(nothing))).toBe(
      'Nothing was used from 2026-11-01 to 2026-11-30.',
    );
  });
});
