import { beforeEach, describe, expect, it } from '@jest/globals';
import { html, useOddBrowser } from './odd-browser.js';
import type { PluginCall } from './odd-site.js';
import type { OddVisitor } from './odd-visitor.js';

const odd = useOddBrowser();
const { site } = odd;

const WHO = '/who';
const HEADER = /^00-([0-9a-f]{32})-[0-9a-f]{16}-00$/;

/** Calls that the plugin makes by itself, and not the vendor's SDK or a beacon. */
const isOwn = ({ method, path }: PluginCall): boolean =>
  method !== 'OPTIONS' && !/\/(start|stop|leave|config)$/.test(path);

/** The traces that calls named, each once; null for one that named none. */
function traces(calls = site.calls.filter(isOwn)): (string | null)[] {
  const named = calls.map(
    ({ headers }) => HEADER.exec(String(headers['traceparent']))?.[1] ?? null,
  );
  return [...new Set(named)];
}

/** What the page's developer was told of the trace last. */
const told = ({ page }: OddVisitor): Promise<string | null> => page.evaluate('window.trace');

const LISTENS = `<script>document.addEventListener('avatar-chat', ({ detail }) => {
  if (detail.kind === 'session') window.trace = detail.traceId;
})</script>`;

async function open(): Promise<OddVisitor> {
  const tag = site.tag(`data-user-url="${WHO}"`);
  const visitor = await odd.open({ html: html(`${LISTENS}${tag}`) });
  await visitor.button('Talk with video').waitFor();
  return visitor;
}

beforeEach(() => {
  const headers = { 'Content-Type': 'application/json' };
  site.pages.set(WHO, { html: '{}', headers });
});

describe('the calls of a conversation', () => {
  it('are one trace at both services, in writing, on video, and after a reload', async () => {
    const visitor = await open();
    expect(site.calls.filter(({ headers }) => headers['traceparent'])).toEqual([]);
    await visitor.write('Hello');
    await visitor.startVideo();
    await visitor.write('Can you hear me?');
    await visitor.page.reload();
    await visitor.untilSaid('You are talking');
    await visitor.button('Stop video').click();
    await visitor.untilSaid('The video is off');
    const [traceId, ...others] = traces();
    expect([traceId, others]).toEqual([expect.any(String), []]);
    expect(await told(visitor)).toBe(traceId);
    expect(traces(site.callsTo('/stop'))).toContain(traceId);
    for (const end of ['/visitors/init', '/userConversation/init', '/sessions/token']) {
      expect([end, site.callsTo(end).length > 0]).toEqual([end, true]);
    }
    expect(visitor.told).toBe('');
  });

  it('are another one’s once the visitor begins anew', async () => {
    const visitor = await open();
    await visitor.write('Hello');
    const [first] = traces();
    await visitor.button('End conversation').click();
    await visitor.untilSaid('The conversation has ended');
    expect(traces()).toEqual([first]);
    site.calls.length = 0;
    await visitor.write('Hello again');
    const [second] = traces();
    expect([typeof second, second === first]).toEqual(['string', false]);
  });

  it('tell nobody else of it, and ask for no preflight as the page is left', async () => {
    const asked: Record<string, string>[] = [];
    odd.context.on('request', (request) => {
      const { pathname } = new URL(request.url());
      const isOthers = !pathname.startsWith('/api/v1/') && !pathname.startsWith('/v1/');
      if (isOthers || pathname.endsWith('/leave')) asked.push(request.headers());
    });
    const visitor = await odd.open(
      { html: html(`${LISTENS}${site.tag(`data-user-url="${WHO}"`)}`) },
      'delete Navigator.prototype.sendBeacon',
    );
    await visitor.write('Hello');
    await visitor.startVideo();
    await visitor.page.reload();
    await visitor.untilSaid('You are talking');
    expect(asked.some((headers) => 'traceparent' in headers)).toBe(false);
    expect(site.callsTo('/leave').map(({ headers }) => headers['traceparent'])).toEqual([
      undefined,
    ]);
  });
});
