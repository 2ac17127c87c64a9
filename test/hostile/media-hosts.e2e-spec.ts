import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem } from '../ilianaai-avatar/vendor-shaped-problem.js';
import {
  openStream,
  type StreamAnswer,
  startStreamingWorld,
  type StreamingWorld,
} from '../ilianaai-avatar/streaming-world.js';
import { startedVisit, visit } from '../ilianaai-avatar/visit.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';

let world: StreamingWorld;
let shop: Tenant;
let usualUrl: string;

beforeAll(async () => {
  world = await startStreamingWorld({ MEDIA_HOST_SUFFIXES: 'media.example.com' });
  shop = await world.customer({ limits: { maxConcurrentSessions: 1_000 } });
  usualUrl = world.simulator.world.settings.livekitUrl;
});
afterEach(() => nameMedia(usualUrl));
afterAll(() => world.stop());

/** From now on both vendors send visitors there. */
function nameMedia(url: string): void {
  world.simulator.world.settings.livekitUrl = url;
}

const ALLOWED = [
  'wss://media.example.com',
  'wss://room-7.media.example.com:7443/rtc',
  'ws://127.0.0.1:7880',
  'wss://rooms.localhost',
];

const FOREIGN = [
  'wss://evil.test',
  'wss://media.example.com.evil.test',
  'wss://evilmedia.example.com',
  'wss://media.example.com@evil.test',
  'wss://visitor:word@media.example.com',
  'ws://media.example.com',
  'https://media.example.com',
  'javascript:alert(1)//media.example.com',
  '//media.example.com',
  'wss://room.livekit.cloud',
];

/** No part of the address may reach the page. */
const nothingOf = (url: string) => ({ notEchoed: [url, 'evil'] });

describe('the room that LiveAvatar names', () => {
  it.each(ALLOWED)('is passed on as it is: %s', async (url) => {
    nameMedia(url);
    const opened = await visit(world.streaming, shop);
    const { status, body } = await opened.start();
    expect([status, body.data.livekit_url]).toEqual([201, url]);
  });

  it.each(FOREIGN)('is kept from the visitor, and the session ended: %s', async (url) => {
    nameMedia(url);
    const { sessionId, start, untilState } = await visit(world.streaming, shop);
    expectProblem(await start(), 503, 'start_unresolved', nothingOf(url));
    expect((await untilState('delivered')).end_reason).toBe('vendor_fault');
    expect(await world.vendor.session(sessionId)).toMatchObject({ state: 'ended' });
  });

  it('is kept from the visitor where it stands as the address of a socket', async () => {
    const { sessionId, start } = await visit(world.streaming, shop);
    const data = {
      session_id: sessionId,
      livekit_url: usualUrl,
      livekit_client_token: 'token',
      ws_url: 'wss://evil.test/socket',
    };
    await world.vendor.fault({ route: 'start', kind: 'status', status: 201, body: { data } });
    const answer = await start();
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.text).not.toContain('evil');
  });

  it('stays as it was for a start that is repeated after the vendor has changed', async () => {
    const opened = await startedVisit(world.streaming, shop);
    nameMedia('wss://evil.test');
    const again = await opened.start();
    expect([again.status, again.body.data.livekit_url]).toEqual([201, usualUrl]);
  });
});

describe('the room that the legacy vendor names', () => {
  const openNew = () => {
    const headers = { 'x-api-key': shop.key };
    return world.streaming.call<StreamAnswer>('POST', '/v1/streaming.new', { headers, json: {} });
  };
  const running = () => world.simulator.world.heygen.live().length;

  it.each(ALLOWED)('is passed on as it is: %s', async (url) => {
    nameMedia(url);
    const stream = await openStream(world, shop);
    expect(stream.opened['url']).toBe(url);
    await stream.call('stop');
  });

  it.each(FOREIGN)('is kept from the visitor, and the session ended: %s', async (url) => {
    const before = running();
    nameMedia(url);
    expectProblem(await openNew(), 502, 'vendor_garbled', nothingOf(url));
    await until('the session is ended', async () => running() === before);
  });

  it('is kept from the visitor where it stands as the address of a socket', async () => {
    const data = {
      session_id: 'stream-with-a-foreign-socket',
      url: usualUrl,
      access_token: 'token',
      realtime_endpoint: 'wss://evil.test/socket',
    };
    const body = { code: 100, message: 'success', data };
    await world.vendor.fault({ route: 'streaming.new', kind: 'status', status: 200, body });
    expectProblem(await openNew(), 502, 'vendor_garbled', nothingOf('wss://evil.test/socket'));
  });
});
