import { createServer, type IncomingMessage, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { corsMiddleware } from './cors.middleware.js';

const app = express();
app.use(corsMiddleware((path) => path !== '/inner'));
app.use((_request, response) => {
  response.status(200).end('answered');
});
const server = createServer(app);

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

function call(
  method: string,
  headers: Record<string, string>,
  path = '/',
): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const to = { port, host: '127.0.0.1', method, path, headers, agent: false };
    httpRequest(to, resolve).on('error', reject).end();
  });
}

async function corsHeaders(method: string, headers: Record<string, string>, path = '/') {
  const answer = await call(method, headers, path);
  answer.resume();
  const names = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'));
  return {
    status: answer.statusCode,
    vary: answer.headers.vary,
    origin: answer.headers['access-control-allow-origin'],
    names: names.map((name) => name.slice('access-control-'.length)).sort(),
  };
}

const PREFLIGHT = { 'Access-Control-Request-Method': 'POST' };

describe('CORS', () => {
  it.each(['https://shop.test', 'http://localhost:8080', 'https://[2001:db8::1]:8443'])(
    'answers the preflight of %s without a key, for two hours',
    async (origin) => {
      expect(await corsHeaders('OPTIONS', { ...PREFLIGHT, Origin: origin })).toEqual({
        status: 204,
        vary: 'Origin',
        origin,
        names: [
          'allow-credentials',
          'allow-headers',
          'allow-methods',
          'allow-origin',
          'expose-headers',
          'max-age',
        ],
      });
    },
  );

  it.each(['GET', 'OPTIONS'])(
    'says nothing of origins to %s where no page calls',
    async (method) => {
      const headers = { ...PREFLIGHT, Origin: 'https://shop.test' };
      expect(await corsHeaders(method, headers, '/inner')).toEqual({
        status: 200,
        vary: undefined,
        origin: undefined,
        names: [],
      });
    },
  );

  it("lets a page send its visitor's proof and read the next one", async () => {
    const answer = await call('OPTIONS', { ...PREFLIGHT, Origin: 'https://shop.test' });
    answer.resume();
    for (const kind of ['allow', 'expose']) {
      expect(answer.headers[`access-control-${kind}-headers`]).toContain('X-Visitor-Token');
    }
  });

  it('lets a page send a trace and read the ids by which the operator finds its call', async () => {
    const answer = await call('OPTIONS', { ...PREFLIGHT, Origin: 'https://shop.test' });
    answer.resume();
    expect(answer.headers['access-control-allow-headers']).toContain('traceparent');
    const exposed = answer.headers['access-control-expose-headers'];
    for (const name of ['X-Request-Id', 'X-Trace-Id']) expect(exposed).toContain(name);
  });

  it('echoes the origin of every other request and lets it through', async () => {
    expect(await corsHeaders('POST', { Origin: 'https://shop.test' })).toEqual({
      status: 200,
      vary: 'Origin',
      origin: 'https://shop.test',
      names: ['allow-credentials', 'allow-origin', 'expose-headers'],
    });
  });

  it.each([
    'null',
    'file://',
    'chrome-extension://abc',
    'https://shop.test/path',
    'https://user@shop.test',
    '*',
    'shop.test',
  ])('tells a page of %s nothing', async (origin) => {
    for (const preflight of [PREFLIGHT, {}]) {
      const { names, vary } = await corsHeaders('OPTIONS', { ...preflight, Origin: origin });
      expect({ names, vary }).toEqual({ names: [], vary: 'Origin' });
    }
  });

  it('says that answers differ by origin also where none was sent', async () => {
    expect(await corsHeaders('GET', {})).toMatchObject({ vary: 'Origin', names: [] });
  });

  it('takes an OPTIONS request that is no preflight for an ordinary one', async () => {
    const answer = await corsHeaders('OPTIONS', { Origin: 'https://shop.test' });
    expect(answer).toMatchObject({ status: 200, origin: 'https://shop.test' });
  });
});
