import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { html, useOddBrowser } from './odd-browser.js';
import { LISTED } from './odd-site.js';
import type { OddVisitor } from './odd-visitor.js';

const odd = useOddBrowser();
const { site } = odd;

describe('one session', () => {
  /** A new tab with the storage of another, as a browser duplicates one. */
  async function copyOf(visitor: OddVisitor, host?: string): Promise<OddVisitor> {
    const kept = await visitor.page.evaluate('JSON.stringify({ ...sessionStorage })');
    const before = `if (!sessionStorage.copied) Object.assign(sessionStorage, ${String(kept)}, { copied: 1 });`;
    return odd.open({}, before, host);
  }

  it.each([
    ['', LISTED.own],
    [' without Web Locks', LISTED.plain],
  ])('is not taken by a copy of its tab%s', async (_what, host) => {
    const visitor = await odd.open({}, undefined, host);
    await visitor.startVideo();
    const copy = await copyOf(visitor, host);
    await copy.untilSaid('goes on in another tab');
    expect(site.callsTo('/sessions/start')).toHaveLength(1);
    await visitor.untilSaid('You are talking');
    await copy.startVideo();
    const starts = site.callsTo('/sessions/start').map(({ headers }) => headers.authorization);
    expect(new Set(starts).size).toBe(2);
  });

  it.each([LISTED.own, LISTED.plain])(
    'is taken up by its own tab after a reload (%s)',
    async (host) => {
      const visitor = await odd.open({}, undefined, host);
      await visitor.startVideo();
      await visitor.page.reload();
      await visitor.untilSaid('You are talking');
      const starts = site.callsTo('/sessions/start').map(({ headers }) => headers.authorization);
      expect([starts.length, new Set(starts).size]).toEqual([2, 1]);
    },
  );

  it('is let go of by a page that goes, and held again by one that comes back', async () => {
    const visitor = await odd.open({});
    await visitor.startVideo();
    const held = async (): Promise<unknown> =>
      visitor.page.evaluate('navigator.locks.query().then(({ held }) => held.length)');
    expect(await held()).toBe(1);
    await visitor.page.evaluate(`dispatchEvent(new PageTransitionEvent('pagehide'))`);
    await until('it is free', async () => (await held()) === 0);
    await visitor.page.evaluate(
      `dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`,
    );
    await until('it is held', async () => (await held()) === 1);
    await visitor.untilSaid('You are talking');
  });

  it.each([
    ['two tags', () => site.tag() + site.tag()],
    ['two tags of one script with two names', () => site.tag() + site.tag('', LISTED.other)],
    ['a tag that a page adds again', () => site.tag() + `<script>${ADD_AGAIN}</script>`],
  ])('has one place for %s', async (_what, body) => {
    const visitor = await odd.open({ html: html(body()) });
    await visitor.button('Talk with video').first().waitFor();
    await visitor.page.waitForLoadState('networkidle');
    expect(await visitor.chat.count()).toBe(1);
    expect(site.callsTo('/account/config')).toHaveLength(1);
  });

  const ADD_AGAIN = `const again = document.querySelector('script[src]').cloneNode();
    again.src += '?again'; document.body.append(again);`;

  it('goes on where a page exchanges its body', async () => {
    const visitor = await odd.open({
      html: html(`<div id="here"></div>${site.tag('data-target="#here"')}`),
    });
    await visitor.startVideo();
    await visitor.page.evaluate(`{
      const next = document.createElement('body');
      next.innerHTML = '<h1>Next</h1><div id="here"><avatar-chat></avatar-chat></div>';
      document.body.replaceWith(next);
    }`);
    await visitor.untilSaid('You are talking');
    expect(await visitor.chat.count()).toBe(1);
    const played = 'document.querySelector("avatar-chat").shadowRoot.querySelector("video").paused';
    await until('it plays', async () => (await visitor.page.evaluate(played)) === false);
    expect([site.callsTo('/sessions/stop').length, site.callsTo('/sessions/start').length]).toEqual(
      [0, 1],
    );
  });

  it('ends at once where the next body has no place for it, and there is one again later', async () => {
    const visitor = await odd.open({
      html: html(`<div id="here"></div>${site.tag('data-target="#here"')}`),
    });
    await visitor.startVideo();
    await visitor.page.evaluate('document.body.replaceWith(document.createElement("body"))');
    await until('it has ended', async () => site.callsTo('/sessions/stop').length > 0, 6_000);
    await visitor.page.evaluate(`document.body.innerHTML = '<p id="here"></p>'`);
    await visitor.button('Talk with video').waitFor();
  });

  it('is not lost to another script that takes the plugin out again and again', async () => {
    const visitor = await odd.open({
      html: html(`${site.tag()}<script>
        let times = 0;
        new MutationObserver(() => {
          const chat = document.querySelector('avatar-chat');
          if (chat && times < 5) { times += 1; chat.remove(); }
        }).observe(document.body, { childList: true });
      </script>`),
    });
    await visitor.button('Talk with video').waitFor();
    await until('it stands', () =>
      visitor.page.evaluate('times === 5 && !!document.querySelector("avatar-chat")'),
    );
  });
});
