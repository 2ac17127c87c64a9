import { describe, expect, it } from '@jest/globals';
import { toCreditsLeft, toListPage } from './session-list.mapper.js';

const entry = (more: object = {}) => ({
  id: 's',
  created_at: '2026-11-26T10:00:00Z',
  duration: 61,
  credits_consumed: '4',
  ...more,
});
const body = (results: unknown, count: unknown, next: unknown = null) => ({
  code: 1000,
  data: { results, count, next },
});
const many = (size: number) =>
  Array.from({ length: size }, (_, index) => entry({ id: `s${index}` }));

describe('a page of the vendor’s list', () => {
  it.each([
    ['whole', [1], body(many(1), 1), true],
    ['the last one', [2], body(many(1), 3), true],
    ['one of several', [1], body(many(2), 3, 'https://vendor/next'), false],
    ['one that names no next though there is more', [1], body(many(2), 3), false],
    ['the last one, with a next all the same', [1], body(many(2), 2, 'https://vendor/next'), false],
    ['behind the end', [2], body([], 2), true],
    ['none at all', [1], body([], 0), true],
    ['short of what it counts', [1], body(many(1), 2), true],
  ])('%s', (_what, [page = 1], answer, isLast) => {
    expect(toListPage(answer, page, 2).isLast).toBe(isLast);
  });

  it.each([
    ['empty before the end', body([], 1), 1],
    ['full behind the end', body(many(2), 2, 'https://vendor/next'), 2],
    ['larger than asked for', body(many(3), 3), 1],
    ['without a count', body(many(1), undefined), 1],
    ['with a count in words', body(many(1), 'one'), 1],
    ['no list', body('nothing', 1), 1],
    ['of things', body([7], 1), 1],
    ['with an entry without an id', body([entry({ id: undefined })], 1), 1],
    ['with an entry without a time', body([entry({ created_at: 'long ago' })], 1), 1],
    ['a refusal', { code: 4000, data: null }, 1],
    ['nothing', null, 1],
  ])('%s makes no sense', (_what, answer, page) => {
    expect(() => toListPage(answer, page, 2)).toThrow('vendor_garbled');
  });

  it.each([
    [{}, 61, 4],
    [{ duration: '60.2', credits_consumed: 2.5 }, 61, 2.5],
    [{ duration: null, end_at: '2026-11-26T10:00:09.5Z' }, 10, null],
    [{ duration: 'long', end_at: '2026-11-26T09:00:00Z' }, 0, null],
    [{ duration: undefined }, null, null],
    [{ credits_consumed: 'some' }, 61, null],
  ])('reads %j as %j s and %j credits', (more, seconds, credits) => {
    const { entries } = toListPage(body([entry(more)], 1), 1, 2);
    expect(entries[0]).toMatchObject({ seconds, credits });
  });

  it.each([
    '2026-11-26T10:00:00Z',
    '2026-11-26T10:00:00.000000',
    '2026-11-26T11:00:00+01:00',
    1_795_687_200,
  ])('reads %j as a time', (created_at) => {
    const { entries } = toListPage(body([entry({ created_at })], 1), 1, 2);
    expect(entries[0]?.createdAt).toEqual(new Date('2026-11-26T10:00:00Z'));
  });
});

describe('the credits that are left', () => {
  it.each([
    ['42.5', 42.5],
    [42.5, 42.5],
    [' 0 ', 0],
    ['-1', -1],
  ])('%j are %j', (credits_left, left) => {
    expect(toCreditsLeft({ code: 1000, data: { credits_left } })).toBe(left);
  });

  it.each([['lots'], [null], [''], [Number.NaN], [{}], ['1e9'], [undefined]])(
    '%j are nonsense',
    (credits_left) => {
      expect(() => toCreditsLeft({ code: 1000, data: { credits_left } })).toThrow('vendor_garbled');
    },
  );
});
