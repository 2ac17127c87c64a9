import { describe, expect, it } from '@jest/globals';
import { DayCount, type DaySum, daysToRead, daysUntil, usesOf } from './used-days.js';

const at = (text: string) => new Date(`2026-11-${text}Z`);
const HOUR_MS = 3_600_000;

/** Sums of days, each read so many milliseconds ago, at a time of 100 hours. */
const NOW_MS = 100 * HOUR_MS;
function known(
  days: Readonly<Record<string, { isOver?: boolean; ageMs?: number; used?: number }>>,
) {
  return new Map(
    Object.entries(days).map(([name, { isOver = true, ageMs = 0, used = 0 }]): [string, DaySum] => [
      `2026-11-${name}`,
      { seconds: { liveavatar: used, heygen: used * 10 }, isOver, readAtMs: NOW_MS - ageMs },
    ]),
  );
}

describe('the days of a month', () => {
  it.each([
    ['01T00:00:00.000', ['01']],
    ['01T23:59:59.999', ['01']],
    ['02T00:00:00.000', ['01', '02']],
    ['03T12:00:00.000', ['01', '02', '03']],
  ])('by %s', (now, days) => {
    expect(daysUntil(at(now)).map(({ name }) => name.slice(8))).toEqual(days);
  });

  it('end where the next one begins', () => {
    const days = daysUntil(at('30T12:00:00.000'));
    expect(days).toHaveLength(30);
    expect(days.slice(1).map(({ from }) => from)).toEqual(days.slice(0, -1).map(({ to }) => to));
  });
});

describe('what is read of them', () => {
  it.each<[string, Parameters<typeof known>[0], string[]]>([
    ['everything at first', {}, ['01', '02', '03']],
    ['what is not known yet', { '01': {}, '03': { isOver: false } }, ['02', '03']],
    ['today alone', { '01': {}, '02': {}, '03': { isOver: false } }, ['03']],
    [
      'also a day on which something began that still runs',
      { '01': {}, '02': { isOver: false }, '03': { isOver: false } },
      ['02', '03'],
    ],
    [
      'no day again before an hour has gone by',
      { '01': { ageMs: HOUR_MS - 1 }, '02': {}, '03': { isOver: false } },
      ['03'],
    ],
    [
      'the one that was read longest ago, after an hour',
      { '01': { ageMs: HOUR_MS }, '02': { ageMs: HOUR_MS + 1 }, '03': { isOver: false } },
      ['03', '02'],
    ],
  ])('is %s', (_what, days, read) => {
    const month = daysUntil(at('03T12:00:00.000'));
    const names = daysToRead(month, known(days), NOW_MS).map(({ name }) => name.slice(8));
    expect(names).toEqual(read);
  });

  it('is each day at most once an hour, and every day in the end', () => {
    const month = daysUntil(at('30T12:00:00.000'));
    const reads = new Map<string, number[]>();
    const sums = new Map<string, DaySum>();
    for (let minute = 0; minute < 120; minute += 1) {
      const readAtMs = minute * 60_000;
      for (const { name } of daysToRead(month, sums, readAtMs)) {
        reads.set(name, [...(reads.get(name) ?? []), minute]);
        const isOver = name !== '2026-11-30';
        sums.set(name, { seconds: { liveavatar: 0, heygen: 0 }, isOver, readAtMs });
      }
    }
    reads.delete('2026-11-30');
    for (const [first, second = Infinity] of reads.values()) {
      expect(first).toBe(0);
      expect(second).toBeGreaterThanOrEqual(60);
      expect(second).toBeLessThan(60 + 30);
    }
  });
});

describe('the sum of a day', () => {
  const [day] = daysUntil(at('01T12:00:00.000'));
  const startedAt = at('01T23:50:00.000');
  const runs = { startedAt, endedAt: null };
  const over = { startedAt, endedAt: at('01T23:51:00.000') };
  const billed = { ...over, billed: { seconds: 75, credits: 3, source: 'vendor' as const } };

  it.each([
    ['what has passed of one that runs', [runs], '02T00:10:00.000', 1_200, false],
    ['what has passed of one that is over', [over], '02T00:10:00.000', 60, true],
    ['what the vendor bills', [billed], '02T00:10:00.000', 75, true],
    ['all together', [runs, over, billed], '02T00:10:00.000', 1_335, false],
    ['nothing where nothing began, which a late one may have', [], '02T00:01:59.999', 0, false],
    ['nothing where nothing began', [], '02T00:02:00.000', 0, true],
  ])('is %s', (_what, sessions, now, seconds, isOver) => {
    const count = new DayCount(at(now));
    for (const session of sessions) count.add(session);
    expect(count.seconds).toBe(seconds);
    if (!day) throw new Error('there is no first day');
    expect(count.isOver(day)).toBe(isOver);
  });

  it('goes into its month; the last day is today', () => {
    const days = daysUntil(at('03T12:00:00.000'));
    const sums = known({ '01': { used: 1 }, '02': { used: 20 }, '03': { used: 300 } });
    expect(usesOf(days, sums)).toEqual([
      { vendor: 'liveavatar', today: 300, month: 321 },
      { vendor: 'heygen', today: 3_000, month: 3_210 },
    ]);
  });
});
