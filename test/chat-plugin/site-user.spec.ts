import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Refusal } from '#client';
import { isUnsigned, readSiteUser, siteUserAt } from './src/plugin/site-user.js';

const ada = { userId: 'shop.example.com:7', userHash: 'a'.repeat(64) };

describe('what a site says of who is logged in', () => {
  it.each([
    [ada, ada],
    [
      { ...ada, userHash: 'A'.repeat(64), name: 'Ada' },
      { ...ada, userHash: 'A'.repeat(64) },
    ],
    [
      { ...ada, userId: 'é'.repeat(100) },
      { ...ada, userId: 'é'.repeat(100) },
    ],
    [{}, null],
    [{ message: 'Nobody.' }, null],
  ])('%j is taken', (answer, expected) => {
    expect(readSiteUser(answer)).toEqual(expected);
  });

  it.each([
    null,
    undefined,
    0,
    'ada',
    { userId: ada.userId },
    { userHash: ada.userHash },
    { ...ada, userId: '' },
    { ...ada, userId: 7 },
    { ...ada, userId: 'é'.repeat(101) },
    { ...ada, userHash: 'a'.repeat(63) },
    { ...ada, userHash: 'g'.repeat(64) },
  ])('%j is no answer', (answer) => {
    expect(readSiteUser(answer)).toBeUndefined();
  });
});

describe('asking the site', () => {
  const asked = jest.fn<typeof fetch>();
  const told = jest.fn<typeof console.warn>();
  const { fetch: usualFetch } = globalThis;
  const { warn: usualWarn } = console;

  beforeEach(() => {
    asked.mockReset();
    told.mockReset();
    globalThis.fetch = asked;
    console.warn = told;
  });
  afterEach(() => {
    globalThis.fetch = usualFetch;
    console.warn = usualWarn;
  });

  const answers = (body: string, status = 200): unknown =>
    asked.mockImplementation(() => Promise.resolve(new Response(body, { status })));

  it('posts once, with the cookie of the login', async () => {
    answers(JSON.stringify(ada));
    const ask = siteUserAt('/who');
    expect(await Promise.all([ask(), ask()])).toEqual([ada, ada]);
    expect(asked).toHaveBeenCalledTimes(1);
    expect(asked).toHaveBeenCalledWith(
      '/who',
      expect.objectContaining({ method: 'POST', credentials: 'include' }),
    );
  });

  it('is left where the page names no address', async () => {
    expect(await siteUserAt(undefined)()).toBeNull();
    expect(asked).not.toHaveBeenCalled();
  });

  it.each([
    ['a refusal', () => answers(JSON.stringify(ada), 500)],
    ['a page', () => answers('<html>')],
    ['a number', () => answers('0')],
    ['nothing', () => asked.mockRejectedValue(new TypeError('Failed to fetch'))],
  ])('finds nobody in %s, and tells the page’s developer', async (what, answer) => {
    answer();
    const url = `/${what.replace(' ', '-')}`;
    expect(await siteUserAt(url)()).toBeNull();
    expect(told).toHaveBeenCalledWith(expect.stringContaining(`data-user-url="${url}"`));
  });
});

describe('a signature', () => {
  it.each([
    [
      new Refusal('This userHash does not fit.', {
        status: 401,
        type: 'urn:problem:user_hash_invalid',
      }),
      true,
    ],
    [new Refusal('No.', { status: 401, type: 'urn:problem:token_invalid' }), false],
    [new TypeError('Failed to fetch'), false],
  ])('is not taken by Petya: %s, %s', (error, expected) => {
    expect(isUnsigned(error)).toBe(expected);
  });
});
