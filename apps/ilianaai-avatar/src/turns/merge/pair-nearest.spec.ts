import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pairNearest as pairInSteps, type TurnPair } from './pair-nearest.js';
import { atOnce } from './steps.js';
import { groupOf, type TurnGroup, type Source, type LineSource } from './source-line.js';

const MAX_GAP_MS = 15_000;

interface LinePlan {
  source: LineSource;
  atMs: number;
  comparable: string;
}

let lastKey = 0;

function group(...plans: [LinePlan, ...LinePlan[]]): TurnGroup {
  const [first, ...others] = plans.map(({ source, atMs, comparable }): Source => {
    lastKey += 1;
    const key = `line-${lastKey}`;
    return { source, key, role: 'user', text: comparable, atMs, position: 0, comparable };
  });
  if (!first) throw new Error('a group has a line');
  return groupOf([first, ...others]);
}

const yes = (source: LineSource, atMs: number): LinePlan => ({
  source,
  atMs,
  comparable: 'yes',
});
const vendorYes = (...times: number[]) => times.map((atMs) => group(yes('vendor', atMs)));
const clientYes = (...times: number[]) => times.map((atMs) => group(yes('client', atMs)));

const times = (pairs: TurnPair[]) =>
  pairs.map(({ joined, arriving }) => [joined.lines[0].atMs, arriving.lines[0].atMs]);

/** The rule as it is written: of all lines that may pair, the nearest first, each group once. */
function pairAllWithAll(joined: TurnGroup[], arriving: TurnGroup[]) {
  const lines = (groups: TurnGroup[]) =>
    groups.flatMap((of) => of.lines.map((line) => ({ line, of })));
  const edges = lines(joined)
    .flatMap((a) =>
      lines(arriving).map((b) => ({ a, b, gapMs: Math.abs(a.line.atMs - b.line.atMs) })),
    )
    .filter(({ a, b, gapMs }) => {
      const isSame = a.line.comparable === b.line.comparable;
      return isSame && gapMs <= MAX_GAP_MS && (a.of.sourceBits & b.of.sourceBits) === 0;
    })
    .sort((x, y) => x.gapMs - y.gapMs);
  const paired = new Set<TurnGroup>();
  const pairs = edges.flatMap(({ a, b }) => {
    if (paired.has(a.of) || paired.has(b.of)) return [];
    paired.add(a.of).add(b.of);
    return [{ joined: a.of, arriving: b.of }];
  });
  return { pairs, areGapsDistinct: new Set(edges.map(({ gapMs }) => gapMs)).size === edges.length };
}

const pairNearest = (...sides: Parameters<typeof pairInSteps>) => atOnce(pairInSteps(...sides));

describe('pairNearest', () => {
  it.each<[string, number[], number[], number[][]]>([
    ['nothing with nothing', [], [], []],
    ['one with nobody', [1], [], []],
    ['two at the same time', [1_000], [1_000], [[1_000, 1_000]]],
    ['a line heard 15 s later', [0], [15_000], [[0, 15_000]]],
    ['a line heard 15 s earlier', [15_000], [0], [[15_000, 0]]],
    ['no line heard later than that', [0], [15_001], []],
    ['the nearest of three', [5_000], [0, 6_000, 9_000], [[5_000, 6_000]]],
    [
      'the nearest first, though the others then have nobody',
      [5_000, 21_000],
      [0, 6_000],
      [[5_000, 6_000]],
    ],
    ['the earlier one of equals', [5_000], [0, 10_000], [[5_000, 0]]],
    [
      'in order where one clock runs late',
      [5_000, 15_000],
      [0, 10_000],
      [
        [5_000, 0],
        [15_000, 10_000],
      ],
    ],
    [
      'the outer two once the inner two are taken',
      [0, 4_000],
      [5_000, 10_000],
      [
        [4_000, 5_000],
        [0, 10_000],
      ],
    ],
  ])('pairs %s', (_title, vendor, client, expected) => {
    expect(times(pairNearest(vendorYes(...vendor), clientYes(...client), MAX_GAP_MS))).toEqual(
      expected,
    );
  });

  it('pairs lines of one instant in their order', () => {
    const vendor = vendorYes(0, 0, 0);
    const client = clientYes(0, 0);
    const pairs = pairNearest(vendor.toReversed(), client.toReversed(), MAX_GAP_MS);
    expect(pairs).toEqual([
      { joined: vendor[0], arriving: client[0] },
      { joined: vendor[1], arriving: client[1] },
    ]);
  });

  it('prefers higher authority where two stand equally near', () => {
    const vendor = group(yes('vendor', 1_000));
    const client = group(yes('client', 1_000));
    const arriving = group(yes('task', 0));
    for (const joined of [
      [vendor, client],
      [client, vendor],
    ]) {
      expect(pairNearest(joined, [arriving], MAX_GAP_MS)).toEqual([{ joined: vendor, arriving }]);
    }
  });

  it('never puts two lines of one source together', () => {
    const joined = [group(yes('vendor', 0), yes('socket', 0))];
    const arriving = [group(yes('task', 0), yes('socket', 1))];
    expect(pairNearest(joined, arriving, MAX_GAP_MS)).toEqual([]);
  });

  it('looks past a nearer line that may not pair', () => {
    const both = group(yes('vendor', 900), yes('socket', 900));
    const far = group(yes('vendor', 9_000));
    const arriving = group(yes('task', 1_000), yes('socket', 1_000));
    expect(pairNearest([both, far], [arriving], MAX_GAP_MS)).toEqual([{ joined: far, arriving }]);
  });

  it('pairs by any line of a group', () => {
    const joined = group(yes('vendor', 0), { source: 'client', atMs: 20_000, comparable: 'ye' });
    const arriving = group({ source: 'task', atMs: 21_000, comparable: 'ye' });
    expect(pairNearest([joined], [arriving], MAX_GAP_MS)).toEqual([{ joined, arriving }]);
  });

  it('agrees with the comparison of all with all', () => {
    const plans = (sources: LineSource[]) =>
      fc.array(
        fc.uniqueArray(
          fc.record({
            source: fc.constantFrom(...sources),
            atMs: fc.nat(60_000),
            comparable: fc.constantFrom('yes', 'yes', 'no'),
          }),
          { minLength: 1, maxLength: 2, selector: ({ source }) => source },
        ),
        { maxLength: 6 },
      );
    const groups = (all: LinePlan[][]) => all.map((lines) => group(...(lines as [LinePlan])));
    fc.assert(
      fc.property(
        plans(['vendor', 'client', 'socket']),
        plans(['task', 'socket']),
        (joinedPlans, arrivingPlans) => {
          const joined = groups(joinedPlans);
          const arriving = groups(arrivingPlans);
          const expected = pairAllWithAll(joined, arriving);
          fc.pre(expected.areGapsDistinct);
          expect(pairNearest(joined, arriving, MAX_GAP_MS)).toEqual(expected.pairs);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
