import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askToken, type Visit, visit } from '../ilianaai-avatar/visit.js';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { expectProblem } from '../support/expect-problem.js';
import { type Call, send } from '../support/json-client.js';
import { registeredRoutes } from './access.js';
import { PETYA_ADMIN_TOKEN, PETYA_SERVICE_TOKEN } from '../support/petya-app.js';
import { type RawAnswer, sendRaw } from '../support/raw-http.js';

/** A handshake's query belongs to the vendor, and the routes of a vendor that is off answer that it is. */
const NOT_ASKED = /^\/plugin\/|^\/v1\/(ws\/streaming\.chat|streaming\.(?!avatar_message))/;

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld({ environment: { ADMIN_TOKEN: PETYA_ADMIN_TOKEN } });
  shop = await world.customer();
});
afterAll(() => world.stop());

interface App {
  readonly name: string;
  readonly port: () => number;
  /** A route that takes a body with the page's key. */
  readonly route: string;
  readonly mediaType: string;
}

const APPS: readonly App[] = [
  {
    name: 'avatar',
    port: () => world.avatar.port,
    route: '/v1/sessions/token',
    mediaType: 'application/json',
  },
  {
    name: 'petya',
    port: () => Number(new URL(world.petya.baseUrl).port),
    route: '/api/v1/visitors/init',
    mediaType: 'application/problem+json',
  },
];

/**
 * Refused once it is read, as unknown by the one and of a wrong type by the other; without it the call
 * would be a good one.
 */
const BODY = '{"name":1}';

const chunked = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

function write(app: App, line: string, headers: readonly string[], body = ''): Promise<RawAnswer> {
  const head = [`${line} HTTP/1.1`, 'Host: a', `X-Api-Key: ${shop.key}`, ...headers, '', ''];
  return sendRaw(app.port(), `${head.join('\r\n')}${body}`);
}

describe.each(APPS)('a body at $name beside an upgrade that is not the socket’s', (app) => {
  it.each([
    ['h2c', 'Upgrade, HTTP2-Settings'],
    ['h2c', 'HTTP2-Settings, upgrade'],
    ['websocket', 'Upgrade'],
    ['TLS/1.0, HTTP/1.1', 'upgrade'],
    ['h2c, websocket', 'Upgrade'],
  ])('is read as if that had not been offered: %s, %s', async (protocol, connection) => {
    const json = ['Content-Type: application/json'];
    const offer = [`Connection: ${connection}`, `Upgrade: ${protocol}`, 'HTTP2-Settings: AAMAAABk'];
    for (const [framing, body] of [
      [`Content-Length: ${BODY.length}`, BODY],
      ['Transfer-Encoding: chunked', chunked(BODY)],
    ] as const) {
      const answer = await write(app, `POST ${app.route}`, [...json, ...offer, framing], body);
      expectProblem(answer, 422, 'invalid_input', app);
    }
  });

  it('is asked for where its sender waits for that', async () => {
    const head = [
      'Content-Type: application/json',
      'Connection: Upgrade',
      'Upgrade: h2c',
      `Content-Length: ${BODY.length}`,
      'Expect: 100-continue',
    ];
    const answer = await write(app, `POST ${app.route}`, head, BODY);
    expectProblem(answer, 422, 'invalid_input', app);
    expect(answer.received).toMatch(/^HTTP\/1\.1 100 Continue/);
  });

  it('does not keep the next request of its connection from its answer', async () => {
    const next = `GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    const head = `GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`;
    const { received } = await sendRaw(app.port(), `${head}${next}`, { untilClosed: true });
    const answers = received.match(/^HTTP\/1\.1 200/gm) ?? [];
    // It is answered, or its sender is told that it must send it again.
    expect(answers.length === 2 || /^connection: close/im.test(received)).toBe(true);
    expect(answers.length).toBeGreaterThan(0);
  });
});

describe.each(APPS)('chunks without a byte at $name', (app) => {
  it.each([
    ['no type', []],
    ['a type of no JSON', ['Content-Type: text/plain']],
    ['a coding', ['Content-Encoding: gzip']],
    ['JSON', ['Content-Type: application/json']],
  ])('are no body: with %s', async (_what, headers) => {
    const empty = [...headers, 'Transfer-Encoding: chunked'];
    for (const line of ['GET /health/live', 'GET /health/ready']) {
      const { status } = await write(app, line, empty, '0\r\n\r\n');
      expect([line, status]).toEqual([line, 200]);
    }
    const { status } = await write(app, `POST ${app.route}`, empty, '0\r\n\r\n');
    expect([200, 201]).toContain(status);
  });

  it('are a body of a foreign type as soon as there is one', async () => {
    const head = ['Content-Type: text/plain', 'Transfer-Encoding: chunked'];
    const answer = await write(app, `POST ${app.route}`, head, chunked('x'));
    expectProblem(answer, 415, 'unsupported_media_type', app);
  });
});

describe.each(APPS)('what a proxy that speaks another form of HTTP sends to $name', (app) => {
  const head = [`Host: a`, 'Content-Type: application/json', `Content-Length: ${BODY.length}`];
  const raw = (line: string, headers: readonly string[]) =>
    sendRaw(app.port(), [line, `X-Api-Key: ${shop.key}`, ...headers, '', BODY].join('\r\n'));

  it('is answered once where that is HTTP/1.0, whatever it expects', async () => {
    for (const headers of [head, head.slice(1), [...head, 'Expect: 100-continue']]) {
      const answer = await raw(`POST ${app.route} HTTP/1.0`, headers);
      expectProblem(answer, 422, 'invalid_input', app);
      expect(answer.received).not.toContain('100 Continue');
    }
  });

  it.each([
    ['nothing', ''],
    ['the name of none twice', 'identity, Identity'],
    ['an empty list', ' ,'],
  ])('is read where its coding is %s', async (_what, coding) => {
    const answer = await raw(`POST ${app.route} HTTP/1.1`, [
      ...head,
      `Content-Encoding: ${coding}`,
    ]);
    expectProblem(answer, 422, 'invalid_input', app);
  });

  it.each(['http://a', 'HTTP://shop.example:8080', 'https://[2001:db8::1]'])(
    'is the same request with the whole address: %s',
    async (authority) => {
      const prefixes = app.name === 'avatar' ? ['', '/api/v1/avatar'] : [''];
      for (const prefix of prefixes) {
        const answer = await raw(`POST ${authority}${prefix}${app.route} HTTP/1.1`, head);
        expectProblem(answer, 422, 'invalid_input', app);
      }
      const health = await write(app, `GET ${authority}/health/live`, []);
      expect(health.status).toBe(200);
      expect((await write(app, `GET ${authority}`, [])).status).toBe(404);
    },
  );
});

describe('a handshake with the whole address in its first line', () => {
  it('is one all the same', async () => {
    const head = [
      'Connection: keep-alive, Upgrade',
      'Upgrade: WebSocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    for (const path of ['/v1/ws/streaming.chat', '/api/v1/avatar/v1/ws/streaming.chat']) {
      const query = '?session_id=a&session_token=b';
      const named = await write(APPS[0] as App, `GET http://a${path}${query}`, head);
      const plain = await write(APPS[0] as App, `GET ${path}${query}`, head);
      expect(named.status).not.toBe(426);
      expect([named.status, named.body['type']]).toEqual([plain.status, plain.body['type']]);
    }
  });
});

describe('a goodbye of another media type', () => {
  it.each([
    ['a form', ['Content-Type: application/x-www-form-urlencoded']],
    ['bytes, which have none', []],
    ['JSON', ['Content-Type: application/json']],
  ])('is told which one it needs: %s', async (_what, headers) => {
    const { token } = await visit(world.avatar, shop);
    const framing = `Content-Length: ${token.length}`;
    const line = 'POST /v1/sessions/leave';
    const answer = await write(APPS[0] as App, line, [...headers, framing], token);
    expectProblem(answer, 415, 'unsupported_media_type', { mediaType: 'application/json' });
    expect(answer.body['message']).toMatch(/ Send text\/plain /);
  });
});

describe('the socket’s path asked for without an upgrade', () => {
  const PATHS = ['/v1/ws/streaming.chat', '/api/v1/avatar/v1/ws/streaming.chat'];

  it.each([
    ['nothing', []],
    ['only the protocol', ['Upgrade: websocket']],
    ['only the connection', ['Connection: Upgrade']],
    ['another protocol', ['Connection: Upgrade', 'Upgrade: h2c']],
    ['what a proxy leaves of a handshake', ['Connection: close', 'Sec-WebSocket-Version: 13']],
  ])('is told what its proxy lacks: %s', async (_what, headers) => {
    for (const path of PATHS) {
      const line = `GET ${path}?session_id=a&session_token=b`;
      const answer = await write(APPS[0] as App, line, headers);
      expectProblem(answer, 426, 'upgrade_required', { mediaType: 'application/json' });
      expect(answer.headers.get('upgrade')).toBe('websocket');
      expect(answer.headers.get('connection')?.toLowerCase()).toContain('upgrade');
      expect(answer.body['message']).toMatch(/proxy.*Upgrade.*Connection/);
    }
  });

  it('is told so too where the proxy speaks HTTP/1.0, in which nothing can be offered', async () => {
    const head = [
      `GET ${PATHS[0]}?session_id=a&session_token=b HTTP/1.0`,
      'Connection: upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    const answer = await sendRaw(world.avatar.port, `${head.join('\r\n')}\r\n\r\n`);
    expectProblem(answer, 426, 'upgrade_required', { mediaType: 'application/json' });
    expect(answer.body['message']).toContain('HTTP/1.1');
  });

  it('takes no other method', async () => {
    const answer = await write(APPS[0] as App, `POST ${PATHS[0]}`, []);
    expectProblem(answer, 405, 'method_not_allowed', { mediaType: 'application/json' });
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });
});

describe('a goodbye whose body is no token', () => {
  it.each([0, 1, 5_000, 16_384, 65_536])('is 401 with %d bytes', async (size) => {
    const headers = { 'content-type': 'text/plain' };
    const raw = 'x'.repeat(size);
    const answer = await world.avatar.call('POST', '/v1/sessions/leave', { headers, raw });
    expect(answer.status).toBe(401);
  });

  it('is too large with more than every body may have', async () => {
    const headers = { 'content-type': 'text/plain' };
    const raw = 'x'.repeat(65_537);
    const answer = await world.avatar.call('POST', '/v1/sessions/leave', { headers, raw });
    expectProblem(answer, 413, 'payload_too_large', { mediaType: 'application/json' });
  });

  it('and one whose body is a token is answered in the envelope', async () => {
    const { token } = await visit(world.avatar, shop);
    const headers = { 'content-type': 'text/plain' };
    const answer = await world.avatar.call('POST', '/v1/sessions/leave', { headers, raw: token });
    expect([answer.status, answer.body]).toEqual([
      202,
      { code: 1000, message: 'ok', data: { session_id: expect.any(String) } },
    ]);
  });
});

describe('what monitoring adds to a page’s calls', () => {
  it('goes on to no vendor', async () => {
    const added = {
      'sentry-trace': 'canary-of-monitoring-1',
      baggage: 'sentry-trace_id=canary-of-monitoring-2',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'vendor=canary-of-monitoring-3',
      newrelic: 'canary-of-monitoring-4',
      'x-datadog-trace-id': '1234567890',
      'x-b3-traceid': '463ac35c9f6413ad',
    };
    const answer = await askToken(world.avatar, shop, {}, added);
    expect(answer.status).toBe(200);
    const heard = JSON.stringify(await world.vendor.ledger());
    for (const value of Object.values(added)) expect(heard).not.toContain(value);
  });
});

describe('a query that a route does not know', () => {
  const ID = '0123456789abcdef01234567';
  let talk: Visit;

  beforeAll(async () => {
    talk = await visit(world.avatar, shop);
  });

  /** What each route takes as its credential, so that only the query is wrong. */
  async function credential(path: string): Promise<Call> {
    if (path.includes('/admin/'))
      return { headers: { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` } };
    if (/^\/api\/v1\/avatar\/(accounts|access|conversations|erasures)/.test(path)) {
      return { headers: { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` } };
    }
    if (path.endsWith('/start')) return { headers: { authorization: `Bearer ${talk.token}` } };
    if (path.endsWith('/leave'))
      return { headers: { 'content-type': 'text/plain' }, raw: talk.token };
    return { headers: { 'x-api-key': path.endsWith('/init') ? shop.key : await shop.secretKey() } };
  }

  async function ask(base: string, method: string, path: string, query: string) {
    const filled = path.replaceAll(/:\w+/g, ID);
    return send(method, `${base}${filled}?${query}`, await credential(path));
  }

  it.each([
    ['avatar', () => world.avatar],
    ['petya', () => world.petya],
  ] as const)('is refused on every route of %s', async (_name, appOf) => {
    const { app, baseUrl } = appOf();
    const routes = registeredRoutes(app).filter(({ path }) => !NOT_ASKED.test(path));
    expect(routes.length).toBeGreaterThan(10);
    const answers = await Promise.all(
      routes.map(async ({ method, path }) => {
        const answer = await ask(baseUrl, method, path, 'strange_one=canary-value');
        expect(answer.text).not.toMatch(/strange_one|canary-value/);
        return [`${method} ${path}`, answer.status];
      }),
    );
    expect(answers).toEqual(routes.map(({ method, path }) => [`${method} ${path}`, 422]));
    expect((await ask(baseUrl, 'GET', '/health/live', '')).status).toBe(200);
    expect((await send('GET', `${baseUrl}/openapi.json?v=1`)).status).toBe(422);
  });

  it.each([
    'limit=-1',
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=',
    'limit',
    'limit=1&limit=2',
    'limit[]=1',
    'Limit=1',
    'cursor=',
    'cursor=%00',
    'cursor=a&cursor=b',
    'page=1',
    '=1',
    '%',
  ])('or that is out of range is refused on every list: %s', async (query) => {
    const { accountId } = shop;
    const lists = [
      [world.avatar.baseUrl, '/api/v1/admin/sessions'],
      [world.petya.baseUrl, '/api/v1/admin/accounts'],
      [world.petya.baseUrl, `/api/v1/admin/accounts/${accountId}/keys`],
    ] as const;
    for (const [base, path] of lists) {
      const answer = await ask(base, 'GET', path, query);
      expect([path, query, answer.status]).toEqual([path, query, 422]);
    }
    const transcript = await ask(world.avatar.baseUrl, 'GET', '/v1/sessions/any/transcript', query);
    expect([query, transcript.status]).toEqual([query, 422]);
  });
});

describe('whoever calls through a proxy', () => {
  it.each([
    ['a port of its own each time', (at: number) => ({ 'x-forwarded-for': `198.51.100.7:${at}` })],
    ['IPv6 with a port', (at: number) => ({ 'x-forwarded-for': `[2001:db8::7]:${at}` })],
    ['a hidden name', (at: number) => ({ 'x-forwarded-for': `_hidden${at}` })],
    ['nonsense', (at: number) => ({ 'x-forwarded-for': `shop-${at}.example` })],
    ['Forwarded', (at: number) => ({ forwarded: `for="198.51.100.8:${at}";proto=https` })],
    ['Forwarded and hidden', (at: number) => ({ forwarded: `for=_h${at}` })],
  ])('is one caller: %s', async (_what, headersAt) => {
    const environment = { TRUSTED_PROXIES: '127.0.0.1', FAILED_KEYS_PER_MINUTE: '3' };
    const behind = await world.another({ environment });
    try {
      const statuses: number[] = [];
      for (let at = 1; at <= 5; at += 1) {
        const headers = { 'x-api-key': `SE_000000000000000${at}`, ...headersAt(50_000 + at) };
        const { status } = await behind.call('POST', '/v1/sessions/token', { headers });
        statuses.push(status);
      }
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
    } finally {
      await behind.stop();
    }
  });
});

describe('a connection that a balancer keeps for later', () => {
  /** The longest that usual balancers keep an idle connection, some of them without a setting. */
  const BALANCER_SECONDS = 600;

  it.each(APPS)('is not the one that $name closes first', async ({ port }) => {
    const call = ['GET /health/live HTTP/1.1', 'Host: localhost', '', ''].join('\r\n');
    const { headers } = await sendRaw(port(), call);
    const [, seconds] = /^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '') ?? [];
    expect(Number(seconds)).toBeGreaterThan(BALANCER_SECONDS);
  });
});
