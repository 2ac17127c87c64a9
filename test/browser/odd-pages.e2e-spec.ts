import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { html, ODD_KEY, useOddBrowser } from './odd-browser.js';
import { LISTED } from './odd-site.js';

const odd = useOddBrowser();
const { site } = odd;

describe('a page with rules of its own', () => {
  it.each([
    [
      'by a Content-Security-Policy',
      `default-src 'none'; script-src %; style-src 'self'; connect-src %; media-src blob:; img-src data:`,
      LISTED.own,
    ],
    ['by Trusted Types', `require-trusted-types-for 'script'; trusted-types 'none'`, LISTED.own],
    ['by a policy for what it embeds', '', LISTED.other],
  ])('%s shows the plugin and its video', async (_what, policy, host) => {
    const origin = new URL(site.url('', host)).origin;
    const own = new URL(site.url('')).origin;
    const visitor = await odd.open({
      html: html(site.tag('', host)),
      headers: {
        'Content-Security-Policy': policy.replaceAll('%', `${origin} ${own}`),
        ...(policy === '' ? { 'Cross-Origin-Embedder-Policy': 'require-corp' } : {}),
      },
    });
    await visitor.startVideo();
    const style = `getComputedStyle(document.querySelector('avatar-chat').shadowRoot.querySelector('.chat')).borderRadius`;
    expect(await visitor.page.evaluate(style)).toBe('14px');
    expect(visitor.told).toBe('');
  });

  it('spends no session before the part for video is there, and says which part is not', async () => {
    site.hasSdk = false;
    const visitor = await odd.open({});
    await visitor.button('Talk with video').click();
    await visitor.untilSaid('cannot be shown');
    expect(site.callsTo('/sessions/token')).toEqual([]);
    expect(visitor.told).toMatch(/avatar-chat: .*\/avatar-sdk\.js/);
    site.hasSdk = true;
    await visitor.startVideo();
  });
});

describe('a long message', () => {
  it('is sent whole, up to what Petya takes', async () => {
    const visitor = await odd.open({});
    const longest = 'é'.repeat(16 * 1024);
    await visitor.input.fill(`${longest}é`);
    await visitor.input.press('Enter');
    await visitor.untilSaid('This message is too long');
    expect(await visitor.input.inputValue()).toHaveLength(longest.length + 1);
    expect(site.callsTo('/userMessages/init')).toEqual([]);
    await visitor.write(longest);
    const sent = site.callsTo('/userMessages/init').map(({ body }) => JSON.parse(body).content);
    expect(sent).toEqual([longest]);
  });
});

describe('a page’s styles and keys', () => {
  const STYLES = `<style>
    html { font-size: 62.5%; }
    * { letter-spacing: 5px; --card: red; --ink: red; }
    body { text-transform: uppercase; white-space: pre; user-select: none; line-height: 4;
      font: italic 40px serif; color: red; text-align: right; word-spacing: 9px; pointer-events: none; }
    avatar-chat { color: red; font-size: 3px; display: inline; }
    p, input, button, li { color: red !important; font-size: 5px !important; }
  </style>`;

  it('change nothing of the plugin', async () => {
    const plain = await odd.open({});
    const styled = await odd.open({ html: html(site.tag(), STYLES) });
    const read = `[...document.querySelector('avatar-chat').shadowRoot.querySelectorAll('*')]
      .filter((element) => !element.matches('style')).map((element) => {
        const { fontSize, fontFamily, fontStyle, lineHeight, color, backgroundColor, letterSpacing, wordSpacing,
          textTransform, textAlign, whiteSpace, userSelect, pointerEvents, paddingTop } = getComputedStyle(element);
        return [element.outerHTML.slice(0, 60), fontSize, fontFamily, fontStyle, lineHeight, color, backgroundColor,
          letterSpacing, wordSpacing, textTransform, textAlign, whiteSpace, userSelect, pointerEvents, paddingTop];
      })`;
    for (const visitor of [plain, styled]) await visitor.button('Talk with video').waitFor();
    const expected = await plain.page.evaluate<string[][]>(read);
    expect(await styled.page.evaluate(read)).toEqual(expected);
    const sizes = expected.map(([, size = '']) => Number.parseFloat(size));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(14);
    expect(expected.find(([what = '']) => what.includes('log'))).toContain('text');
  });

  it('do not take what a visitor types, pastes or scrolls', async () => {
    const stealing = [
      'keydown',
      'keypress',
      'keyup',
      'paste',
      'wheel',
      'touchmove',
      'focusin',
      'copy',
    ]
      .map(
        (type) => `document.addEventListener('${type}', (event) => {
        stolen.push(event.type);
        event.preventDefault();
        if (event.type === 'focusin') document.activeElement.blur();
      }, { passive: false });`,
      )
      .join('');
    const visitor = await odd.open({
      html: html(`${site.tag()}<script>const stolen = []; ${stealing}</script>`),
    });
    await visitor.input.focus();
    await visitor.page.keyboard.type('jk/?');
    expect(await visitor.input.inputValue()).toBe('jk/?');
    await visitor.page.locator('avatar-chat [data-log]').hover();
    await visitor.page.mouse.wheel(0, 50);
    expect(await visitor.page.evaluate('stolen')).toEqual([]);
    await visitor.page.keyboard.press('Enter');
    await visitor.untilSaid('Sent.');
  });

  it.each(['mousedown', 'pointerdown', 'touchstart', 'touchend'])(
    'do not take the focus by cancelling %s',
    async (type) => {
      const code = `addEventListener('${type}', (event) => {
        heard.push(event.type);
        event.preventDefault();
      }, { passive: false, capture: true });`;
      const visitor = await odd.open({
        html: html(`${site.tag()}<script>const heard = []; ${code}</script>`),
      });
      const press: 'tap' | 'click' = type.startsWith('touch') ? 'tap' : 'click';
      await visitor.input[press]();
      await visitor.page.keyboard.type('Hello');
      expect(await visitor.input.inputValue()).toBe('Hello');
      await visitor.button('Talk with video')[press]();
      await visitor.untilSaid('You are talking');
      expect(site.callsTo('/sessions/token')).toHaveLength(1);
      expect(await visitor.page.evaluate('heard')).toContain(type);
    },
  );

  it('leave each line its own direction', async () => {
    const visitor = await odd.open({ html: html(site.tag()).replace('<html', '<html dir="rtl"') });
    await visitor.write('שלום');
    const read = `[...document.querySelector('avatar-chat').shadowRoot.querySelectorAll('li span:last-child, input')]
      .map((element) => [element.dir, getComputedStyle(element).direction])`;
    expect(await visitor.page.evaluate(read)).toEqual([
      ['auto', 'ltr'],
      ['auto', 'rtl'],
      ['auto', expect.any(String)],
    ]);
  });
});

describe('the panel', () => {
  const styleOf = (selector: string, name: string): string =>
    `getComputedStyle(document.querySelector('avatar-chat').shadowRoot.querySelector('${selector}')).${name}`;

  it.each(['ltr', 'rtl'])(
    'is drawn in the direction of the page, its words in theirs: %s',
    async (dir) => {
      const page = html(site.tag()).replace('<html', `<html dir="${dir}"`);
      const visitor = await odd.open({ html: page });
      await visitor.button('Talk with video').waitFor();
      for (const words of ['.status', 'h2']) {
        expect(await visitor.page.evaluate(styleOf(words, 'direction'))).toBe('ltr');
      }
      const side = dir === 'ltr' ? 'Left' : 'Right';
      const corner = styleOf('li[data-role="avatar"]', `borderBottom${side}Radius`);
      expect(await visitor.page.evaluate(corner)).toBe('3px');
    },
  );

  /** Runs in the page: by how many pixels anything of the panel stands out of the box around it. */
  const OUT = `(() => {
    const box = document.querySelector('#box').getBoundingClientRect();
    const panel = document.querySelector('avatar-chat').shadowRoot;
    return [document.querySelector('avatar-chat'), ...panel.querySelectorAll('.chat, .chat > *, button, input, h2')]
      .filter((one) => one.getBoundingClientRect().width > 1)
      .map((one) => one.getBoundingClientRect())
      .map(({ left, right }) => Math.max(box.left - left, right - box.right))
      .concat(panel.host.getBoundingClientRect().bottom - box.bottom)
      .reduce((most, one) => Math.max(most, one));
  })()`;

  /** Runs in the page: how many pixels of the lines are below what is shown of them. */
  const HIDDEN = `(() => {
    const log = document.querySelector('avatar-chat').shadowRoot.querySelector('[data-log]');
    return log.scrollHeight - log.clientHeight - log.scrollTop;
  })()`;

  it.each([
    ['180px', 'auto'],
    ['340px', '480px'],
    ['280px', '360px'],
    ['900px', '300px'],
    ['700px', 'auto'],
  ])('stays inside a box of %s by %s', async (width, height) => {
    const visitor = await odd.open({
      html: html(
        `<div id="box" style="width: ${width}; height: ${height}"></div>${site.tag('data-target="#box" data-name="Wilhelmina"')}`,
      ),
    });
    await visitor.write('Donaudampfschifffahrtsgesellschaftskapitän '.repeat(8));
    expect(await visitor.page.evaluate(OUT)).toBeLessThanOrEqual(0.5);
    await visitor.startVideo();
    expect(await visitor.page.evaluate(OUT)).toBeLessThanOrEqual(0.5);
    expect(await visitor.page.evaluate(HIDDEN)).toBeLessThanOrEqual(2);
    await visitor.input.scrollIntoViewIfNeeded();
    await visitor.write('Still here');
    await visitor.button('Stop video').click();
    await visitor.untilSaid('The video is off');
  });

  it('is printed whole, and has bubbles where the visitor chooses the colours', async () => {
    const visitor = await odd.open({});
    await visitor.button('Talk with video').waitFor();
    await visitor.page.emulateMedia({ media: 'print' });
    expect(await visitor.page.evaluate(styleOf('.log', 'maxHeight'))).toBe('none');
    await visitor.page.emulateMedia({ media: 'screen', forcedColors: 'active' });
    expect(await visitor.page.evaluate(styleOf('li', 'borderTopStyle'))).toBe('solid');
  });
});

describe('a browser without', () => {
  const MISSING = [
    'delete Crypto.prototype.randomUUID',
    `Crypto.prototype.getRandomValues = () => { throw new Error('No entropy.'); }`,
    'delete AbortSignal.timeout',
    'delete HTMLVideoElement.prototype.requestVideoFrameCallback',
    'delete HTMLVideoElement.prototype.requestVideoFrameCallback; delete HTMLVideoElement.prototype.getVideoPlaybackQuality',
    'delete Navigator.prototype.locks',
    'delete Navigator.prototype.sendBeacon',
    'delete Navigator.prototype.mediaDevices',
    'delete Navigator.prototype.permissions',
    'delete Document.prototype.adoptedStyleSheets; delete ShadowRoot.prototype.adoptedStyleSheets',
    'delete window.CSSStyleSheet',
    'delete CSSStyleSheet.prototype.replaceSync',
    'delete window.BroadcastChannel',
    'delete Array.prototype.at; delete Object.hasOwn; delete String.prototype.replaceAll; delete window.structuredClone',
    `Object.defineProperty(window, 'localStorage', { value: null }); Object.defineProperty(window, 'sessionStorage', { value: null })`,
    `for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('Blocked.', 'SecurityError'); } })`,
    `const usual = EventTarget.prototype.addEventListener; EventTarget.prototype.addEventListener = function (type, listener, options) {
      if (options && options.signal) throw new TypeError('An old browser ignores this.'); return usual.call(this, type, listener, options); }`,
  ];

  it('one thing or another writes and has video', async () => {
    await odd.together(
      MISSING,
      (without) => without,
      async (without) => {
        const visitor = await odd.open({}, without);
        await visitor.write('Hello');
        await visitor.startVideo();
        await visitor.write('Hello again');
        await visitor.button('Stop video').click();
        await visitor.untilSaid('The video is off');
        expect(visitor.told).toBe('');
        await visitor.close();
      },
    );
  });

  it('a safe connection writes and has video', async () => {
    const visitor = await odd.open({}, undefined, LISTED.plain);
    await visitor.write('Hello');
    await visitor.startVideo();
    expect(visitor.told).toBe('');
  });
});

describe('the page’s developer', () => {
  const attributes = (tag: string): string => tag.replaceAll('%', site.url(''));
  const src = 'src="%/plugin.js"';
  const key = `data-key="${ODD_KEY}"`;
  const api = 'data-api="%"';

  const FOUND: readonly (readonly [string, string])[] = [
    ['a module', `<script type="module" ${src} ${key} ${api}></script>`],
    [
      'an inline copy',
      `<script>fetch('%/plugin.js').then((answer) => answer.text()).then((text) => (0, eval)(text))</script><script type="text/x-later" ${key} ${api}></script>`,
    ],
    [
      'an optimiser',
      `<script type="text/x-later" ${key} ${api} data-src="%/plugin.js"></script><script>document.head.append(Object.assign(document.createElement('script'), { src: '%/plugin.js?min' }))</script>`,
    ],
    [
      'a tag manager',
      `<script>window.avatarChatSettings = { key: '${ODD_KEY}', api: '%' }</script><script ${src}></script>`,
    ],
    ['an address with a slash', `<script ${src} ${key} data-api="%/"></script>`],
    ['an address with its path', `<script ${src} ${key} data-api=" %/api/v1/ "></script>`],
    ['the head, before there is a body', `<script ${src} ${key} ${api} async></script>`],
    [
      'a target that comes late',
      `<script ${src} ${key} ${api} data-target="#late"></script><script>setTimeout(() => { document.body.append(Object.assign(document.createElement('p'), { id: 'late' })); }, 300)</script>`,
    ],
    [
      'an element with the name of the plugin',
      `<form id="AvatarChat"></form><script ${src} ${key} ${api}></script>`,
    ],
  ];

  it('sees the plugin', async () => {
    await odd.together(
      FOUND,
      ([by]) => `by ${by}`,
      async ([, tag]) => {
        const visitor = await odd.open({ html: html(attributes(tag)) });
        await visitor.write('Hello');
        expect(visitor.told).toBe('');
        await visitor.close();
      },
    );
    const asked = new Set(site.callsTo('/config').map(({ path }) => path));
    expect(asked).toEqual(new Set(['/api/v1/account/config']));
  });

  const settings = `<script>window.avatarChatSettings = { key: '${ODD_KEY}', api: '%', name: 'Ada' }</script>`;
  const named = `${src} ${key} ${api} data-name="Ada"`;
  const ours: readonly (readonly [string, string])[] = [
    ['a script', `<script ${named}></script>`],
    ['a module', `<script type="module" ${named}></script>`],
    ['a script and settings', `${settings}<script ${src}></script>`],
    ['a module and settings', `${settings}<script type="module" ${src}></script>`],
    [
      'an optimiser and settings',
      `${settings}<script>fetch('%/plugin.js').then((answer) => answer.text()).then((text) => (0, eval)(text))</script>`,
    ],
    [
      'what an optimiser makes of the tag',
      `<script type="text/x-later" ${key} ${api} data-name="Ada" data-src="%/plugin.js"></script><script>document.head.append(Object.assign(document.createElement('script'), { src: '%/plugin.js?min' }))</script>`,
    ],
  ];
  const others = [
    'src="/elsewhere/gallery-plugin.js" data-target="#gallery" data-name="Gallery"',
    'src="/elsewhere/gallery-plugin.js" data-key="a-key" data-api="https://gallery.example.com"',
    'src="/elsewhere/gallery-plugin.js"',
    'src="/elsewhere/plugin.js.php?ver=1" data-key="a-key" data-target="#gallery"',
    'src="/elsewhere/load?files=a.js,/plugin.js" data-key="a-key" data-target="#gallery"',
    'data-src="/elsewhere/gallery-plugin.js" type="text/x-later" data-key="a-key"',
    // An editor's, which happens to have the same name.
    'src="/elsewhere/plugin.js" data-key="a-key" data-target="#gallery" data-name="Gallery"',
    'src="/elsewhere/plugin.js" data-sdk-url="/elsewhere/sdk.js"',
  ];

  it.each(others)('is not asked for what another script says: %s', async (other) => {
    await odd.together(
      ours,
      ([by]) => by,
      async ([by, tag]) => {
        const visitor = await odd.open({
          html: html(attributes(`<script ${other}></script>${tag}`)),
        });
        await visitor.page.getByRole('heading', { name: 'Ask Ada' }).waitFor();
        // Code that no tag belongs to cannot know where it came from.
        if (by !== 'an optimiser and settings') await visitor.startVideo();
        expect(visitor.told).toBe('');
        await visitor.close();
      },
    );
  });

  const WRONG: readonly (readonly [string, string, RegExp])[] = [
    ['a key that is missing', `<script ${src} ${api}></script>`, /data-key .*SE_/],
    [
      'a key that is a secret',
      `<script ${src} data-key="SK_1234567890123456" ${api}></script>`,
      /data-key .*secret/,
    ],
    ['an address that is missing', `<script ${src} ${key}></script>`, /data-api .*https:/],
    [
      'an address that is none',
      `<script ${src} ${key} data-api="petya.example.com"></script>`,
      /data-api="petya\.example\.com" .*https:\/\/petya\.example\.com/,
    ],
    [
      'a selector that is none',
      `<script ${src} ${key} ${api} data-target="#1"></script>`,
      /data-target="#1"/,
    ],
    [
      'a target that does not come',
      `<script ${src} ${key} ${api} data-target="#never"></script>`,
      /data-target="#never"/,
    ],
    ['nothing at all', `<script ${src}></script>`, /data-key/],
    [
      'a heartbeat with a unit',
      `<script ${src} ${key} ${api} data-heartbeat-seconds="15s"></script>`,
      /data-heartbeat-seconds="15s" .*data-heartbeat-seconds="15"/,
    ],
  ];

  const UNFIT: typeof WRONG = [
    ...['head', 'input', 'iframe', 'img', 'template', 'canvas', 'select', 'textarea', 'video'].map(
      (name) =>
        [
          `a target that shows nothing: ${name}`,
          `${name === 'head' ? '' : `<${name}></${name}>`}<script ${src} ${key} ${api} data-target="${name}"></script>`,
          /data-target="\w+" .*shows nothing/,
        ] as const,
    ),
    [
      'a target with elements of its own',
      `<p></p><script>document.querySelector('p').attachShadow({ mode: 'open' }).innerHTML = '<slot name="a"></slot>'</script><script ${src} ${key} ${api} data-target="p"></script>`,
      /data-target="p" .*shows nothing/,
    ],
    ...[`'#chat'`, `[document.body]`, 'null', 'undefined', `document.createElement('img')`].map(
      (place) =>
        [
          `an element that is none: ${place}`,
          `<script ${src}></script><script>AvatarChat.mount(${place}, { key: '${ODD_KEY}', api: '%' }).unmount()</script>`,
          /AvatarChat\.mount .*element/,
        ] as const,
    ),
  ];

  it('is told once what is wrong', async () => {
    await odd.together(
      [...WRONG, ...UNFIT],
      ([what]) => what,
      async ([, tag, words]) => {
        const visitor = await odd.open({ html: html(attributes(tag)) });
        await until('it is said', async () => visitor.said.length > 0);
        expect(visitor.said).toEqual([expect.stringMatching(words)]);
        expect(visitor.said[0]).toMatch(/^avatar-chat: /);
        expect(visitor.errors).toEqual([]);
        await visitor.close();
      },
    );
  });

  it.each([
    [401, 'This key is not known.'],
    [403, 'The origin http://localhost is not allowed.'],
    [404, 'There is no such route.'],
  ])('is told what the service says with %i', async (status, message) => {
    site.refuses = ({ path }) => (path.endsWith('/config') ? [status, { message }] : undefined);
    const visitor = await odd.open({});
    await visitor.untilSaid('not available on this page');
    expect(visitor.said).toEqual([expect.stringContaining(message)]);
    expect(await visitor.button('Try again').isVisible()).toBe(false);
  });

  it('is told what the service says of a video', async () => {
    site.refuses = ({ path }) =>
      path.endsWith('/sessions/token') ? [403, { message: 'Video is turned off.' }] : undefined;
    const visitor = await odd.open({});
    await visitor.button('Talk with video').click();
    await visitor.untilSaid('cannot be shown');
    expect(visitor.said).toEqual([expect.stringContaining('Video is turned off.')]);
  });

  it('sends heartbeats that the service takes where the attribute is wrong', async () => {
    const visitor = await odd.open({ html: html(site.tag('data-heartbeat-seconds="15s"')) });
    await visitor.startVideo();
    await until('a heartbeat', async () => site.callsTo('/keep-alive').length > 0);
    expect(JSON.parse(site.callsTo('/keep-alive')[0]?.body ?? '')).toEqual({ next_within_s: 15 });
  });
});

describe('a microphone', () => {
  const failing = (name: string): string =>
    `MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('x', '${name}'));`;

  it.each([
    ['that is not there', failing('NotFoundError'), {}, /no microphone/],
    ['that another program uses', failing('NotReadableError'), {}, /in use/],
    ['that the visitor refuses', failing('NotAllowedError'), {}, /allow it/],
    [
      'that the page forbids',
      '',
      { 'Permissions-Policy': 'microphone=()' },
      /This page does not let/,
    ],
  ])('%s has a sentence of its own', async (_what, before, headers, words) => {
    const visitor = await odd.open({ headers }, before);
    await visitor.startVideo();
    await visitor.button('Use microphone').click();
    await visitor.untilSaid(words);
  });
});
