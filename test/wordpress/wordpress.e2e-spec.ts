import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import type { ConversationPageDto, VisitorExportDto } from '#contracts';
import { type BrowserWorld, startBrowserWorld } from '../browser/browser-world.js';
import { FAKE_MICROPHONE } from '../browser/chromium.js';
import { OddVisitor } from '../browser/odd-visitor.js';
import { packWordPress } from '../chat-plugin/wordpress/pack.js';
import { callApi } from '../stack/json-api.js';
import { until } from '../support/until.js';
import { provideWordPress } from './debian-packages.js';
import {
  installPlugin,
  logIn,
  openSettings,
  saveSettings,
  settingsOf,
  submitSettings,
} from './site-people.js';
import { WordPressSite } from './wordpress-site.js';

jest.setTimeout(120_000);

let world: BrowserWorld;
let site: WordPressSite;
/** What has been started, the last first. */
const stops: (() => Promise<void>)[] = [];
let context: BrowserContext;
/** Somebody who manages the site, in a browser of their own. */
let owner: Page;

beforeAll(async () => {
  const wordpress = await provideWordPress(console.info);
  site = await WordPressSite.start(wordpress);
  stops.unshift(() => site.stop());
  world = await startBrowserWorld(FAKE_MICROPHONE);
  stops.unshift(() => world.stop());
  await world.changeAccount({ allowedOrigins: [site.url] });
  owner = await (await world.browser.newContext()).newPage();
  await logIn(owner, site, 'owner');
}, 300_000);
afterAll(async () => {
  for (const stop of stops) await stop();
});
beforeEach(async () => {
  context = await world.browser.newContext();
  context.setDefaultTimeout(20_000);
});
afterEach(() => context.close());

const settings = () => ({
  key: world.stack.account.apiKey,
  petya: `${world.stack.urls.petya}/api/v1/`,
  avatar: world.stack.urls.avatar,
  script: `${world.stack.urls.page}/plugin.js`,
  secret: world.stack.account.secretKey,
  name: 'Katya',
});

const visit = (path = '/', inside = context): Promise<OddVisitor> =>
  OddVisitor.open(inside, `${site.url}${path}`);

/** What the plugin keeps in a browser: who the visitor is to Petya, and the conversation of the tab. */
async function kept(visitor: OddVisitor): Promise<{ visitorId: string; conversationId: string }> {
  const key = world.stack.account.apiKey;
  const read = `({ ...JSON.parse(localStorage.getItem('avatar-chat.visitor.${key}')), ...JSON.parse(sessionStorage.getItem('avatar-chat.${key}')) })`;
  return visitor.page.evaluate(read);
}

/** What Petya keeps of the visitor's words. */
async function heardBy(visitor: OddVisitor): Promise<string[]> {
  const { conversationId } = await kept(visitor);
  const { urls, account } = world.stack;
  const path = `/api/v1/conversations/userConversation/${conversationId}`;
  const page = await callApi<ConversationPageDto>(`${urls.petya}${path}`, {
    bearer: account.secretKey,
  });
  return page.messages.filter(({ isFromUser }) => isFromUser).map(({ content }) => content);
}

/** Petya's record of the visitor. */
async function known(visitorId: string): Promise<VisitorExportDto> {
  const { urls, account, wiring } = world.stack;
  const url = `${urls.petya}/api/v1/admin/accounts/${account.accountId}/visitors/${visitorId}/export`;
  return callApi(url, { bearer: wiring.secrets.adminToken });
}

/** What the plugin tells the page’s developer, and errors of the page; the vendor's SDK is talkative. */
const toldBy = ({ said, errors }: OddVisitor): string[] => [
  ...said.filter((words) => words.startsWith('avatar-chat:')),
  ...errors,
];

const ourTags = (html: string): string[] =>
  html.match(/<script\b[^>]*avatar-chat-(js|settings)[^>]*>/g) ?? [];

describe('the settings page', () => {
  it('comes with the archive, says what is missing, and is for who manages the site', async () => {
    await installPlugin(owner, site, (await packWordPress()).content);
    await openSettings(owner, site);
    await owner
      .getByText('Missing: the public key, the address of Petya, the avatar service.')
      .waitFor();
    const page = await context.newPage();
    await logIn(page, site, 'ada');
    const answer = await page.goto(`${site.url}/wp-admin/options-general.php?page=avatar-chat`);
    expect(answer?.status()).toBe(403);
    expect(ourTags(await (await fetch(site.url)).text())).toEqual([]);
  });

  it('saves and shows everything but the secret key, which stands nowhere', async () => {
    expect(await saveSettings(owner, site, settings())).toContain('Settings saved.');
    const { secret, ...shown } = settings();
    expect(await settingsOf(owner, site)).toMatchObject({ ...shown, secret: '', pages: 'all' });
    await owner.getByText('One is set.').waitFor();
    await owner.getByText('The chat is on the pages.').waitFor();
    for (const path of [
      '/wp-admin/options-general.php?page=avatar-chat',
      '/wp-admin/options.php',
      '/',
    ]) {
      await owner.goto(`${site.url}${path}`);
      expect([path, (await owner.content()).includes(secret)]).toEqual([path, false]);
    }
  });

  it.each([
    ['key', 'SK_12345678901234567890', /Public key was not changed\. .*SE_/],
    ['key', 'something', /Public key was not changed/],
    ['secret', 'SE_5799564546777614', /Secret key was not changed\. .*SK_/],
    ['petya', 'petya.my-shop.test', /Petya was not changed\. .*https:\/\/petya\.example\.com/],
    ['petya', 'https://me:word@petya.example.com', /Petya was not changed/],
    ['avatar', '//avatar.my-shop.test', /Avatar service was not changed/],
    ['script', 'javascript:alert(1)', /Script was not changed/],
    ['script', '"><img src=x onerror=alert(1)>', /Script was not changed/],
  ])('keeps what was there where %s is %s, and says what to write', async (name, value, said) => {
    const before = await settingsOf(owner, site);
    const told = await saveSettings(owner, site, { [name]: value });
    expect(told).toMatch(said);
    expect(told).not.toContain(value);
    expect(await settingsOf(owner, site)).toEqual(before);
  });

  it('removes the secret key only when asked, and takes another one', async () => {
    const has = (): Promise<string> => site.php('echo avatar_chat_secret();');
    await saveSettings(owner, site, { name: 'Katya' });
    expect(await has()).toBe(settings().secret);
    await owner.getByLabel('Remove it').check();
    await submitSettings(owner);
    expect(await has()).toBe('');
    expect(await (await fetch(site.url)).text()).not.toContain('data-user-url');
    await saveSettings(owner, site, { secret: settings().secret });
    expect(await has()).toBe(settings().secret);
  });

  it('leaves the secret key to wp-config.php, and pages to a filter of the site', async () => {
    const fromFile = `define('AVATAR_CHAT_SECRET_KEY', 'SK_ofTheFile'); echo avatar_chat_secret();`;
    expect(await site.php(fromFile)).toBe('SK_ofTheFile');
    const printed = (filter: string): Promise<string> => site.php(`${filter} avatar_chat_print();`);
    expect(ourTags(await printed(''))).toHaveLength(2);
    expect(await printed(`add_filter('avatar_chat_is_shown', '__return_false');`)).toBe('');
  });

  it('takes nothing that another site has posted', async () => {
    const answer = await owner.request.post(`${site.url}/wp-admin/options.php`, {
      form: { option_page: 'avatar_chat', action: 'update', 'avatar_chat[name]': 'Mallory' },
    });
    expect(answer.status()).toBe(403);
    expect((await settingsOf(owner, site))['name']).toBe('Katya');
  });
});

describe('a visitor of the site', () => {
  it('writes, and talks on video', async () => {
    const visitor = await visit();
    await visitor.write('Do you deliver on Sundays?');
    expect(await heardBy(visitor)).toEqual(['Do you deliver on Sundays?']);
    await visitor.startVideo();
    await visitor.button('Stop video').click();
    await visitor.untilSaid('The video is off');
    expect(toldBy(visitor)).toEqual([]);
  });

  it('gets a tag that every optimiser may know, with what Cloudflare reads before its address', async () => {
    const [data = '', tag = ''] = ourTags(await (await fetch(site.url)).text());
    expect(data).toContain('type="application/json"');
    const [before = '', after = ''] = tag.split(' src=');
    for (const mark of [
      'data-cfasync="false"',
      ' nowprocket',
      'data-no-minify="1"',
      'data-no-optimize="1"',
      'data-no-defer="1"',
      'data-noptimize="1"',
      'data-jetpack-boost="ignore"',
      ' defer',
    ]) {
      expect(before).toContain(mark);
    }
    expect(after).toContain('/plugin.js');
  });

  it.each([
    'delayed',
    'delayed-copy',
    'delayed-litespeed',
    'combined-head',
    'combined-end',
    'inlined',
    'minified',
  ])('writes and has video where the scripts are %s all the same', async (how) => {
    const visitor = await visit(`/?optimiser=${how}`);
    const original = await visitor.page
      .locator(`script[src="${settings().script}"]:not([type])`)
      .count();
    expect(original).toBe(0);
    await visitor.page.mouse.move(50, 50);
    await visitor.write(`Scripts are ${how}`);
    expect(await heardBy(visitor)).toEqual([`Scripts are ${how}`]);
    await visitor.startVideo();
    await visitor.button('Stop video').click();
    await visitor.untilSaid('The video is off');
    expect(toldBy(visitor)).toEqual([]);
  });
});

describe('a user who is logged in', () => {
  const write = async (who: 'ada' | 'bob', text: string, inside = context): Promise<OddVisitor> => {
    await logIn(await inside.newPage(), site, who);
    const visitor = await visit('/', inside);
    await visitor.write(text);
    return visitor;
  };

  it('reaches Petya signed, and goes on from another device', async () => {
    const laptop = await write('ada', 'From my laptop');
    const phone = await world.browser.newContext();
    const { visitorId } = await kept(await write('ada', 'From my phone', phone));
    await phone.close();
    expect((await kept(laptop)).visitorId).toBe(visitorId);
    const id = await site.php(`echo get_user_by('login', 'ada')->ID;`);
    expect((await known(visitorId)).userId).toBe(`${new URL(site.url).host}:${id}`);
    expect(toldBy(laptop)).toEqual([]);
  });

  it('leaves nothing to whoever comes after the logout, nor to another user', async () => {
    const ada = await write('ada', 'I am Ada');
    const hers = await kept(ada);
    await ada.page.reload();
    await ada.page.getByText('I am Ada').waitFor();
    await ada.page.context().clearCookies();
    await ada.page.reload();
    await ada.button('Talk with video').waitFor();
    expect(await ada.page.getByText('I am Ada').count()).toBe(0);
    await ada.write('Nobody');
    const nobodys = await kept(ada);
    expect((await known(nobodys.visitorId)).userId).toBeNull();
    await logIn(ada.page, site, 'bob');
    await ada.page.goto(site.url);
    await ada.button('Talk with video').waitFor();
    expect(await ada.page.getByText('Nobody').count()).toBe(0);
    await ada.write('I am Bob');
    const ids = [hers, nobodys, await kept(ada)].map(({ visitorId }) => visitorId);
    expect(new Set(ids).size).toBe(3);
  });

  it('has nothing in the page, so that a cache may give it to everybody', async () => {
    const page = await context.newPage();
    await logIn(page, site, 'ada');
    const hers = ourTags(await (await page.request.get(site.url)).text());
    expect(hers).toHaveLength(2);
    expect(hers).toEqual(ourTags(await (await fetch(site.url)).text()));
  });

  it('is told to the site’s own pages alone, and kept by no cache', async () => {
    const url = `${site.url}/wp-admin/admin-ajax.php?action=avatar_chat_user`;
    const page = await context.newPage();
    await logIn(page, site, 'ada');
    const told = await page.request.post(url, { headers: { Origin: 'https://elsewhere.example' } });
    expect(await told.json()).toMatchObject({ userHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(told.headers()['access-control-allow-origin']).toBeUndefined();
    expect(told.headers()['cache-control']).toContain('no-store');
    const fetched = await page.request.get(url);
    expect([fetched.status(), await fetched.text()]).toEqual([
      405,
      expect.not.stringContaining('userHash'),
    ]);
    const nobody = await fetch(url, { method: 'POST' });
    expect(await nobody.json()).toEqual({});
  });

  it('writes on as nobody where the secret key is another account’s, and the owner is told', async () => {
    await saveSettings(owner, site, { secret: 'SK_notOfThisAccountAtAll000000000' });
    const visitor = await write('ada', 'Am I signed?');
    expect((await known((await kept(visitor)).visitorId)).userId).toBeNull();
    expect(visitor.told).toMatch(/avatar-chat: What data-user-url says .*secret key/);
    await visitor.page.reload();
    await visitor.page.getByText('Am I signed?').waitFor();
    await saveSettings(owner, site, { secret: settings().secret });
  });
});

describe('the switch of a page', () => {
  it('shows the chat there and nowhere else', async () => {
    await openSettings(owner, site);
    await owner.locator('#avatar-chat-pages').selectOption('switch');
    await submitSettings(owner);
    const shown = async (path: string): Promise<boolean> =>
      ourTags(await (await fetch(`${site.url}${path}`)).text()).length > 0;
    const id = await site.php(`echo get_page_by_path('contact')->ID;`);
    const contact = `/?page_id=${id}`;
    expect([await shown('/'), await shown(contact)]).toEqual([false, false]);
    const edit = async (isOn: boolean): Promise<void> => {
      await owner.goto(`${site.url}/wp-admin/post.php?post=${id}&action=edit`);
      await owner.getByLabel('Show the chat on this page').setChecked(isOn);
      await owner.locator('#publish').click();
      await owner.getByText('Page updated.').waitFor();
    };
    await edit(true);
    expect([await shown('/'), await shown(contact)]).toEqual([false, true]);
    await (await visit(contact)).write('From the contact page');
    await edit(false);
    expect(await shown(contact)).toBe(false);
  });
});

describe('the end', () => {
  it('takes away everything that the plugin has set, and nothing was complained about', async () => {
    await owner.goto(`${site.url}/wp-admin/plugins.php`);
    await owner.locator('#deactivate-avatar-chat').click();
    await owner.getByText('Plugin deactivated.').waitFor();
    expect(await site.php(`echo json_encode(get_option('avatar_chat')['key']);`)).toContain('SE_');
    owner.once('dialog', (dialog) => void dialog.accept());
    await owner.locator('#delete-avatar-chat').click();
    const left = `echo json_encode([get_option('avatar_chat'), delete_post_meta_by_key('_avatar_chat')]);`;
    await until('it is removed', async () => (await site.php(left)) === '[false,false]');
    await site.php(`error_log('avatar-chat has come to its end');`);
    expect(await site.complaints()).toEqual([expect.stringMatching(/come to its end$/)]);
  });
});
