import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runAccounts } from '../../../apps/petya-avatar-api/src/operator/run-accounts.js';
import { PetyaWorld } from './petya-world.js';

jest.setTimeout(120_000);

let world: PetyaWorld;
let site: Server;
/** What the customer's page has. */
let page = '';

beforeAll(async () => {
  world = await PetyaWorld.start();
  site = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">
<h1>Shop</h1>${page}</html>`);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
}, 300_000);
afterAll(async () => {
  site.close();
  await world.stop();
});
afterEach(async () => {
  expect(await world.closePages()).toEqual([]);
});

const originOfSite = (): string => `http://127.0.0.1:${(site.address() as AddressInfo).port}`;

describe('an operator with a keyboard and Petya’s board', () => {
  it('makes an account with its key and its origin, and the code that is copied works in a page', async () => {
    const board = await world.at('#/new', { permissions: ['clipboard-read', 'clipboard-write'] });
    const { keyboard } = board.page;
    await board.page.getByLabel('Name').focus();
    await keyboard.type('Blumenhaus');
    await keyboard.press('Tab');
    await keyboard.type(originOfSite());
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await board.untilSaid('Blumenhaus is made, with its key.');
    await board.heading('Blumenhaus').waitFor();
    const key = await board.page.getByLabel('New public key').inputValue();
    await board.button('Copy Embed code').focus();
    await keyboard.press('Enter');
    await board.page.getByText('Copied.').waitFor();
    page = await board.page.evaluate('navigator.clipboard.readText()');
    expect(page).toContain(key);

    // The command line has the same, and none that works makes another.
    const lines: string[] = [];
    const output = {
      out: (text: string) => lines.push(text),
      err: (text: string) => lines.push(text),
    };
    const environment = { ADMIN_TOKEN: world.token, PETYA_BASE_URL: world.stack.urls.petya };
    const usual = { url: world.stack.urls.petya, adminToken: () => Promise.resolve(null) };
    const args = ['create', '--name', 'Other', '--json'];
    expect(await runAccounts(args, environment, usual, output)).toBe(0);
    const other = JSON.parse(lines.join('')) as { embedCode: string; apiKey: { key: string } };
    expect(page).toBe(other.embedCode.replace(other.apiKey.key, key));

    const visitor = await world.browser.newPage();
    await visitor.goto(originOfSite());
    await visitor.getByLabel('Your message').fill('Do you have tulips?');
    await visitor.keyboard.press('Enter');
    await visitor.getByText('Do you have tulips?').first().waitFor();
    await visitor.getByRole('status').filter({ hasText: 'Sent.' }).waitFor();
    await visitor.close();

    await board.page.reload();
    await board.signIn(world.token);
    await board.page.getByRole('rowheader', { name: `SE_${key[3]}…${key.slice(-4)}` }).waitFor();
    // It is nowhere any more.
    expect(await board.page.content()).not.toContain(key);
    expect(await board.page.getByLabel('Public key').inputValue()).toBe('');
  });
});
