import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { html, ODD_KEY, useOddBrowser } from './odd-browser.js';

const odd = useOddBrowser();
const { site } = odd;

const script = (more = ''): string => `<script src="${site.url('/plugin.js')}" ${more}></script>`;
const options = (): string => JSON.stringify({ key: ODD_KEY, api: site.url('') });

describe('a page’s own code', () => {
  it('may ask for video before its element stands in the page', async () => {
    const visitor = await odd.open({
      html: html(`${script()}<script>
        const container = document.createElement('div');
        void AvatarChat.mount(container, ${options()}).startVideo();
        setTimeout(() => document.body.append(container), 200);
      </script>`),
    });
    await visitor.untilSaid('You are talking');
    expect(site.callsTo('/sessions/start')).toHaveLength(1);
  });

  it('ends the video where it takes the element out of its own shadow root', async () => {
    const visitor = await odd.open({
      html: html(`<main></main>${script()}<script>
        const root = document.querySelector('main').attachShadow({ mode: 'open' });
        const container = root.appendChild(document.createElement('div'));
        AvatarChat.mount(container, ${options()});
      </script>`),
    });
    await visitor.startVideo();
    await visitor.page.evaluate('root.replaceChildren()');
    await until('it has ended', async () => site.callsTo('/sessions/stop').length > 0);
  });

  it('may put it elsewhere before it takes the first away', async () => {
    const visitor = await odd.open({
      html: html(`<main></main><aside></aside>${script()}<script>
        const first = AvatarChat.mount(document.querySelector('main'), ${options()});
      </script>`),
    });
    await visitor.startVideo();
    await visitor.page.evaluate(
      `AvatarChat.mount(document.querySelector('aside'), ${options()}); first.unmount()`,
    );
    expect(await visitor.page.locator('aside > avatar-chat').count()).toBe(1);
    await visitor.untilSaid('You are talking');
    expect(site.callsTo('/sessions/start')).toHaveLength(1);
  });

  it('may exchange what JavaScript itself has for what its libraries need', async () => {
    const before = `
      Array.from = (list) => { const made = []; for (let at = 0; at < (list.length || 0); at += 1) made.push(list[at]); return made; };
      for (const name of ['each', 'clone', 'entries', 'key', 'target', 'name'])
        for (const { prototype } of [Array, Object, Function, String, Number]) prototype[name] ??= function added() { return [this]; };
      Function.prototype.bind = function bind(self, ...given) { const work = this; return (...more) => work.apply(self, [...given, ...more]); };
      Element.prototype.remove = function remove() { this.parentNode.removeChild(this); return this; };
      Object.prototype.toJSON = () => 1;`;
    const visitor = await odd.open({}, before);
    await visitor.write('Hello');
    await visitor.startVideo();
    expect(visitor.told).toBe('');
  });

  it('takes no keys, also where it listens before everybody', async () => {
    const visitor = await odd.open({
      html: html(`${site.tag()}<script>
        const taken = [];
        for (const place of [window, document]) for (const type of ['keydown', 'keypress', 'keyup'])
          place.addEventListener(type, (event) => { taken.push(event.type); event.preventDefault(); }, true);
      </script>`),
    });
    await visitor.input.focus();
    await visitor.page.keyboard.type('gg/');
    expect(await visitor.input.inputValue()).toBe('gg/');
    expect(await visitor.page.evaluate('taken')).toEqual([]);
    await visitor.page.evaluate('document.activeElement.blur()');
    await visitor.page.keyboard.press('g');
    expect(await visitor.page.evaluate('taken.length')).toBeGreaterThan(0);
  });

  it.each([
    ['as browsers tell it', { isComposing: true, keyCode: 229 }],
    ['after the word is done, as Safari tells it', { isComposing: false, keyCode: 229 }],
  ])('an Enter that ends a composed word sends nothing: %s', async (_how, told) => {
    const visitor = await odd.open({});
    await visitor.input.fill('こんにちは');
    // Constructed events have no keyCode of their own in every browser.
    await visitor.page.evaluate(`{
      const told = ${JSON.stringify(told)};
      const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true, ...told });
      Object.defineProperty(event, 'keyCode', { value: told.keyCode });
      let { activeElement } = document;
      activeElement = activeElement.shadowRoot.activeElement;
      activeElement.dispatchEvent(event);
    }`);
    expect(await visitor.input.inputValue()).toBe('こんにちは');
    await visitor.input.press('Enter');
    await visitor.untilSaid('Sent.');
    expect(site.callsTo('/userMessages/init')).toHaveLength(1);
  });

  it('may change the words of a line, as a translator does, and keeps them', async () => {
    const visitor = await odd.open({});
    await visitor.write('Hello');
    const words = `[...document.querySelector('avatar-chat').shadowRoot.querySelectorAll('li span:last-child')]`;
    await visitor.page.evaluate(`${words}.forEach((line) => {
      line.innerHTML = '<font><font>Translated</font></font>';
    })`);
    await visitor.write('Once more');
    expect(await visitor.page.evaluate(`${words}.map((line) => line.textContent)`)).toEqual([
      'Translated',
      'Translated',
      'Once more',
    ]);
  });
});

describe('a page', () => {
  it('that a browser prepares before anybody sees it asks for nothing until then', async () => {
    const before = `let isPrepared = true;
      Object.defineProperty(document, 'prerendering', { get: () => isPrepared });
      window.show = () => { isPrepared = false; document.dispatchEvent(new Event('prerenderingchange')); };`;
    const visitor = await odd.open({}, before);
    await visitor.page.waitForLoadState('networkidle');
    expect(site.calls).toEqual([]);
    await visitor.page.evaluate('show()');
    await visitor.button('Talk with video').waitFor();
  });

  it('that tells nobody where a call comes from is still known when it goes', async () => {
    const visitor = await odd.open({ headers: { 'Referrer-Policy': 'no-referrer' } });
    await visitor.startVideo();
    await visitor.page.goto('about:blank');
    const left = await until('it has left', async () => site.callsTo('/sessions/leave')[0]);
    expect(left.headers.origin).toBe(new URL(site.url('')).origin);
    expect(left.headers['content-type']).toMatch(/^text\/plain/);
  });

  it('in XML, with another base address, finds the part for video where it is', async () => {
    const more = `data-sdk-url="/avatar-sdk.js" async="async"`;
    const tag = site.tag(more);
    const visitor = await odd.open({
      html: `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Odd</title>
        <base href="${site.url('/elsewhere/')}" /></head><body>${tag}</body></html>`,
      headers: { 'Content-Type': 'application/xhtml+xml' },
    });
    // By the page's own means: the driver knows elements of HTML by names in capitals.
    const start = visitor.page.locator('avatar-chat [data-start]:not([hidden])');
    await start.dispatchEvent('click');
    await until('it has video', async () => site.callsTo('/keep-alive').length > 0);
    expect(visitor.told).toBe('');
  });

  const framed = (sandbox: string) => {
    const inside = html(site.tag()).replaceAll('"', '&quot;');
    const more = `sandbox="${sandbox}" width="600" height="600" srcdoc="${inside}"`;
    return odd.open({ html: html(`<iframe ${more}></iframe>`) });
  };

  it('in a frame without an origin tells its developer, once, what the frame lacks', async () => {
    const visitor = await framed('allow-scripts');
    await until('it is told', async () => visitor.said.length > 0);
    expect(visitor.said).toEqual([expect.stringContaining('allow-same-origin')]);
  });

  it('in a frame that may hardly anything writes and has video', async () => {
    const { page } = await framed('allow-scripts allow-same-origin');
    const frame = page.frameLocator('iframe');
    await frame.getByLabel('Your message').fill('Hello');
    await frame.getByLabel('Your message').press('Enter');
    await frame.getByRole('status').filter({ hasText: 'Sent' }).waitFor();
    await frame.getByRole('button', { name: 'Talk with video' }).click();
    await frame.getByRole('status').filter({ hasText: 'You are talking' }).waitFor();
  });

  it('whose service is turned off meanwhile says so, and loses no word', async () => {
    const visitor = await odd.open({});
    await visitor.write('Hello');
    site.refuses = () => [
      403,
      { type: 'urn:problem:account_suspended', message: 'It is suspended.' },
    ];
    await visitor.input.fill('Are you there?');
    await visitor.input.press('Enter');
    await visitor.untilSaid('not available on this page');
    expect(await visitor.input.inputValue()).toBe('Are you there?');
    expect(visitor.said).toEqual([expect.stringContaining('It is suspended.')]);
  });
});
