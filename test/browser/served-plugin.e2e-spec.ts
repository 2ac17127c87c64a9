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
import type { BrowserContext } from 'playwright-core';
import type { PluginManifest } from '#contracts';
import { callApi } from '../stack/json-api.js';
import { type BrowserWorld, startBrowserWorld } from './browser-world.js';
import { OddVisitor } from './odd-visitor.js';
import { PolicySite } from './policy-site.js';

// Pictures are drawn without a graphics card here.
jest.setTimeout(90_000);

let world: BrowserWorld;
let site: PolicySite;
let context: BrowserContext;
let gateway: string;
let manifest: PluginManifest;

beforeAll(async () => {
  [world, site] = await Promise.all([startBrowserWorld(), PolicySite.start()]);
  await world.changeAccount({ allowedOrigins: [site.origin] });
  gateway = world.stack.urls.avatar;
  manifest = await callApi<PluginManifest>(`${gateway}/plugin/v1/manifest.json`);
}, 300_000);
afterAll(async () => {
  await site.close();
  await world.stop();
});
beforeEach(async () => {
  context = await world.browser.newContext();
});
afterEach(() => context.close());

/** The policy of a page that allows what the plugin needs and nothing else. */
function policyWith(scripts: string): string {
  const { petya } = world.stack.urls;
  const room = `127.0.0.1:${world.stack.wiring.livekit?.port}`;
  return [
    "default-src 'none'",
    'img-src data:',
    `script-src ${scripts}`,
    `connect-src ${petya} ${gateway} ws://${room} http://${room}`,
    "require-trusted-types-for 'script'",
  ].join('; ');
}

function tagOf(file: string, more = ''): string {
  const { apiKey } = world.stack.account;
  const { petya } = world.stack.urls;
  return `<script defer src="${gateway}/plugin/v1/${file}" ${more} data-key="${apiKey}" data-api="${petya}"></script>`;
}

function integrityOf(name: string): string {
  return manifest.files.find((file) => file.name === name)?.integrity ?? 'none';
}

/** Runs before the page: what its policy has refused. */
const NOTE_REFUSED = `window.refused = [];
  addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective + ' ' + event.blockedURI));`;

const open = () => OddVisitor.open(context, site.origin, NOTE_REFUSED);

const framesOf = (visitor: OddVisitor) =>
  visitor.page
    .locator('avatar-chat video')
    .evaluate(
      (video) =>
        (
          video as unknown as { getVideoPlaybackQuality(): { totalVideoFrames: number } }
        ).getVideoPlaybackQuality().totalVideoFrames,
    );

describe('the plugin that the gateway serves, on a page of another origin', () => {
  it.each([
    ['allows the gateway', () => [gateway, tagOf('plugin.js')]],
    [
      'allows the gateway and holds the script to its hash',
      () => [
        gateway,
        tagOf('plugin.js', `integrity="${integrityOf('plugin.js')}" crossorigin="anonymous"`),
      ],
    ],
    [
      'allows one script by its hash, and what that loads',
      () => [
        `'${integrityOf(manifest.pinned)}' 'strict-dynamic'`,
        tagOf(
          manifest.pinned,
          `integrity="${integrityOf(manifest.pinned)}" crossorigin="anonymous"`,
        ),
      ],
    ],
    [
      'allows what carries its nonce, and what that loads',
      () => [`'nonce-r4nd0m' 'strict-dynamic'`, tagOf('plugin.js', 'nonce="r4nd0m"')],
    ],
  ])('whose policy %s: the visitor writes and gets video', async (_what, page) => {
    const [scripts = '', tag = ''] = page();
    site.policy = policyWith(scripts);
    site.tag = tag;
    const loaded: string[] = [];
    context.on('request', (request) => loaded.push(new URL(request.url()).pathname));
    const visitor = await open();
    await visitor.write('Are you there?');
    await visitor.startVideo();
    const before = await framesOf(visitor);
    await visitor.input.fill('How long does delivery take?');
    await visitor.input.press('Enter');
    await visitor.page.getByRole('log').getByText('two to three working days').waitFor();
    expect(await framesOf(visitor)).toBeGreaterThan(before);
    expect(await visitor.page.evaluate('refused')).toEqual([]);
    const parts = loaded.filter((path) => path.startsWith('/plugin/') && path.includes('sdk'));
    expect(new Set(parts)).toEqual(
      new Set([expect.stringMatching(/^\/plugin\/v1\/avatar-sdk\.[0-9a-f]{16}\.js$/)]),
    );
    await visitor.button('Stop video').click();
    await visitor.untilSaid('The video is off');
  });

  it('is refused by the browser under another hash', async () => {
    site.policy = policyWith(gateway);
    const wrong = integrityOf('avatar-sdk.js');
    site.tag = tagOf('plugin.js', `integrity="${wrong}" crossorigin="anonymous"`);
    const visitor = await open();
    await visitor.page.waitForLoadState('load');
    expect(visitor.told).toMatch(/integrity/);
    expect(await visitor.page.evaluate('window.AvatarChat')).toBeUndefined();
    expect(await visitor.chat.count()).toBe(0);
  });
});

describe('the part for video', () => {
  const PART = /\/plugin\/v1\/avatar-sdk\.[0-9a-f]{16}\.js$/;
  const pinned = () =>
    tagOf(manifest.pinned, `integrity="${integrityOf(manifest.pinned)}" crossorigin="anonymous"`);

  beforeEach(() => {
    site.policy = policyWith(gateway);
  });

  it('is not run where it is another than the plugin was built with', async () => {
    site.tag = pinned();
    await context.route(PART, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({
        response: answer,
        body: `window.wasRun = true; ${await answer.text()}`,
      });
    });
    const visitor = await open();
    await visitor.button('Talk with video').click();
    await visitor.untilSaid('cannot be shown');
    expect(await visitor.page.evaluate('window.wasRun')).toBeUndefined();
    expect(visitor.told).toMatch(/avatar-chat: the part for video cannot be loaded/);
  });

  it('of a release that has gone is taken from the one that is served now', async () => {
    site.tag = tagOf('plugin.js');
    await context.route(PART, (route) => route.fulfill({ status: 404 }));
    const visitor = await open();
    await visitor.startVideo();
    await visitor.button('Stop video').click();
  });

  it('is taken from no other release where the page has said which it wants', async () => {
    site.tag = pinned();
    await context.route(PART, (route) => route.fulfill({ status: 404 }));
    const visitor = await open();
    await visitor.button('Talk with video').click();
    await visitor.untilSaid('cannot be shown');
    await visitor.write('Then I write.');
  });
});
