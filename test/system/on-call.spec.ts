import { describe, expect, it } from '@jest/globals';
import type { OverviewDto } from '#contracts';
import { troublesOf } from '../../apps/board/src/gateway/headline.js';
import { rowsThatTellOf } from '../browser/board/on-call-page.js';
import { anOpening, anOverview, before } from '../support/board-samples.js';

const NOON_MS = Date.parse('2026-11-29T12:00:00Z');

/** Everything that may be wrong, in each way in which the board says it. */
const WRONG: readonly Partial<OverviewDto>[] = [
  { lagSeconds: { end: 300, life: 300, outbox: 300 } },
  ...[150, 0].map((creditsLeft) => ({
    vendors: [{ name: 'liveavatar', creditsLeft, creditsReadAt: null, reachable: false }],
  })),
  ...[true, false].flatMap((reachable) =>
    [0, 2_000].map((oldestWaitingSeconds) => ({
      petya: { reachable, oldestWaitingSeconds, boardUrl: null },
    })),
  ),
  { sessions: { ...anOverview().sessions, parked: 1 } },
  {
    reconciliation: {
      yesterday: { day: '2026-11-28', madeAt: before(9_000, NOON_MS), differing: 1 },
    },
  },
  { readAt: before(45, NOON_MS) },
  { opening: anOpening({ paused: true }) },
  { opening: anOpening({ paused: true, by: 'anna', setAt: before(60, NOON_MS) }) },
];

const texts = WRONG.flatMap((change) =>
  troublesOf(anOverview(change, NOON_MS), NOON_MS, 'UTC').map(({ text }) => text),
);

describe('the page for whoever is on call', () => {
  it.each([...new Set(texts)])('has a row for what the board says: %s', (text) => {
    expect(rowsThatTellOf(text)).not.toEqual([]);
  });

  it('is asked about every kind of trouble', () => {
    expect(new Set(texts).size).toBe(14);
  });
});
