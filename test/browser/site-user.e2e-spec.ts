import { beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { html, useOddBrowser } from './odd-browser.js';
import type { OddVisitor } from './odd-visitor.js';

const odd = useOddBrowser();
const { site } = odd;

const PATH = '/who';
const ada = { userId: 'shop:1', userHash: 'a'.repeat(64) };
const bob = { userId: 'shop:2', userHash: 'b'.repeat(64) };

/** What the site's own server answers about its cookie. */
function isLoggedIn(user: object): void {
  const headers = { 'Content-Type': 'application/json' };
  site.pages.set(PATH, { html: JSON.stringify(user), headers });
}

/** A page that names the address, and how often that was asked. */
async function open(): Promise<{ visitor: OddVisitor; asked: string[] }> {
  const asked: string[] = [];
  odd.context.on('request', (request) => {
    if (new URL(request.url()).pathname === PATH) asked.push(request.method());
  });
  const visitor = await odd.open({ html: html(site.tag(`data-user-url="${PATH}"`)) });
  await visitor.button('Talk with video').waitFor();
  return { visitor, asked };
}

const reloaded = async ({ page }: OddVisitor): Promise<void> => {
  await page.reload();
  await page.getByRole('button', { name: 'Talk with video' }).waitFor();
};

const made = (): object[] =>
  site.callsTo('/visitors/init').map(({ body, headers }) => {
    const { userId, userHash } = JSON.parse(body) as Partial<typeof ada>;
    return { userId, userHash, hasToken: headers['x-visitor-token'] !== undefined };
  });

const words = (visitor: OddVisitor): Promise<string | null> =>
  visitor.page.locator('avatar-chat [data-lines]').textContent();

beforeEach(() => isLoggedIn(ada));

describe('a person who is logged in at the site', () => {
  it('is signed to Petya with the first word, and proved by the token from then on', async () => {
    const { visitor, asked } = await open();
    expect(asked).toEqual([]);
    await visitor.write('I am Ada');
    await visitor.write('Still me');
    await reloaded(visitor);
    expect(await words(visitor)).toMatch(/I am Ada.*Still me/);
    await visitor.write('Me again');
    expect(made()).toEqual([
      { ...ada, hasToken: false },
      { userId: undefined, userHash: undefined, hasToken: true },
    ]);
    expect(asked).toEqual(['POST', 'POST']);
    expect(visitor.told).toBe('');
  });

  it.each([
    ['nobody', {}, {}],
    ['another user', bob, bob],
  ])('leaves nothing to %s', async (_who, next, said) => {
    const { visitor } = await open();
    await visitor.write('I am Ada');
    isLoggedIn(next);
    await reloaded(visitor);
    expect(await words(visitor)).not.toContain('Ada');
    await visitor.write('Somebody else');
    expect(made().at(-1)).toEqual({ ...said, hasToken: false });
    expect(site.callsTo('/userConversation/init')).toHaveLength(2);
  });

  it('takes over nothing of whoever wrote before the login', async () => {
    isLoggedIn({});
    const { visitor } = await open();
    await visitor.write('I am nobody');
    isLoggedIn(ada);
    await reloaded(visitor);
    expect(await words(visitor)).not.toContain('nobody');
    await visitor.write('I am Ada');
    expect(made().at(-1)).toEqual({ ...ada, hasToken: false });
  });

  it('is gone from an open tab, too, and comes back there only as who is logged in', async () => {
    const { visitor } = await open();
    await visitor.write('I am Ada');
    isLoggedIn({});
    await open();
    await until('it is noticed', async () => !(await words(visitor))?.includes('Ada'));
    await visitor.write('Nobody');
    expect(made().at(-1)).toEqual({ hasToken: false });
  });

  it('writes on as nobody where Petya does not take the signature', async () => {
    site.refuses = ({ path, body }) =>
      path.endsWith('/visitors/init') && body.includes('userHash')
        ? [401, { type: 'urn:problem:user_hash_invalid', message: 'This userHash does not fit.' }]
        : undefined;
    const { visitor } = await open();
    await visitor.write('Am I signed?');
    expect(visitor.told).toMatch(/avatar-chat: What data-user-url says .*does not fit/);
    await reloaded(visitor);
    expect(await words(visitor)).toContain('Am I signed?');
  });

  it.each([
    ['a page', { html: '<!doctype html>' }],
    ['half a user', { html: JSON.stringify({ userId: 'shop:1' }) }],
  ])('is nobody where the site answers with %s, and the developer is told', async (_what, page) => {
    site.pages.set(PATH, page);
    const { visitor } = await open();
    await visitor.write('Hello');
    expect(made()).toEqual([{ hasToken: false }]);
    expect(visitor.told).toContain(`data-user-url="${PATH}"`);
  });
});
