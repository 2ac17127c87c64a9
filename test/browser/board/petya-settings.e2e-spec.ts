import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Request } from 'playwright-core';
import type { AccountDto, ApiKeyListDto } from '#contracts';
import { until } from '../../support/until.js';
import type { BoardPage } from './board-page.js';
import { PetyaWorld } from './petya-world.js';

jest.setTimeout(120_000);

let world: PetyaWorld;

beforeAll(async () => {
  world = await PetyaWorld.start();
}, 300_000);
afterAll(() => world.stop());
afterEach(async () => {
  expect(await world.closePages()).toEqual([]);
});

/** Bodies of what a page sends by a method. */
function bodiesOf(board: BoardPage, method: string): unknown[] {
  const bodies: unknown[] = [];
  board.page.on('request', (request: Request) => {
    if (request.method() === method) bodies.push(request.postDataJSON());
  });
  return bodies;
}

const NOT_TAKEN = { type: 'urn:problem:token_invalid', status: 401, message: 'No.' };

/** Waits until the board has gone through so many turns. */
async function untilLoaded({ page }: BoardPage, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await page.waitForResponse('**/api/v1/admin/addresses');
  }
  // What came of the last one is shown by then.
  await page.evaluate('new Promise(requestAnimationFrame)');
}

async function shop(more: object = {}): Promise<AccountDto> {
  return world.makeAccount({ name: 'Shop', allowedOrigins: ['https://a.example'], ...more });
}

const stored = (accountId: string): Promise<AccountDto> =>
  world.admin('GET', `accounts/${accountId}`);

describe('the settings of an account', () => {
  it('are sent where they were changed and nowhere else; an empty field takes a value away', async () => {
    const { accountId } = await shop({ avatar: { voiceId: 'voice', intro: 'Hi' } });
    const board = await world.at(`#/accounts/${accountId}`);
    const bodies = bodiesOf(board, 'PATCH');
    await board.page.getByLabel('Minutes a day').fill('1:30');
    await board.page.getByText('= 90 s').waitFor();
    await board.page.getByLabel('Voice', { exact: true }).fill('');
    await board.page.getByLabel('Video quality').selectOption('high');
    await board.button('Save changes').first().click();
    await board.untilSaid('Saved.');
    expect(bodies).toEqual([
      { avatar: { voiceId: null, videoQuality: 'high' }, limits: { maxSecondsPerDay: 90 } },
    ]);
    const account = await stored(accountId);
    expect(account.avatar).toMatchObject({ voiceId: null, videoQuality: 'high', intro: 'Hi' });
    expect(account.limits.maxSecondsPerDay).toBe(90);
    await expect(board.button('Save changes').count()).resolves.toBe(0);
  });

  it('that are refused say why at their fields, and the first has the focus', async () => {
    const { accountId } = await shop();
    const board = await world.at(`#/accounts/${accountId}`);
    const origins = board.page.getByLabel('Allowed origins');
    await origins.fill('https://a.example\n\nhttps://b.example/path\nhttps://*.com');
    await board.button('Save changes').first().click();
    await board.page.getByText(/https:\/\/b\.example\/path must be an origin/).waitFor();
    await board.page.getByText(/https:\/\/\*\.com must be an origin/).waitFor();
    expect(await origins.getAttribute('aria-invalid')).toBe('true');
    expect(await board.page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
    // What the service refuses by its rules for members.
    await origins.fill('https://a.example');
    await board.page.getByLabel('Warn at percent').fill('101');
    await board.page.getByLabel('Time zone').fill('Mars/Olympus');
    await board.button('Save changes').first().click();
    await board.page.getByText('It must be a whole number from 1 to 100.').waitFor();
    await board.untilSaid('look at Warn at percent of either, Time zone of its days and months.');
    expect(await board.page.getByLabel('Time zone').getAttribute('aria-invalid')).toBe('true');
    // And what never leaves the page.
    const bodies = bodiesOf(board, 'PATCH');
    await board.page.getByLabel('Minutes a month').fill('soon');
    await board.button('Save changes').first().click();
    await board.page.getByText('It must be minutes, such as 90, 1.5 or 1:30.').waitFor();
    await board.untilSaid('Nothing is saved yet: look at Minutes a month.');
    expect(bodies).toEqual([]);
    expect((await stored(accountId)).limits.warnAtPercent).toBe(80);
    expect(await board.violations()).toEqual([]);
    await board.picture('petya-refused');
  });

  it('that two change at once are all kept, and each is told of the other', async () => {
    const { accountId } = await shop();
    const one = await world.at(`#/accounts/${accountId}`);
    await one.page.getByLabel('Name').fill('My shop');
    await one.page.getByLabel('Allowed origins').fill('https://a.example\nhttps://mine.example');
    await world.admin('PATCH', `accounts/${accountId}`, {
      language: 'de',
      name: 'Their shop',
      allowedOrigins: ['https://a.example', 'https://theirs.example'],
      limits: { maxConcurrentSessions: 7 },
    });
    await one.page.getByText(/it is Their shop now/).waitFor();
    await one.page.getByText(/both changes are in it/).waitFor();
    expect(await one.page.getByLabel('Language').inputValue()).toBe('de');
    expect(await one.violations()).toEqual([]);
    await one.picture('petya-two');
    const bodies = bodiesOf(one, 'PATCH');
    await one.button('Save changes').first().click();
    await one.untilSaid('Saved.');
    const allowedOrigins = ['https://a.example', 'https://theirs.example', 'https://mine.example'];
    expect(bodies).toEqual([{ name: 'My shop', allowedOrigins }]);
    expect(await stored(accountId)).toMatchObject({
      name: 'My shop',
      language: 'de',
      allowedOrigins,
      limits: { maxConcurrentSessions: 7 },
    });
  });

  it('are not saved over what somebody has changed since the last look, before that was shown', async () => {
    const { accountId } = await shop();
    const board = await world.at(`#/accounts/${accountId}`);
    await board.page.getByLabel('Name').fill('My shop');
    // Nobody looks, so nothing is asked: the form is as old as it can be.
    await board.show(false);
    await world.admin('PATCH', `accounts/${accountId}`, { name: 'Their shop' });
    const bodies = bodiesOf(board, 'PATCH');
    await board.button('Save changes').first().click();
    await board.untilSaid('Not saved yet: somebody else has changed Name.');
    expect(bodies).toEqual([]);
    await board.button('Save changes').first().click();
    await board.untilSaid('Saved.');
    expect((await stored(accountId)).name).toBe('My shop');
  });

  it('begin with what does not work, and suspending asks by name', async () => {
    const { accountId } = await shop({ name: 'Café Eins', allowedOrigins: [] });
    const board = await world.at(`#/accounts/${accountId}`);
    await board.page.getByText(/nothing to answer with and stays silent/).waitFor();
    await board.page.getByText(/has no allowed origin/).waitFor();
    await board.button('Suspend this account …').click();
    await board.dialog.getByText('Café Eins').waitFor();
    expect(await board.violations()).toEqual([]);
    await board.picture('petya-suspend', false);
    await board.page.keyboard.press('Enter');
    expect((await stored(accountId)).suspended).toBe(false);
    await board.button('Suspend this account …').click();
    await board.button('Suspend it').click();
    await board.untilSaid('Café Eins is suspended.');
    await board.page.getByText('It is suspended: everything is refused').waitFor();
    await board.button('Resume this account …').click();
    await board.button('Resume it').click();
    await board.untilSaid('Café Eins is open again.');
    expect((await stored(accountId)).suspended).toBe(false);
  });
});

describe('the keys of an account', () => {
  it('are shown once when they are made, and revoked by name', async () => {
    const { accountId } = await shop();
    const board = await world.at(`#/accounts/${accountId}/keys`);
    await board.page.getByText('It has no key yet').waitFor();
    await board.page.getByLabel('Kind').selectOption('secret');
    await board.button('Make a key').click();
    const secret = await board.page.getByLabel('New secret key').inputValue();
    expect(secret).toMatch(/^SK_/);
    await board.page.getByText('It is shown this once, and never again.').waitFor();
    // A secret key is in no embed code, whoever puts it there.
    await board.page.getByLabel('Public key').fill(secret);
    await board.page.getByText('That is a secret key: it belongs into no page.').waitFor();
    await board.page.getByLabel('Public key').fill('');
    await board.page.getByLabel('Kind').selectOption('customer');
    await board.button('Make a key').click();
    const key = await board.page.getByLabel('New public key').inputValue();
    expect(await board.page.getByLabel('Embed code').inputValue()).toContain(`data-key="${key}"`);
    expect(await board.violations()).toEqual([]);
    await board.picture('petya-new-key');
    // Another view of the account does not lose them, and putting away does.
    await board.link('Settings').click();
    await board.page.getByLabel('Name').waitFor();
    await board.link('Keys and embed code').click();
    await board.page.getByLabel('New public key').waitFor();
    await board.button('I have kept it').first().click();
    await board.button('I have kept it').first().click();
    expect(await board.page.content()).not.toContain(secret);
    const short = `SK_${secret[3]}…${secret.slice(-4)}`;
    await board.button(`Revoke … ${short}`).click();
    await board.dialog.getByText(short).waitFor();
    await board.button('Revoke the key').click();
    await board.untilSaid(`${short} is revoked.`);
    const { items } = await world.admin<ApiKeyListDto>('GET', `accounts/${accountId}/keys`);
    expect(items.map(({ kind, revokedAt }) => [kind, revokedAt === null])).toEqual([
      ['secret', false],
      ['customer', true],
    ]);
  });

  it.each<[string | null, string | null, boolean]>([
    ['anna', 'anna', true],
    ['anna', 'ben', false],
    // Without names nobody can tell whose visit it is.
    [null, null, false],
  ])(
    'that are new, of %j, are there for %j when a token is taken no more: %j',
    async (maker, next, isKept) => {
      const { accountId } = await shop();
      const board = await world.at(`#/accounts/${accountId}/keys`);
      let [you, isOut] = [maker, false];
      await board.page.route('**/api/v1/admin/addresses', async (route) => {
        if (isOut) return route.fulfill({ status: 401, json: NOT_TAKEN });
        const response = await route.fetch();
        const told = (await response.json()) as object;
        return route.fulfill({ response, json: { ...told, you } });
      });
      await untilLoaded(board, 1);
      await board.button('Make a key').click();
      const key = await board.page.getByLabel('New public key').inputValue();
      isOut = true;
      await board.page.getByText('Your token is not taken any more.').waitFor();
      [you, isOut] = [next, false];
      await board.signIn(world.token);
      await board.page.getByLabel('Public key', { exact: true }).waitFor();
      expect((await board.page.getByLabel('New public key').count()) === 1).toBe(isKept);
      await board.button('Sign out').click();
      await board.signIn(world.token);
      await board.page.getByLabel('Public key', { exact: true }).waitFor();
      expect(await board.page.content()).not.toContain(key);
    },
  );

  it('leave the addresses in the embed code as one has typed them, also none', async () => {
    const { accountId } = await shop();
    const board = await world.at(`#/accounts/${accountId}/keys`);
    const addresses = board.page.getByText('The addresses in it');
    const gateway = board.page.getByLabel("The gateway's address for visitors");
    if (!(await gateway.isVisible())) await addresses.click();
    await gateway.fill('');
    await untilLoaded(board, 2);
    expect(await gateway.inputValue()).toBe('');
    await addresses.click();
    await untilLoaded(board, 2);
    expect(await gateway.isVisible()).toBe(false);
  });

  it('that pages have already are taken over, and a bad one says why', async () => {
    const { accountId } = await shop();
    const board = await world.at(`#/accounts/${accountId}/keys`);
    await board.page.getByText('It has a key already').click();
    await board.page.getByLabel('Key to take over').fill('SE_short');
    await board.button('Make a key').click();
    await board.page.getByText(/The key must be SE_ and 13 to 125 printable/).waitFor();
    const key = `SE_"><b>'&${Date.now()}`;
    await board.page.getByLabel('Key to take over').fill(key);
    await board.button('Make a key').click();
    expect(await board.page.getByLabel('New public key').inputValue()).toBe(key);
    const code = await board.page.getByLabel('Embed code').inputValue();
    expect(code).toContain(`data-key="SE_&quot;&gt;&lt;b&gt;'&amp;`);
  });
});

describe('the usage of an account', () => {
  it('that is refused leaves what is typed, and says why until it is asked otherwise', async () => {
    const { accountId } = await shop();
    const board = await world.at(`#/accounts/${accountId}/usage/2026-11-20/2026-11-10`);
    const refusal = board.page.getByRole('alert').filter({ hasText: /\S/ });
    await refusal.first().waitFor();
    const last = board.page.getByLabel('To');
    await last.fill('2026-11-21');
    await untilLoaded(board, 2);
    expect(await last.inputValue()).toBe('2026-11-21');
    const focused = 'document.activeElement.labels?.[0]?.textContent';
    expect(await board.page.evaluate(focused)).toBe('To');
    expect(await refusal.count()).toBe(1);
    await board.button('Show').click();
    await until('it is shown', async () => (await refusal.count()) === 0);
  });
});

describe('the list of accounts', () => {
  it('turns pages, and shows of one what is looked for', async () => {
    await Promise.all(Array.from({ length: 55 }, (_each, at) => shop({ name: `Branch ${at}` })));
    const board = await world.at('#/accounts');
    const rows = board.page.locator('tbody tr');
    await board.button('Next page').waitFor();
    expect(await rows.count()).toBe(50);
    await board.button('Next page').click();
    await board.button('First page').waitFor();
    await board.page.getByText('Page 2.').waitFor();
    await board.page.waitForFunction(`document.querySelectorAll('tbody tr').length < 50`);
    await board.page.getByLabel('Filter').fill('bRANCH 54');
    await board.page.waitForFunction(`document.querySelectorAll('tbody tr').length <= 1`);
    await board.link('Holm & Daughter').waitFor({ state: 'detached' });
  });

  it('says that a new account was refused at its field', async () => {
    const board = await world.at('#/new');
    await board.button('Make the account and its key').click();
    await board.page.getByText('It must be a string of 1 to 200 bytes.').waitFor();
    expect(await board.page.getByLabel('Name').getAttribute('aria-invalid')).toBe('true');
    expect(await board.focused()).toBe('');
  });
});
