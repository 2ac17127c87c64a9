import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import type { UsageDto } from '#contracts';
import { openAsPlugin } from '../../stack/plugin.js';
import { until } from '../../support/until.js';
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
  // A small phone, and a desk of 1280 by 1024 at 400 %.
  narrow: { viewport: { width: 320, height: 256 }, colorScheme: 'light' },
};

/** Runs in the page: what is closed is looked at, too. */
function openAll(all: unknown[]): void {
  for (const each of all) (each as { open: boolean }).open = true;
}

/** What is there when a view shows what it has asked for. */
const SHOWN: Readonly<Record<string, string>> = {
  accounts: 'tbody tr',
  account: '.settings',
  hostile: '.settings',
  keys: 'tbody tr',
  usage: 'figure',
};

let world: PetyaWorld;
let views: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await PetyaWorld.start();
  const { stack } = world;
  const session = await openAsPlugin(stack);
  const ids: Record<string, string> = {};
  for (const name of [...HOSTILE, 'Blumenhaus Berlin', 'Café Eins']) {
    const { accountId } = await world.makeAccount({
      name,
      allowedOrigins: name.startsWith('B') ? ['https://shop.example', 'https://*.example.com'] : [],
      limits: { maxSecondsPerDay: 7_200, maxSecondsPerMonth: 100_030 },
      avatar: { intro: name, knowledgeBaseId: 'kb', variables: { shop: name } },
      suspended: name.startsWith('C'),
    });
    await world.makeKey(accountId);
    await world.makeKey(accountId, { kind: 'secret' });
    ids[name] = accountId;
  }
  await session.stop();
  const used = `accounts/${stack.account.accountId}/usage`;
  await until('the session is in the usage', async () => {
    const { total } = await world.admin<UsageDto>('GET', used);
    return total.sessions === 1;
  });
  const account = `#/accounts/${ids['Blumenhaus Berlin']}`;
  views = {
    accounts: '#/accounts',
    new: '#/new',
    account,
    hostile: `#/accounts/${ids[HOSTILE[0] ?? '']}`,
    keys: `${account}/keys`,
    usage: `#/${used}`,
  };
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
      await board.page
        .locator(SHOWN[view] ?? 'h1')
        .first()
        .waitFor();
      await board.page.locator('details').evaluateAll(openAll);
      await board.picture(`petya-${view}-${size}`);
      expect([view, await board.violations(), await board.overflow()]).toEqual([view, [], 0]);
    }
  });
});
