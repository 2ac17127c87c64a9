import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { html, ODD_KEY, useOddBrowser } from './odd-browser.js';
import type { PluginCall } from './odd-site.js';
import type { OddVisitor } from './odd-visitor.js';

const odd = useOddBrowser();
const { site } = odd;

/** As long as a plugin that was taken out waits for being put back, and more. */
const CLOSED_MS = 1_500;

const CLEAR = 'localStorage.clear(); sessionStorage.clear();';
const SEND = `document.querySelector('avatar-chat').shadowRoot.querySelector('[data-send]').click();`;
const KEPT = `Object.keys(localStorage).concat(Object.keys(sessionStorage))`;
/** Runs in the page: all that it remembers, as one text. */
const STORED = `JSON.stringify([{ ...localStorage }, { ...sessionStorage }])`;

/** A page whose own code puts the plugin in for whoever is logged in. */
function spa(): string {
  const options = JSON.stringify({ key: ODD_KEY, api: site.url('') });
  return html(`<main></main><script src="${site.url('/plugin.js')}"></script><script>
    let mounted;
    const enter = () => { mounted = AvatarChat.mount(document.querySelector('main'), ${options}); };
    enter();
  </script>`);
}

const words = (visitor: OddVisitor): Promise<string> =>
  visitor.page
    .locator('avatar-chat [data-lines]')
    .textContent()
    .then((text) => text ?? '');

/** The first visitor writes, and may have video. */
async function first(hasVideo: boolean): Promise<OddVisitor> {
  const visitor = await odd.open({ html: spa() });
  await visitor.write('I am Ada');
  if (hasVideo) await visitor.startVideo();
  await visitor.input.fill('half a word');
  site.calls.length = 0;
  return visitor;
}

const tokenOf = (call: PluginCall | undefined): unknown => call?.headers['x-visitor-token'];

/** Whoever comes next is somebody else in everything that is shown, sent and kept. */
async function expectSomebodyElse(visitor: OddVisitor): Promise<void> {
  await visitor.button('Talk with video').waitFor();
  expect(await words(visitor)).not.toContain('Ada');
  expect(await visitor.input.inputValue()).toBe('');
  await visitor.write('I am Bob');
  expect(await words(visitor)).not.toContain('Ada');
  expect(site.callsTo('/visitors/init').map(tokenOf)).toEqual([undefined]);
  expect(site.callsTo('/userConversation/init')).toHaveLength(1);
  expect(site.callsTo('/userMessages/init').map(({ body }) => JSON.parse(body).content)).toEqual([
    'I am Bob',
  ]);
  expect(await visitor.page.evaluate(STORED)).not.toContain('I am Ada');
}

describe('a page whose visitor logs out', () => {
  const UNMOUNT = 'mounted.unmount();';
  const LATER = `await new Promise((resolve) => setTimeout(resolve, ${CLOSED_MS}));`;
  const WAYS: readonly (readonly [string, string])[] = [
    ['unmounts, empties the storage and mounts', `${UNMOUNT} ${CLEAR} enter();`],
    ['empties the storage, unmounts and mounts', `${CLEAR} ${UNMOUNT} enter();`],
    ['mounts later', `${UNMOUNT} ${CLEAR} ${LATER} enter();`],
    ['empties it a little after', `${UNMOUNT} await null; ${CLEAR} ${LATER} enter();`],
    [
      'empties the place instead',
      `document.querySelector('main').textContent = ''; ${CLEAR} ${LATER} enter();`,
    ],
    ['mounts without unmounting', `${CLEAR} enter();`],
    ['drops the visitor alone', `${UNMOUNT} localStorage.clear(); enter();`],
    [
      'drops the visitor alone and mounts later',
      `${UNMOUNT} localStorage.clear(); ${LATER} enter();`,
    ],
    [
      'drops the tab’s memory alone',
      `${UNMOUNT} sessionStorage.clear(); localStorage.clear(); enter();`,
    ],
    ['forgets', `${UNMOUNT} AvatarChat.forget(); enter();`],
    ['forgets and mounts later', `${UNMOUNT} AvatarChat.forget(); ${LATER} enter();`],
    ['forgets once it is closed', `${UNMOUNT} ${LATER} AvatarChat.forget(); enter();`],
    ['forgets before it unmounts', `AvatarChat.forget(); ${UNMOUNT} enter();`],
    ['forgets and leaves it where it is', `AvatarChat.forget();`],
  ];

  it('shows, sends and keeps nothing of theirs to the next', async () => {
    const cases = WAYS.flatMap(([what, code]) =>
      [false, true].map((hasVideo) => ({ what, code, hasVideo })),
    );
    for (const { what, code, hasVideo } of cases) {
      const visitor = await first(hasVideo);
      await visitor.page.evaluate(`(async () => { ${code} })()`);
      await expectSomebodyElse(visitor).catch((error: unknown) => {
        throw new Error(`${what}, ${hasVideo ? 'with' : 'without'} video: ${String(error)}`);
      });
      if (hasVideo) await until('the video is over', async () => site.callsTo('/stop').length > 0);
      await visitor.page.context().clearCookies();
      await visitor.page.evaluate(CLEAR);
      await visitor.close();
    }
  }, 240_000);

  it.each([false, true])('keeps nothing once it is unmounted; video: %s', async (hasVideo) => {
    const visitor = await first(hasVideo);
    await visitor.page.evaluate(`mounted.unmount(); ${CLEAR}`);
    if (hasVideo) await until('the video is over', async () => site.callsTo('/stop').length > 0);
    await visitor.page.waitForTimeout(CLOSED_MS);
    expect(await visitor.page.evaluate(KEPT)).toEqual([]);
    await visitor.page.reload();
    await expectSomebodyElse(visitor);
  });

  it('keeps nothing of a message that was on its way', async () => {
    const visitor = await odd.open({ html: spa() });
    await visitor.page.route('**/visitors/init', async (route) => {
      await visitor.page.evaluate('mounted.unmount(); AvatarChat.forget(); enter();');
      await route.continue();
    });
    const kept = visitor.page.waitForResponse((answer) => answer.url().endsWith('/visitors/init'));
    await visitor.input.fill('I am Ada');
    await visitor.input.press('Enter');
    await kept;
    await visitor.page.unroute('**/visitors/init');
    const sent = () =>
      site.callsTo('/userMessages/init').map(({ body }) => JSON.parse(body).content);
    await until('her message has arrived, as hers', async () => sent().length > 0);
    expect(sent()).toEqual(['I am Ada']);
    site.calls.length = 0;
    await expectSomebodyElse(visitor);
  });

  it('goes on where it was when it is only unmounted', async () => {
    const visitor = await first(false);
    await visitor.page.evaluate('mounted.unmount(); enter();');
    await visitor.write('It is me again');
    await visitor.page.evaluate('mounted.unmount()');
    await visitor.page.waitForTimeout(CLOSED_MS);
    await visitor.page.evaluate('enter()');
    await visitor.write('And again');
    expect(await words(visitor)).toMatch(/I am Ada.*It is me again.*And again/);
    expect(site.callsTo('/visitors/init').map(tokenOf)).not.toContain(undefined);
  });

  it('takes up no session that ended with its place', async () => {
    const visitor = await first(true);
    await visitor.page.evaluate('mounted.unmount()');
    await until('the video is over', async () => site.callsTo('/stop').length > 0);
    await visitor.page.evaluate('enter()');
    await visitor.untilSaid('Write, or talk with video');
    await visitor.page.evaluate('mounted.unmount(); enter();');
    await visitor.startVideo();
    expect(site.callsTo('/sessions/start')).toHaveLength(1);
  });
});

describe('a storage that is emptied under the plugin', () => {
  it.each([
    ['with video', true],
    ['without', false],
  ])('makes the next message somebody else’s, %s', async (_what, hasVideo) => {
    const visitor = await first(hasVideo);
    await visitor.input.fill('I am Bob');
    // At once: a plugin that notices by itself takes away what was begun before.
    await visitor.page.evaluate(`${CLEAR} ${SEND}`);
    await until('it has arrived', async () => site.callsTo('/userMessages/init').length > 0);
    await visitor.untilSaid(/Sent|You are talking/);
    expect(await words(visitor)).not.toContain('Ada');
    expect(await words(visitor)).toMatch(/how can I help.*I am Bob/);
    expect(site.callsTo('/visitors/init').map(tokenOf)).toEqual([undefined]);
    expect(await visitor.page.evaluate(STORED)).not.toContain('I am Ada');
    if (hasVideo) await until('the video is over', async () => site.callsTo('/stop').length > 0);
    await visitor.startVideo();
  });

  it('ends nobody’s conversation', async () => {
    const visitor = await first(false);
    await visitor.page.evaluate(CLEAR);
    await visitor.button('End conversation').click();
    await visitor.untilSaid('has ended');
    expect(site.callsTo('/status')).toEqual([]);
    expect(await words(visitor)).not.toContain('Ada');
  });

  it('in one tab is noticed in another', async () => {
    const visitor = await first(false);
    const other = await odd.open({ html: spa() });
    await other.page.evaluate('AvatarChat.forget()');
    await until('it is noticed', async () => !(await words(visitor)).includes('Ada'));
    await expectSomebodyElse(visitor);
  });
});
