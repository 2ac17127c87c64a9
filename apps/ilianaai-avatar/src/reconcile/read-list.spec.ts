import { describe, expect, it } from '@jest/globals';
import { AvatarError } from '../errors.js';
import type { ListedSession, ListPage, VendorBooks } from '../vendors/vendor.js';
import { type Reading, readList } from './read-list.js';

const AT = new Date('2026-11-26T10:00:00Z');

function listed(number: number): ListedSession {
  return {
    id: `s${number}`,
    createdAt: new Date(AT.getTime() - number * 1000),
    seconds: 1,
    credits: 1,
  };
}

/** Books whose pages are made as they are asked for. */
function books(listPage: (page: number) => ListPage | Promise<ListPage>) {
  const asked: number[] = [];
  const vendor: VendorBooks = {
    listPage: async (_kind, page) => {
      asked.push(page);
      return listPage(page);
    },
    creditsLeft: () => Promise.resolve(0),
  };
  return { vendor, asked };
}

const never: Reading = { isBehind: () => false, signal: new AbortController().signal };

async function readAll(vendor: VendorBooks, reading = never): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of readList(vendor, 'historic', reading)) {
    ids.push(...page.map(({ id }) => id));
  }
  return ids;
}

/** Ten a page, of so many; `began` sessions begin before each further page. */
function growing(total: number, began: number) {
  let newest = 0;
  return (page: number): ListPage => {
    if (page > 1) newest -= began;
    const from = newest + (page - 1) * 10;
    const numbers = Array.from({ length: 10 }, (_, index) => from + index);
    const entries = numbers.filter((each) => each < total).map(listed);
    return { entries, isLast: from + 10 >= total };
  };
}

describe('a vendor’s list', () => {
  it.each([0, 1, 7, 9])(
    'is read whole, each session once, while %i begin a page',
    async (began) => {
      const ids = await readAll(books(growing(35, began)).vendor);
      expect(new Set(ids).size).toBe(ids.length);
      const numbers = ids.map((id) => Number(id.slice(1))).filter((number) => number >= 0);
      expect(numbers.toSorted((one, other) => one - other)).toEqual(
        Array.from({ length: 35 }, (_, index) => index),
      );
    },
  );

  it('is read no further than the first page that is all behind', async () => {
    const { vendor, asked } = books(growing(1_000, 0));
    const isBehind = ({ id }: ListedSession) => Number(id.slice(1)) >= 15;
    const ids = await readAll(vendor, { ...never, isBehind });
    expect(asked).toEqual([1, 2, 3]);
    expect(ids).toHaveLength(30);
  });

  it.each([
    ['the same page for ever', () => 0],
    ['two pages by turns', (page: number) => (page % 2) * 10],
  ])('that is %s makes no sense', async (_what, from) => {
    const { vendor, asked } = books((page) => ({
      entries: Array.from({ length: 10 }, (_, index) => listed(from(page) + index)),
      isLast: false,
    }));
    await expect(readAll(vendor)).rejects.toMatchObject({ code: 'vendor_garbled' });
    expect(asked.length).toBeLessThan(10);
  });

  it('is waited for while the vendor is busy, and loses nothing', async () => {
    let refusals = 3;
    const pages = growing(25, 0);
    const { vendor, asked } = books((page) => {
      if (page === 2 && refusals-- > 0) {
        throw new AvatarError('vendor_busy', { retryAfterSeconds: 0.001 });
      }
      return pages(page);
    });
    expect(await readAll(vendor)).toHaveLength(25);
    expect(asked).toEqual([1, 2, 2, 2, 2, 3]);
  });

  it('ends with what else the vendor fails with', async () => {
    const { vendor } = books((page) => {
      if (page === 2) throw new AvatarError('vendor_unreachable');
      return growing(25, 0)(page);
    });
    await expect(readAll(vendor)).rejects.toMatchObject({ code: 'vendor_unreachable' });
  });

  it('ends where nobody wants to know any more', async () => {
    const over = new AbortController();
    const { vendor, asked } = books((page) => {
      if (page === 2) over.abort(new Error('over'));
      return growing(100, 0)(page);
    });
    await expect(readAll(vendor, { ...never, signal: over.signal })).rejects.toThrow('over');
    expect(asked).toEqual([1, 2]);
  });
});
