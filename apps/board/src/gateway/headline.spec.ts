import { describe, expect, it } from '@jest/globals';
import type { OverviewDto } from '#contracts';
import { anOpening, anOverview, before, NOW_MS } from '../../../../test/support/board-samples.js';
import { headlineOf, type Trouble, troublesOf } from './headline.js';

const found = (change: Partial<OverviewDto>) => troublesOf(anOverview(change), NOW_MS, 'UTC');
const vendor = (change: Partial<OverviewDto['vendors'][number]>) => ({
  vendors: [
    { name: 'liveavatar', creditsLeft: 500, creditsReadAt: before(40), reachable: true, ...change },
  ],
});
const lag = (change: Partial<OverviewDto['lagSeconds']>) => ({
  lagSeconds: { end: 0, life: 0, outbox: 0, ...change },
});
const petya = (reachable: boolean, oldestWaitingSeconds: number) => ({
  petya: { reachable, oldestWaitingSeconds, boardUrl: null },
});
const parked = (count: number) => ({ sessions: { ...anOverview().sessions, parked: count } });
const differing = (count: number) => ({
  reconciliation: { yesterday: { day: '2026-11-28', madeAt: before(9_000), differing: count } },
});
const paused = { opening: anOpening({ paused: true, by: 'anna', setAt: before(3_600) }) };

describe('what an operator should know of', () => {
  it.each<[string, Partial<OverviewDto>]>([
    ['as it usually is', {}],
    ['the end lane is half a minute late', lag({ end: 30 })],
    ['looks and deliveries are two minutes late', lag({ life: 120, outbox: 120 })],
    ['a transcript has waited a quarter of an hour', petya(true, 900)],
    ['credits are not told', vendor({ creditsLeft: null, creditsReadAt: null })],
    ['there are enough credits', vendor({ creditsLeft: 200 })],
    ['yesterday was not compared', { reconciliation: { yesterday: null } }],
    ['counts are half a minute old', { readAt: before(30) }],
    ['no vendor is on', { vendors: [] }],
    [
      'opening was paused and is not any more',
      { opening: anOpening({ by: 'anna', setAt: before(60) }) },
    ],
  ])('is nothing where %s', (_what, change) => {
    expect(found(change)).toEqual([]);
  });

  it.each<[Trouble['topic'], boolean, string, string, Partial<OverviewDto>]>([
    [
      'Money',
      true,
      'Sessions that should be over still run, for up to 31 s.',
      'live',
      lag({ end: 31 }),
    ],
    [
      'Money',
      true,
      'liveavatar has no credits left: no session can start.',
      'live',
      vendor({ creditsLeft: 0 }),
    ],
    [
      'Money',
      false,
      'liveavatar has only 199.5 credits left.',
      'live',
      vendor({ creditsLeft: 199.5 }),
    ],
    ['Money', false, "Yesterday's bill differs for 1 session.", 'bills', differing(1)],
    ['Petya', true, 'Petya does not answer.', 'waiting', petya(false, 0)],
    [
      'Petya',
      true,
      'Petya does not answer. A transcript has waited 18 min for it.',
      'waiting',
      petya(false, 1_100),
    ],
    ['Petya', false, 'A transcript has waited 18 min for Petya.', 'waiting', petya(true, 1_100)],
    ['Transcripts', true, 'Petya refuses 3 transcripts.', 'parked', parked(3)],
    ['Vendor', true, 'liveavatar does not answer.', 'live', vendor({ reachable: false })],
    [
      'Late work',
      true,
      'Running sessions are not looked at: 2 min late.',
      'live',
      lag({ life: 121 }),
    ],
    ['Late work', false, 'Deliveries are 2 min late.', 'waiting', lag({ outbox: 121 })],
    [
      'Database',
      true,
      'These counts are 45 s old: the database is slow or away.',
      'now',
      { readAt: before(45) },
    ],
    ['Opening', false, 'Opening is paused by anna since 02:12:04.', 'opening', paused],
    ['Opening', false, 'Opening is paused.', 'opening', { opening: anOpening({ paused: true }) }],
  ])('is of %s, grave: %s, %j', (topic, isGrave, text, path, change) => {
    expect(found(change)).toEqual([expect.objectContaining({ topic, isGrave, text, path })]);
  });

  it('has a key of its own for each that there may be at once', () => {
    const gone = (name: string, creditsLeft: number) => ({
      name,
      creditsLeft,
      creditsReadAt: before(40),
      reachable: false,
    });
    const all = found({
      ...lag({ end: 300, life: 300, outbox: 300 }),
      vendors: [gone('liveavatar', 150), gone('heygen', 0)],
      ...parked(1),
      ...paused,
      ...petya(false, 2_000),
      readAt: before(45),
    });
    expect(all).toHaveLength(11);
    expect(new Set(all.map(({ key }) => key)).size).toBe(11);
  });

  it('is told with what is grave first', () => {
    const all = found({ ...lag({ outbox: 150 }), ...parked(1), ...paused, ...petya(false, 0) });
    expect(all.map(({ topic }) => topic)).toEqual(['Petya', 'Transcripts', 'Late work', 'Opening']);
  });
});

describe('the headline', () => {
  const headline = (change: Partial<OverviewDto>) => headlineOf(found(change));

  it.each<[Partial<OverviewDto>, string, string, string]>([
    [{}, 'calm', 'All calm.', 'All calm'],
    [paused, 'watch', 'Opening is paused by anna since 02:12:04.', '1 thing to know'],
    [
      { ...paused, ...petya(true, 1_100) },
      'watch',
      'Nothing is broken. 2 things to know: Petya and opening.',
      '2 things to know',
    ],
    [parked(2), 'wrong', 'Petya refuses 2 transcripts.', '1 thing needs you'],
    [
      { ...parked(2), ...paused },
      'wrong',
      '1 thing needs you: transcripts. 1 more thing to know.',
      '1 thing needs you',
    ],
    [
      { ...parked(2), ...petya(false, 0), ...vendor({ reachable: false, creditsLeft: 0 }) },
      'wrong',
      '4 things need you: money, Petya, transcripts and vendor.',
      '4 things need you',
    ],
    [
      { ...lag({ end: 40 }), ...vendor({ creditsLeft: 0 }) },
      'wrong',
      '2 things need you: money.',
      '2 things need you',
    ],
  ])('of %j is %s: %j', (change, tone, text, short) => {
    expect(headline(change)).toEqual({ tone, text, short });
  });
});
