import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { useOddBrowser } from './odd-browser.js';
import type { OddVisitor } from './odd-visitor.js';

const odd = useOddBrowser();
const { site } = odd;

const looks = (): number =>
  site.calls.filter(({ method, path }) => method === 'GET' && path.includes('/userConversation/'))
    .length;

function answer(content: string): void {
  const messages = [{ messageId: 'm-1', isFromUser: false, content }];
  site.refuses = ({ method, path }) =>
    method === 'GET' && path.includes('/userConversation/')
      ? [200, { messages, nextCursor: null }]
      : undefined;
}

const shown = (visitor: OddVisitor, text: string): Promise<void> =>
  visitor.page.getByRole('log').getByText(text).waitFor();

/** A page whose waiting is two hundred times shorter. */
const SOON = `const usual = setTimeout;
  window.setTimeout = (work, ms = 0, ...more) => usual(work, ms >= 500 ? ms / 200 : ms, ...more);`;

describe('an answer of somebody', () => {
  it('appears after a reload, however late it comes', async () => {
    const visitor = await odd.open({});
    await visitor.write('Do you deliver?');
    await visitor.page.reload();
    const before = looks();
    await until('it has looked', async () => looks() > before);
    answer('We do.');
    await shown(visitor, 'We do.');
  });

  it('appears after a video in which it was asked for', async () => {
    const visitor = await odd.open({});
    await visitor.startVideo();
    await visitor.write('Do you deliver?');
    await visitor.button('Stop video').click();
    await visitor.untilSaid('The video is off');
    answer('We do.');
    await shown(visitor, 'We do.');
  });

  it.each([
    ['the tab comes back', `document.dispatchEvent(new Event('visibilitychange'))`],
    ['the network comes back', `dispatchEvent(new Event('online'))`],
    ['the page wakes up', `document.dispatchEvent(new Event('resume'))`],
    [
      'the page was kept',
      `dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`,
    ],
  ])('is looked for so many times, and again when %s', async (_what, come) => {
    const visitor = await odd.open({}, SOON);
    await visitor.write('Do you deliver?');
    await until('it has looked for long', async () => looks() >= 60);
    await visitor.page.waitForTimeout(500);
    expect(looks()).toBe(60);
    answer('We do.');
    await visitor.page.evaluate(come);
    await shown(visitor, 'We do.');
  });

  it('is looked for by nobody who has not written', async () => {
    const visitor = await odd.open({}, SOON);
    await visitor.button('Talk with video').waitFor();
    await visitor.page.evaluate(`dispatchEvent(new Event('online'))`);
    await visitor.page.waitForTimeout(500);
    expect(looks()).toBe(0);
  });
});

describe('Petya', () => {
  it('is told the page where the visitor writes', async () => {
    const visitor = await odd.open({});
    await visitor.button('Talk with video').waitFor();
    await visitor.page.evaluate(`history.pushState(null, '', '/product/42')`);
    await visitor.write('Is it in stock?');
    for (const path of ['/visitors/init', '/userConversation/init']) {
      const [made] = site.callsTo(path);
      expect(JSON.parse(made?.body ?? '')).toMatchObject({ pageUrl: site.url('/product/42') });
    }
  });
});
