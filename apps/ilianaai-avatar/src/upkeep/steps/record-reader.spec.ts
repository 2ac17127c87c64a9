import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aSession } from '../../../../../test/support/session.factory.js';
import type { TranscriptService } from '../../turns/transcript.service.js';
import type { TranscriptPage, VendorLine } from '../../vendors/vendor.js';
import type { VendorRegistry } from '../../vendors/vendor-registry.js';
import { RecordReader } from './record-reader.js';

const line = (second: number): VendorLine => ({
  role: 'user',
  text: `at ${second}`,
  atMs: second * 1_000,
});

const page = (lines: VendorLine[], next: number | null, isLive = true): TranscriptPage => ({
  isLive,
  lines,
  next,
});

/** A reader of these pages by cursor; it remembers what was asked for and what was stored. */
function aReader(pages: ReadonlyMap<number | null, TranscriptPage>) {
  const asked: (number | null)[] = [];
  const stored: string[] = [];
  const vendor = {
    readTranscript: (_id: string, from: number | null) => {
      asked.push(from);
      const found = pages.get(from);
      return found ? Promise.resolve(found) : Promise.reject(new Error('no such page'));
    },
  };
  const transcripts = {
    placeVendorLines: (_session: unknown, lines: readonly VendorLine[]) => {
      stored.push(...lines.map(({ text }) => text));
      return Promise.resolve();
    },
  };
  const reader = new RecordReader(
    { of: () => vendor } as unknown as VendorRegistry,
    transcripts as unknown as TranscriptService,
  );
  return { asked, stored, read: (from: number | null) => reader.read(aSession(), from) };
}

describe("a reading of the vendor's record", () => {
  it('follows the pages to the last, storing each, and says where the next one starts', async () => {
    const { asked, stored, read } = aReader(
      new Map([
        [null, page([line(1), line(2)], 2)],
        [2, page([line(2), line(3)], 3)],
        [3, page([line(3)], null, false)],
      ]),
    );
    expect(await read(null)).toMatchObject({ isLive: false, cursor: 3 });
    expect(asked).toEqual([null, 2, 3]);
    expect(stored).toEqual(['at 1', 'at 2', 'at 2', 'at 3', 'at 3']);
  });

  it('goes on from a cursor of an earlier one', async () => {
    const { asked, read } = aReader(new Map([[7, page([line(7)], null)]]));
    expect(await read(7)).toMatchObject({ isLive: true, cursor: 7 });
    expect(asked).toEqual([7]);
  });

  it.each([
    ['that points to itself', page([line(1)], 1)],
    ['with nothing on it', page([], 9)],
  ])('ends at a page %s', async (_what, last) => {
    const { asked, read } = aReader(
      new Map([
        [null, page([line(1)], 1)],
        [1, last],
      ]),
    );
    await read(null);
    expect(asked).toEqual([null, 1]);
  });

  // What is taken for the whole record takes lines back that it does not hold.
  it.each<[string, number | null, TranscriptPage, string[] | null]>([
    ['is whole where its last page says so', null, page([line(2)], null), ['at 1', 'at 2']],
    ['is whole where its last page points to itself', null, page([line(2)], 1), ['at 1', 'at 2']],
    ['is whole where its last page is empty and says so', null, page([], null), ['at 1']],
    ['is not whole where an empty page tells of another', null, page([], 9), null],
    ['is not whole where it began at a cursor', 1, page([line(2)], null), null],
  ])('%s', async (_what, from, last, expected) => {
    const { read } = aReader(
      new Map([
        [null, page([line(1)], 1)],
        [1, last],
      ]),
    );
    expect((await read(from)).record?.map(({ text }) => text) ?? null).toEqual(expected);
  });

  it('ends in the end, however many pages the vendor invents', async () => {
    const { asked, read } = aReader({
      get: (from: number | null) => page([line(1)], (from ?? 0) + 1),
    } as ReadonlyMap<number | null, TranscriptPage>);
    expect((await read(null)).record).toBeNull();
    expect(asked).toHaveLength(200);
  });

  it('has the same digest exactly when it read the same lines', async () => {
    const digest = async (...lines: VendorLine[]) =>
      (await aReader(new Map([[null, page(lines, null)]])).read(null)).digest;
    expect(await digest(line(1), line(2))).toBe(await digest(line(1), line(2)));
    expect(await digest(line(1))).not.toBe(await digest(line(1), line(2)));
    expect(await digest(line(2), line(1))).not.toBe(await digest(line(1), line(2)));
  });

  it('fails as a whole when a page cannot be read, with what came before it stored', async () => {
    const { stored, read } = aReader(new Map([[null, page([line(1)], 5)]]));
    await expect(read(null)).rejects.toThrow('no such page');
    expect(stored).toEqual(['at 1']);
  });
});

describe('a reading in a bounded time', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** What the vendor is given for each of four pages, of which each takes it two seconds. */
  async function givenMs(withinMs?: number): Promise<(number | undefined)[]> {
    const given: (number | undefined)[] = [];
    const vendor = {
      readTranscript: (_id: string, from: number | null, patienceMs?: number) => {
        given.push(patienceMs);
        jest.advanceTimersByTime(2_000);
        return Promise.resolve(page([line(1)], given.length < 4 ? (from ?? 0) + 1 : null));
      },
    };
    const reader = new RecordReader(
      { of: () => vendor } as unknown as VendorRegistry,
      { placeVendorLines: () => Promise.resolve() } as unknown as TranscriptService,
    );
    await reader.read(aSession(), null, withinMs);
    return given;
  }

  it('gives each page what the pages before it have left', async () => {
    expect(await givenMs(5_000)).toEqual([5_000, 3_000, 1_000, 1]);
  });

  it('leaves the vendor its own time where nobody is in a hurry', async () => {
    expect(await givenMs()).toEqual([undefined, undefined, undefined, undefined]);
  });
});
