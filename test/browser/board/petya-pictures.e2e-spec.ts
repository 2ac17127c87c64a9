import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { DESK, PHONE } from './board-page.js';
import { PetyaWorld } from './petya-world.js';

jest.setTimeout(180_000);

/** Text of the kinds that turn a line around, run as a script elsewhere, or never end. */
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  '\u202egnirts desrever',
  `${'very'.repeat(30)}long`,
  'javascript:alert(1)',
];

const SIZES: Readonly<Record<string, BrowserContextOptions>> = {
  desk: { viewport: DESK, colorScheme: 'light' },
  'desk-dark': { viewport: DESK, colorScheme: 'dark' },
  phone: { viewport: PHONE, colorScheme: 'light' },
  'phone-dark': { viewport: PHONE, colorScheme: 'dark' },
};

let world: PetyaWorld;
let views: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await PetyaWorld.start();
  for (const name of [...HOSTILE, 'Blumenhaus Berlin', 'Café Eins']) {
    const account = await world.makeAccount({
      name,
      allowedOrigins: name.startsWith('B') ? ['https://shop.example', 'https://*.example.com'] : [],
      limits: { maxSecondsPerDay: 7_200, maxSecondsPerMonth: 100_030 },
      avatar: { intro: name, knowledgeBaseId: 'kb', variables: { shop: name } },
    });
    await world.makeKey(account.accountId);
    await world.makeKey(account.accountId, { kind: 'secret' });
    if (name.startsWith('C'))
      await world.admin('PATCH', `accounts/${account.accountId}`, { suspended: true });
    const id = account.accountId;
    if (name.startsWith('C')) continue;
    views = {
      accounts: '#/accounts',
      new: '#/new',
      account: `#/accounts/${id}`,
      keys: `#/accounts/${id}/keys`,
      usage: `#/accounts/${id}/usage`,
    };
  }
}, 300_000);
afterAll(() => world.stop());
afterEach(async () => {
  expect(await world.closePages()).toEqual([]);
});

describe.each(Object.entries(SIZES))('Petya’s board at %s', (size, options) => {
  it('has no finding of axe in any view, and nothing beside the page', async () => {
    const board = await world.at('#/accounts', options);
    for (const [view, hash] of Object.entries(views)) {
      await board.go(hash);
      await board.page.waitForLoadState('networkidle').catch(() => undefined);
      await board.heading(/./).waitFor();
      await board.page.waitForTimeout(600);
      await board.picture(`petya-${view}-${size}`);
      expect([view, await board.violations(), await board.overflow()]).toEqual([view, [], 0]);
    }
  });
});
