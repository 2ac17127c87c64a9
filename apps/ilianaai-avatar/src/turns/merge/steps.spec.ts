import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { mergeInSteps, mergeSources } from './merge-sources.js';
import { atOnce, inSlices, ownTurn, type Steps } from './steps.js';
import { LINE_SOURCES, type SourceLine } from './source-line.js';

/** Keeps the processor busy for so many milliseconds, with a pause possible after each. */
function* busy(ms: number): Steps<string> {
  for (let step = 0; step < ms; step += 1) {
    const endMs = performance.now() + 1;
    while (performance.now() < endMs);
    yield;
  }
  return 'done';
}

describe('a long computation', () => {
  it('gives the same at once and in slices', async () => {
    expect(atOnce(busy(2))).toBe('done');
    expect(await inSlices(busy(2))).toBe('done');
  });

  it.each([1, 5])('lets the event loop go round, %i of them at the same time', async (times) => {
    let rounds = 0;
    let isDone = false;
    const counting = (async () => {
      while (!isDone) {
        await nextTurn();
        rounds += 1;
      }
    })();
    await Promise.all(Array.from({ length: times }, () => inSlices(busy(100))));
    isDone = true;
    await counting;
    // Slices of ten milliseconds, each in a turn of its own.
    expect(rounds).toBeGreaterThanOrEqual(times * 8);
  });

  it('ends with its error', async () => {
    // eslint-disable-next-line require-yield
    function* broken(): Steps<never> {
      throw new Error('broken');
    }
    await expect(inSlices(broken())).rejects.toThrow('broken');
  });
});

describe('a turn of the event loop', () => {
  it('is nobody else’s, and comes in the order of asking', async () => {
    const turns: [number, number][] = [];
    let round = 0;
    const asked = Array.from({ length: 5 }, async (_, index) => {
      await ownTurn();
      turns.push([index, round]);
    });
    const counting = (async () => {
      for (; round < 20; round += 1) await nextTurn();
    })();
    await Promise.all([...asked, counting]);
    expect(turns.map(([index]) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(turns.map(([, at]) => at)).size).toBe(5);
  });
});

describe('a merge in slices', () => {
  const line: fc.Arbitrary<SourceLine> = fc.record({
    source: fc.constantFrom(...LINE_SOURCES),
    key: fc.nat(14).map((number) => `k${number}`),
    role: fc.constantFrom('user', 'avatar'),
    text: fc.oneof(fc.constantFrom('yes', 'Yes', ' yes', ' '), fc.string({ unit: 'binary' })),
    atMs: fc.nat(60_000),
    position: fc.nat(2),
  });

  it('is the merge', async () => {
    const limits = fc.record({ maxTurns: fc.nat(30), maxTextBytes: fc.nat(200) });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 40 }), limits, async (lines, limit) => {
        expect(await inSlices(mergeInSteps(lines, limit))).toEqual(mergeSources(lines, limit));
      }),
    );
  });
});
