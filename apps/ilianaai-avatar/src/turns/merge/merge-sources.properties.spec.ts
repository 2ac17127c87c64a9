import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparableText } from './comparable-text.js';
import { mergeSources } from './merge-sources.js';
import { compareLines, LINE_SOURCES, type SourceLine, type LineSource } from './source-line.js';

const noLimits = { maxTurns: 100_000, maxTextBytes: 1e9 };
const RUNS = { numRuns: 300 };

const utf16 = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
  .map((units) => String.fromCharCode(...units));

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('yes', 'Yes', ' yes', 'no', 'cafe\u0301', 'caf\u00e9') },
  fc.constantFrom('\ud83d', '\ufffd', '\ude00\ud83d', 'שלום \u202eabc', '👩‍👩‍👧', 'a\u0000b', ' ', ''),
  fc.constantFrom('\ufe0f', '\u200b', ' \u00ad\u2060'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  utf16,
);

/** Few keys, few texts and few times, so that all of them collide. */
const line: fc.Arbitrary<SourceLine> = fc.record({
  source: fc.constantFrom(...LINE_SOURCES),
  key: fc.nat(14).map((number) => `k${number}`),
  role: fc.constantFrom('user', 'avatar'),
  text,
  atMs: fc.oneof(fc.nat(60_000), fc.constantFrom(0, 1_000, 15_000, 16_000, 30_000)),
  position: fc.nat(2),
});

const lines = fc.array(line, { maxLength: 40 });
/** As a store with a unique index gives them: no two lines of one source and key. */
const storedLines = fc.uniqueArray(line, {
  maxLength: 40,
  selector: ({ source, key }) => `${source} ${key}`,
});

const merge = (all: readonly SourceLine[]) => mergeSources(all, noLimits).turns;
/** Nothing of it is to be seen or heard. */
const isBlank = (value: string) => comparableText(value) === '';
const wellFormed = (value: string) => Buffer.from(value).toString();

function shuffled<T>(values: readonly T[], seed: readonly number[]): T[] {
  return values
    .map((value, index) => ({ value, by: seed[index % seed.length] ?? 0 }))
    .sort((a, b) => a.by - b.by)
    .map(({ value }) => value);
}

const seed = fc.array(fc.nat(), { minLength: 1, maxLength: 100 });

describe('a merge of whatever was seen', () => {
  it('is the same in any order and with repeats', () => {
    fc.assert(
      fc.property(lines, seed, seed, (all, order, repeats) => {
        const repeated = [...all, ...all.filter((_, index) => (repeats[index] ?? 0) % 2 === 1)];
        expect(merge(shuffled(repeated, order))).toEqual(merge(all));
      }),
      RUNS,
    );
  });

  it('is the same when a line was also read while it was shorter', () => {
    fc.assert(
      fc.property(storedLines, seed, seed, (all, cuts, order) => {
        const cut = all
          .filter((whole) => !isBlank(wellFormed(whole.text)))
          .map((whole, index) => {
            const length = (cuts[index % cuts.length] ?? 0) % whole.text.length;
            return { ...whole, text: whole.text.slice(0, length) };
          });
        expect(merge(shuffled([...cut, ...all], order))).toEqual(merge(all));
      }),
      RUNS,
    );
  });

  it('is the same when it is merged after every chunk that comes in', () => {
    fc.assert(
      fc.property(lines, fc.nat(10), (all, size) => {
        let store: SourceLine[] = [];
        for (let start = 0; start < all.length; start += size + 1) {
          store = [...all.slice(start, start + size + 1), ...store];
          merge(store);
        }
        expect(merge(store)).toEqual(merge(all));
      }),
      RUNS,
    );
  });

  it('does not change its input', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const before = structuredClone(all);
        for (const each of all) Object.freeze(each);
        merge(Object.freeze(all));
        expect(all).toEqual(before);
      }),
      RUNS,
    );
  });

  it('holds every vendor line exactly once and in the order of the vendor', () => {
    fc.assert(
      fc.property(storedLines, (all) => {
        const vendor = all.filter(
          (each) => each.source === 'vendor' && !isBlank(wellFormed(each.text)),
        );
        const turns = merge(all).filter(({ sources }) => sources.includes('vendor'));
        expect(turns.map(({ key, role, text: said, atMs }) => ({ key, role, said, atMs }))).toEqual(
          vendor.toSorted(compareLines).map((each) => ({
            key: each.key,
            role: each.role,
            said: wellFormed(each.text),
            atMs: each.atMs,
          })),
        );
      }),
      RUNS,
    );
  });

  it('holds every line in exactly one turn', () => {
    fc.assert(
      fc.property(storedLines, (all) => {
        const turns = merge(all);
        for (const source of LINE_SOURCES) {
          const seen = all.filter(
            (each) => each.source === source && !isBlank(wellFormed(each.text)),
          );
          expect(turns.filter(({ sources }) => sources.includes(source))).toHaveLength(seen.length);
        }
        expect(turns.every(({ sources }) => new Set(sources).size === sources.length)).toBe(true);
      }),
      RUNS,
    );
  });

  it('says nothing that nobody said, and all of it in well-formed text', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const said = new Set(
          all.map((each) => `${each.role} ${each.key} ${wellFormed(each.text)}`),
        );
        for (const turn of merge(all)) {
          expect(said).toContain(`${turn.role} ${turn.key} ${turn.text}`);
          expect(turn.text).toBe(wellFormed(turn.text));
          expect(isBlank(turn.text)).toBe(false);
        }
      }),
      RUNS,
    );
  });

  it('is in order of time', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const times = merge(all).map(({ atMs }) => atMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
      RUNS,
    );
  });

  it('within limits is the beginning of the merge without them', () => {
    fc.assert(
      fc.property(lines, fc.nat(12), fc.nat(40), (all, maxTurns, maxTextBytes) => {
        const whole = merge(all);
        const { turns, truncated } = mergeSources(all, { maxTurns, maxTextBytes });
        expect(turns).toEqual(whole.slice(0, turns.length));
        expect(truncated).toBe(turns.length < whole.length);
        const bytes = (of: typeof turns) => Buffer.byteLength(of.map((turn) => turn.text).join(''));
        expect(turns.length).toBeLessThanOrEqual(maxTurns);
        expect(bytes(turns)).toBeLessThanOrEqual(maxTextBytes);
        const oneMore = whole.slice(0, turns.length + 1);
        if (truncated)
          expect(oneMore.length > maxTurns || bytes(oneMore) > maxTextBytes).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('clusters of one text', () => {
  const said = (source: LineSource, times: readonly number[]): SourceLine[] =>
    times.map((atMs, index) => ({
      source,
      key: `${source}-${index}`,
      role: 'user',
      text: index % 2 === 0 ? 'yes' : ' Yes',
      atMs,
      position: index,
    }));

  it('within 15 s are as many turns as the source that heard most has lines', () => {
    const times = fc.array(fc.nat(15_000), { maxLength: 8 });
    fc.assert(
      fc.property(fc.tuple(times, times, times, times), (heard) => {
        const all = LINE_SOURCES.flatMap((source, index) => said(source, heard[index] ?? []));
        expect(merge(all)).toHaveLength(Math.max(...heard.map((list) => list.length)));
      }),
      RUNS,
    );
  });

  it('more than 15 s apart pair inside each cluster only', () => {
    const cluster = fc.tuple(fc.nat(4), fc.nat(4));
    fc.assert(
      fc.property(fc.array(cluster, { maxLength: 6 }), (clusters) => {
        const timesOf = (side: 0 | 1) =>
          clusters.flatMap((counts, index) => Array<number>(counts[side]).fill(index * 15_001));
        const all = [...said('vendor', timesOf(0)), ...said('client', timesOf(1))];
        const expected = clusters.reduce((sum, counts) => sum + Math.max(...counts), 0);
        expect(merge(all)).toHaveLength(expected);
      }),
      RUNS,
    );
  });

  it.each([
    ['in one instant', () => 1_760_000_000_000],
    ['within 15 s', (index: number) => 1_760_000_000_000 + index],
    ['a second apart', (index: number) => 1_760_000_000_000 + index * 1_000],
  ])('of 5,000 lines in each of two sources %s are 5,000 turns', (_title, timeOf) => {
    const times = Array.from({ length: 5_000 }, (_, index) => timeOf(index));
    const turns = merge([...said('client', times), ...said('vendor', times)]);
    expect(turns).toHaveLength(5_000);
    expect(turns.every(({ sources }) => sources.join('+') === 'vendor+client')).toBe(true);
  });
});
