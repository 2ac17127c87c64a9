import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_TURN_BYTES } from '#contracts';
import type { VendorLine } from '../../vendors/vendor.js';
import { mergeSources } from './merge-sources.js';
import { toTurnDocument, toSourceLine } from '../turn.mapper.js';
import { placeVendorLines } from './vendor-lines.js';

const line = (atMs: number, text = 'Hello', role: VendorLine['role'] = 'user') => ({
  role,
  text,
  atMs,
});

const keys = (lines: readonly VendorLine[]) => placeVendorLines(lines).map(({ key }) => key);

describe("a line of the vendor's record", () => {
  it('keeps its role, text and time, and has its second and rank as its key', () => {
    expect(
      placeVendorLines([line(1_000, 'a'), line(1_000, 'b', 'avatar'), line(2_000, 'c')]),
    ).toEqual([
      { source: 'vendor', key: 'v/1000/0', role: 'user', text: 'a', atMs: 1_000, position: 0 },
      { source: 'vendor', key: 'v/1000/1', role: 'avatar', text: 'b', atMs: 1_000, position: 1 },
      { source: 'vendor', key: 'v/2000/0', role: 'user', text: 'c', atMs: 2_000, position: 0 },
    ]);
  });

  it('has a place of its own though it says the same at the same time', () => {
    expect(keys([line(1_000), line(1_000), line(1_000)])).toEqual([
      'v/1000/0',
      'v/1000/1',
      'v/1000/2',
    ]);
  });

  it('is made well-formed and cut to 32 KiB without splitting a character', () => {
    const [broken, long] = placeVendorLines([line(1, 'a\ud83d'), line(2, '€'.repeat(20_000))]);
    expect(broken?.text).toBe('a\ufffd');
    expect(long?.text).toBe('€'.repeat(Math.floor(MAX_TURN_BYTES / 3)));
  });
});

describe('the record read page by page', () => {
  const lines = fc
    .array(fc.record({ second: fc.nat(8), text: fc.constantFrom('yes', 'no') }), { maxLength: 25 })
    .map((all) =>
      all
        .map(({ second, text }) => line((second + 1) * 1_000, text))
        .sort((one, other) => one.atMs - other.atMs),
    );

  it('places every line where the whole record does, wherever a page begins', () => {
    fc.assert(
      fc.property(lines, fc.nat(9), (all, second) => {
        const page = all.filter(({ atMs }) => atMs >= second * 1_000);
        expect(placeVendorLines(all)).toEqual(expect.arrayContaining(placeVendorLines(page)));
      }),
    );
  });

  it('gives the same transcript from overlapping pages, stored and read back, as from one', () => {
    const owner = { id: 'session-1', accountId: 'acc-1' };
    const merge = (all: ReturnType<typeof placeVendorLines>) =>
      mergeSources(
        all.map((each) => toSourceLine(toTurnDocument(each, owner))),
        { maxTurns: 5_000, maxTextBytes: 1e6 },
      );
    fc.assert(
      fc.property(lines, fc.nat(9), fc.nat(9), (all, first, second) => {
        const pages = [first, second, 0].map((from) =>
          placeVendorLines(all.filter(({ atMs }) => atMs >= from * 1_000)),
        );
        expect(merge(pages.flat())).toEqual(merge(placeVendorLines(all)));
        expect(merge(pages.flat()).turns).toHaveLength(all.length);
      }),
    );
  });

  it('has a key for every line, and no key twice', () => {
    fc.assert(
      fc.property(lines, (all) => {
        expect(new Set(keys(all)).size).toBe(all.length);
      }),
    );
  });
});

describe('a line that is stored', () => {
  it('belongs to its session and account and comes back as it was', () => {
    const [placed] = placeVendorLines([line(1_760_000_010_123)]);
    if (!placed) throw new Error('there is a line');
    const stored = toTurnDocument(placed, { id: 'session-1', accountId: 'acc-1' });
    expect(stored).toMatchObject({
      sessionId: 'session-1',
      accountId: 'acc-1',
      at: new Date(1_760_000_010_123),
    });
    expect(toSourceLine(stored)).toEqual(placed);
  });
});
