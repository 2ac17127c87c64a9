import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import fc from 'fast-check';
import { type ClosePlan, type Fault, playClose, RECORDS, type Speaker } from './close-model.js';
import { RUNS, SEED } from './interleavings.js';

/** No two of them could be taken for what two heard of one turn. */
const TEXTS = ['Is it open on Sundays?', 'Green, please', '42 pieces', 'Thanks a lot'];

const ALL_RECORDED: readonly string[] = RECORDS.flat();

const pauses = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 }));

const speakers: fc.Arbitrary<Speaker[]> = fc
  .array(fc.record({ by: fc.constantFrom('call' as const, 'socket' as const), pauses }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((each) => each.map((speaker, index) => ({ ...speaker, text: TEXTS[index] ?? '' })));

const slowness = fc.constantFrom(1, 1, 4);

const death = fc.oneof(
  { weight: 3, arbitrary: fc.constant(Infinity) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }) },
);

const plan: fc.Arbitrary<ClosePlan> = fc.record({
  from: fc.constantFrom('active', 'stopped', 'delivered'),
  speakers,
  stops: fc.integer({ min: 1, max: 2 }),
  deaths: fc.tuple(death, death),
  workers: fc.constantFrom([true, true] as const, [true, false] as const),
  slowness: fc.tuple(slowness, slowness),
  passing: fc.array(fc.constantFrom(0.5, 1, 2, 2.5, 16, 61), { maxLength: 12 }),
  isShort: fc.boolean(),
  failedReadings: fc.array(fc.boolean(), { maxLength: 3 }),
  correctedAfter: fc.integer({ min: 0, max: 5 }),
  endedLongAgo: fc.boolean(),
});

/** Words that come late, while a replica that is slower than theirs closes for the ones before. */
const latePlan: fc.Arbitrary<ClosePlan> = fc.record({
  from: fc.constantFrom('stopped', 'delivered'),
  speakers: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 3, maxLength: 4 }).map((each) =>
    each.map((before, index) => ({
      by: 'socket' as const,
      // One after the other, so that a transcript is closed for one and the next comes into it.
      pauses: [index * 15 + before, 0] as const,
      text: TEXTS[index] ?? '',
    })),
  ),
  stops: fc.constant(0),
  deaths: fc.constant([Infinity, Infinity] as const),
  workers: fc.constant([true, false] as const),
  slowness: fc.constant([4, 1] as const),
  passing: fc.constantFrom([], Array<number>(30).fill(0.5)),
  isShort: fc.boolean(),
  failedReadings: fc.constant([]),
  correctedAfter: fc.integer({ min: 0, max: 5 }),
  endedLongAgo: fc.constant(false),
});

describe('the end of a session', () => {
  beforeAll(() => Logger.overrideLogger(false));
  afterAll(() => Logger.overrideLogger(new ConsoleLogger()));

  it.each([
    ['everything', RUNS / 2, plan],
    ['late words', RUNS / 2, latePlan],
  ])(
    'delivers what was acknowledged, once, in whatever order: %s, %d times',
    async (_what, numRuns, plans) => {
      await fc.assert(keepsItsPromise(plans), { numRuns, ...SEED });
    },
    3_600_000,
  );

  it.each<Fault>(['closes over a change', 'counts silently', 'keeps what was taken back'])(
    'is seen by this test where it %s',
    async (fault) => {
      const found = await fc.check(keepsItsPromise(latePlan, fault), { numRuns: 10_000 });
      expect(found.failed).toBe(true);
    },
    60_000,
  );
});

function keepsItsPromise(plans: fc.Arbitrary<ClosePlan>, fault?: Fault) {
  return fc.asyncProperty(plans, fc.scheduler(), async (chosen, scheduler) => {
    const { acknowledged, delivered, twofold, record } = await playClose(scheduler, chosen, fault);
    expect(record).toMatchObject({ state: 'delivered', slot: null });
    expect(twofold).toEqual([]);
    expect(delivered).toEqual([...new Set(delivered)]);
    expect(delivered).toEqual(expect.arrayContaining([...acknowledged]));
    const vendors = delivered.filter((text) => ALL_RECORDED.includes(text));
    expect([[], ...RECORDS]).toContainEqual(vendors);
  });
}
