import { describe, expect, it } from '@jest/globals';
import { html, useOddBrowser } from './odd-browser.js';
import { LISTED } from './odd-site.js';

const odd = useOddBrowser();
const { site } = odd;

/** Longer than a picture that is seen may stand still. */
const LONG_MS = 12_000;

const box = (style: string): string => `document.querySelector('#box').style.cssText = '${style}'`;

describe('a video that nobody sees', () => {
  const WAYS: readonly (readonly [string, string, string])[] = [
    ['scrolled away', `scrollTo(0, 5000)`, `scrollTo(0, 0)`],
    ['not displayed', box('display: none'), box('')],
    [
      'folded up',
      `document.querySelector('#box').open = false`,
      `document.querySelector('#box').open = true`,
    ],
    ['moved off the screen', box('transform: translateX(-9000px)'), box('')],
    ['left out of the drawing', box('content-visibility: hidden'), box('')],
    ['of no height', box('height: 0; overflow: hidden'), box('')],
    ['invisible', box('visibility: hidden'), box('')],
    [
      'scrolled away inside a box',
      `document.querySelector('#scroll').scrollTop = 5000`,
      `document.querySelector('#scroll').scrollTop = 0`,
    ],
  ];

  it('goes on, and is there when it is seen again', async () => {
    await odd.together(
      WAYS,
      ([what]) => what,
      async ([, hide, show]) => {
        const tag = site.tag('data-target="#inside"');
        const visitor = await odd.open({
          html: html(
            `<div id="scroll" style="height: 560px; overflow: auto"><details id="box" open><summary>Chat</summary><div id="inside"></div></details><div style="height: 9000px"></div></div><div style="height: 9000px"></div>${tag}`,
          ),
        });
        await visitor.startVideo();
        await visitor.page.evaluate(hide);
        await visitor.page.waitForTimeout(LONG_MS);
        await visitor.page.evaluate(show);
        await visitor.untilSaid('You are talking');
        // A word of a weak connection would stand there by now.
        await visitor.page.waitForTimeout(2_000);
        await visitor.untilSaid('You are talking');
        await visitor.close();
      },
    );
    expect(site.callsTo('/sessions/stop')).toEqual([]);
  });

  it.each([
    ['scrolled away', `scrollTo(0, 9000)`],
    ['not displayed', `document.querySelector('iframe').style.display = 'none'`],
  ])('goes on in a frame of another site that is %s', async (_what, hide) => {
    const inside = `/inside-${Date.now()}`;
    site.pages.set(inside, { html: html(site.tag()) });
    const src = site.url(inside, LISTED.other);
    const visitor = await odd.open({
      html: html(
        `<iframe allow="autoplay" width="600" height="600" src="${src}"></iframe><div style="height: 20000px"></div>`,
      ),
    });
    const frame = visitor.page.frameLocator('iframe');
    await frame.getByRole('button', { name: 'Talk with video' }).click();
    await frame.getByRole('status').filter({ hasText: 'You are talking' }).waitFor();
    await visitor.page.evaluate(hide);
    await visitor.page.waitForTimeout(LONG_MS);
    expect(await frame.locator('[data-status]').textContent()).toContain('You are talking');
    expect(site.callsTo('/sessions/stop')).toEqual([]);
  });

  it('ends where it is seen and stands still', async () => {
    const visitor = await odd.open({});
    await visitor.startVideo();
    await visitor.page.evaluate('window.isStill = true');
    await visitor.untilSaid('The connection is weak');
    await visitor.untilSaid('The video was interrupted');
  });
});
