import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { type RawAnswer, type RawOptions, sendRaw } from '../support/raw-http.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { askToken, visit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;
let server: Server;
let vendorTokens: number;
let good: { conversation_id: string };

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer();
  server = world.avatar.app.getHttpServer();
  // The unstarted session of this conversation is given again and again, without the vendor.
  good = { conversation_id: await shop.openConversation() };
  await visit(world.avatar, shop, good);
});
beforeEach(async () => {
  vendorTokens = await countVendorTokens();
});
afterEach(async () => {
  // Whatever was refused: the vendor heard nothing of it, and the next good request works.
  expect(await countVendorTokens()).toBe(vendorTokens);
  expect((await askToken(world.avatar, shop, good)).status).toBe(200);
});
afterAll(() => world.stop());

async function countVendorTokens(): Promise<number> {
  return (await world.vendor.summary()).byRoute['token'] ?? 0;
}

const PROBLEM = { mediaType: 'application/problem+json' };

/** Writes a request for a token line by line, with `\r\n` after each. */
function write(lines: string[], body = '', options?: RawOptions): Promise<RawAnswer> {
  const bytes = Buffer.from(`${[...lines, '', ''].join('\r\n')}${body}`, 'latin1');
  return sendRaw(world.avatar.port, bytes, options);
}

const TOKEN = 'POST /v1/sessions/token HTTP/1.1';

describe('a request that two readers could understand differently', () => {
  it.each([
    ['a length and chunks', ['Host: a', 'Content-Length: 2', 'Transfer-Encoding: chunked'], '{}'],
    ['two different lengths', ['Host: a', 'Content-Length: 2', 'Content-Length: 3'], '{}'],
    ['two lengths in one header', ['Host: a', 'Content-Length: 2, 2'], '{}'],
    ['a negative length', ['Host: a', 'Content-Length: -2'], '{}'],
    ['a space before the colon', ['Host: a', 'Transfer-Encoding : chunked'], '0\r\n\r\n'],
    ['chunks that are not last', ['Host: a', 'Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['a NUL in a header', ['Host: a', 'X-Any: a\u0000b'], ''],
    ['a folded header', ['Host: a', 'X-Any: a', ' b'], ''],
    ['a header without a name', ['Host: a', ': b'], ''],
  ])('is refused and the connection closed: %s', async (_what, headers, body) => {
    const answer = await write([TOKEN, ...headers], body, { untilClosed: true });
    expectProblem(answer, 400, 'bad_request', PROBLEM);
    expect(answer.isClosed).toBe(true);
  });

  it.each([
    ['with the key', () => [`X-Api-Key: ${shop.key}`], 400, 'bad_request', PROBLEM],
    ['without a key, which is judged first', () => [], 401, 'key_missing', {}],
  ])(
    'is refused with its chunks where a size is none: %s',
    async (_who, keys, status, problem, more) => {
      const lines = [TOKEN, 'Host: a', ...keys(), 'Transfer-Encoding: chunked'];
      const answer = await write(lines, 'zz\r\n{}\r\n0\r\n\r\n', { untilClosed: true });
      expectProblem(answer, status, problem, more);
      expect(answer.isClosed).toBe(true);
    },
  );

  it.each(['http://[a', 'http://a:b@[/v1/sessions/token'])(
    'names no route by a URL without a path: %s',
    async (url) => {
      expectProblem(await write([`POST ${url} HTTP/1.1`, 'Host: a']), 404, 'not_found', PROBLEM);
    },
  );

  it.each([
    ['no host', [], 'bad_request'],
    ['two hosts', ['Host: a', 'Host: b'], 'bad_request'],
    ['the same host twice', ['Host: a', 'host: a'], 'bad_request'],
    ['two origins', ['Host: a', 'Origin: https://a.b', 'Origin: https://c.d'], 'bad_request'],
    ['two content types', ['Host: a', 'Content-Type: a/b', 'Content-Type: c/d'], 'bad_request'],
  ])('is refused: %s', async (_what, headers, problem) => {
    expectProblem(await write([TOKEN, ...headers]), 400, problem);
  });

  it.each(['GARBAGE', 'POST /v1/sessions/token HTTP/9.9', '\u0016\u0003\u0001\u0002'])(
    'is refused when it is no HTTP: %j',
    async (line) => {
      const answer = await write([line, 'Host: a'], '', { untilClosed: true });
      expectProblem(answer, 400, 'bad_request', PROBLEM);
    },
  );
});

describe('a request that is too large', () => {
  it('in its headers is refused with our body', async () => {
    const answer = await write([TOKEN, 'Host: a', `X-Any: ${'x'.repeat(20_000)}`]);
    expectProblem(answer, 431, 'headers_too_large', PROBLEM);
  });

  it('in the number of its headers is refused', async () => {
    const many = Array.from({ length: 101 }, (_none, index) => `X-${index}: 1`);
    expectProblem(await write([TOKEN, 'Host: a', ...many]), 431, 'headers_too_large');
  });

  it('in its URL is refused', async () => {
    const answer = await write([`GET /v1/sessions/${'x'.repeat(9_000)} HTTP/1.1`, 'Host: a']);
    expectProblem(answer, 414, 'uri_too_long', { notEchoed: ['xxxx'] });
  });

  it('by its own announcement is refused before any of it is sent', async () => {
    const headers = [
      'Host: a',
      `X-Api-Key: ${shop.key}`,
      'Content-Type: application/json',
      'Content-Length: 1000000000',
    ];
    const answer = await write([TOKEN, ...headers, 'Expect: 100-continue']);
    expectProblem(answer, 413, 'payload_too_large');
    expect(answer.received).not.toContain('100 Continue');
  });

  it('by its own announcement ends the connection, also where nobody waits for 100', async () => {
    const headers = [
      'Host: a',
      `X-Api-Key: ${shop.key}`,
      'Content-Type: application/json',
      'Content-Length: 1000000000',
    ];
    const answer = await write([TOKEN, ...headers], '{', { untilClosed: true });
    expectProblem(answer, 413, 'payload_too_large');
    expect(answer.headers.get('connection')).toBe('close');
  });

  it('in chunks is refused as soon as it is too large', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const headers = [
      'Host: a',
      `X-Api-Key: ${shop.key}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ];
    expectProblem(await write([TOKEN, ...headers], chunk + chunk), 413, 'payload_too_large');
  });

  it('and small enough is asked to go on', async () => {
    const headers = ['Host: a', `X-Api-Key: ${shop.key}`, 'Content-Type: application/json'];
    const body = JSON.stringify(good);
    const answer = await write(
      [TOKEN, ...headers, `Content-Length: ${body.length}`, 'Expect: 100-continue'],
      body,
    );
    expect(answer.status).toBe(200);
    expect(answer.received).toMatch(/^HTTP\/1\.1 100 Continue/);
  });

  it('and expects what nobody knows is judged as if it did not', async () => {
    expectProblem(await write([TOKEN, 'Host: a', 'Expect: 200-ok']), 401, 'key_missing');
  });
});

describe('a request that drips', () => {
  it('is cut after 10 s of headers and 30 s of body', () => {
    expect(server.headersTimeout).toBe(10_000);
    expect(server.requestTimeout).toBe(30_000);
  });

  it.each([
    ['headers', () => 'POST /v1/sessions/token HTTP/1.1\r\nHost: a\r\nX-Slow'],
    [
      'body',
      () =>
        `POST /v1/sessions/token HTTP/1.1\r\nHost: a\r\nX-Api-Key: ${shop.key}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    ],
  ])('in its %s is answered 408 when its time is over', async (_where, request) => {
    const bytes = request();
    const { headersTimeout, requestTimeout } = server;
    Object.assign(server, { headersTimeout: 200, requestTimeout: 300 });
    try {
      const answer = await sendRaw(world.avatar.port, bytes, { untilClosed: true });
      expectProblem(answer, 408, 'request_timeout', PROBLEM);
      expect(answer.isClosed).toBe(true);
    } finally {
      Object.assign(server, { headersTimeout, requestTimeout });
    }
  });

  it('and hangs up in the middle of its body leaves nothing behind', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(world.avatar.port, '127.0.0.1', () => {
        const head = `${TOKEN}\r\nHost: a\r\nX-Api-Key: ${shop.key}\r\n`;
        socket.write(`${head}Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{`, () =>
          socket.destroy(),
        );
      });
      socket.on('close', () => resolve());
    });
  });
});

describe('a method that a path does not take', () => {
  it.each([
    ['GET', '/v1/sessions/token', 'POST'],
    ['PUT', '/v1/sessions/start', 'POST'],
    ['DELETE', '/v1/sessions/some-session', 'GET, HEAD'],
    ['POST', '/v1/sessions/some-session/transcript', 'GET, HEAD'],
    ['PATCH', '/v1/streaming.avatar_message', 'POST'],
    ['PROPFIND', '/v1/sessions/stop', 'POST'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['PUT', '/plugin/v1/plugin.js', 'GET, HEAD'],
  ])('is refused with those that it does: %s %s', async (method, path, allow) => {
    const answer = await write([`${method} ${path} HTTP/1.1`, 'Host: a']);
    expectProblem(answer, 405, 'method_not_allowed', path.startsWith('/v1') ? {} : PROBLEM);
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('is refused below the second path as well', async () => {
    const answer = await write([
      'PUT /api/v1/avatar/v1/streaming.avatar_message HTTP/1.1',
      'Host: a',
    ]);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it('is never TRACE, which would echo the request', async () => {
    const secret = 'X-Api-Key: SE_do_not_echo';
    for (const path of ['/v1/sessions/token', '/nowhere']) {
      const answer = await write([`TRACE ${path} HTTP/1.1`, 'Host: a', secret]);
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).not.toBeNull();
      expect(answer.text).not.toContain('echo');
    }
  });

  it('cannot be overridden by a header', async () => {
    const answer = await write([
      'GET /v1/sessions/nobody-has-this HTTP/1.1',
      'Host: a',
      `X-Api-Key: ${await shop.secretKey()}`,
      'X-HTTP-Method-Override: POST',
      'X-Original-URL: /v1/sessions/token',
      'X-Rewrite-URL: /v1/sessions/token',
    ]);
    expectProblem(answer, 404, 'not_found');
  });
});

describe('a path that is none of ours', () => {
  it.each(['/v1/nowhere', '/v1', '/v1/sessions', '/v2/sessions/token', '/v1/streaming.new2'])(
    'is 404 and not repeated: %s',
    async (path) => {
      const answer = await write([`POST ${path}?q=nowhere HTTP/1.1`, 'Host: a']);
      const shape = path.startsWith('/v1/') ? {} : PROBLEM;
      expectProblem(answer, 404, 'not_found', { ...shape, notEchoed: [path, 'nowhere'] });
    },
  );

  it.each([
    '//v1/sessions/token',
    '/v1//sessions/token',
    '/v1/sessions/token/',
    '/v1/sessions/token/?x=1',
    '/v1/sessions/token;x=1',
    '/v1/sessions%2Ftoken',
    '/V1/Sessions/Token',
    '/v1/sessions/../sessions/token',
    '/./v1/sessions/token',
    '/api/v1/avatar//v1/sessions/token',
    '/api/v1/avatar/api/v1/avatar/v1/sessions/token',
  ])('but looks like one of ours is refused, also with a good key: %s', async (path) => {
    for (const key of ['', `X-Api-Key: ${shop.key}`]) {
      const answer = await write([`POST ${path} HTTP/1.1`, 'Host: a', key].filter(Boolean));
      expect([401, 404, 405]).toContain(answer.status);
    }
  });

  it.each(['*', 'http://elsewhere.example/v1/sessions/token', '/v1/sessions/token#x'])(
    'in another form leads nowhere else: %s',
    async (target) => {
      const answer = await write([`GET ${target} HTTP/1.1`, 'Host: a']);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    },
  );
});

describe('every answer', () => {
  const id = '0190f6d4-1111-7222-8333-444455556666';

  it('carries the client’s request id when it is a UUID, and one of ours otherwise', async () => {
    const ask = (offered: string) =>
      write(['GET /v1/nowhere HTTP/1.1', 'Host: a', `X-Request-Id: ${offered}`]);
    expect((await ask(id)).headers.get('x-request-id')).toBe(id);
    const answer = await ask('<script>');
    expectProblem(answer, 404, 'not_found', { notEchoed: ['script'] });
  });

  it('is a problem document where that is asked for', async () => {
    const answer = await write([TOKEN, 'Host: a', 'Accept: application/problem+json, */*']);
    expectProblem(answer, 401, 'key_missing', PROBLEM);
  });
});
