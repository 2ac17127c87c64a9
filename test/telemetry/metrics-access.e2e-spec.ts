import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Lifecycle } from '#platform';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { expectProblem } from '../support/expect-problem.js';
import { send } from '../support/json-client.js';
import { PETYA_ADMIN_TOKEN, PETYA_SERVICE_TOKEN } from '../support/petya-app.js';
import { METRICS_TOKEN, samplesOf } from './scrape.js';

const NEXT_TOKEN = 'the-next-metrics-token';
const METRICS = { METRICS_TOKEN: `${METRICS_TOKEN},${NEXT_TOKEN}` };
const ADMIN = { ADMIN_TOKEN: PETYA_ADMIN_TOKEN };
const ORIGIN = 'https://shop.example.com';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Both apps with metrics, both without, and both with a port of the operator's own. */
let watched: World;
let unwatched: World;
let apart: World;
let shop: Tenant;

beforeAll(async () => {
  const avatar = { ...METRICS, ...ADMIN, FAILED_KEYS_PER_MINUTE: '5' };
  const petya = { ...METRICS, FAILED_KEYS_PER_MINUTE: '5' };
  watched = await startWorld({ environment: avatar, petyaEnvironment: petya });
  unwatched = await startWorld({ environment: ADMIN });
  const port = { ADMIN_PORT: '0' };
  apart = await startWorld({
    environment: { ...METRICS, ...ADMIN, ...port },
    petyaEnvironment: { ...METRICS, ...port },
  });
  shop = await watched.customer();
});
afterAll(() => Promise.all([watched, unwatched, apart].map((world) => world.stop())));

const APPS = ['ilianaai-avatar', 'petya-avatar-api'] as const;
type AppName = (typeof APPS)[number];

const urlOf = (world: World, app: AppName) =>
  app === 'ilianaai-avatar' ? world.avatar.baseUrl : world.petya.baseUrl;

describe.each(APPS)('/metrics of %s', (app) => {
  it.each([METRICS_TOKEN, NEXT_TOKEN])('is for whoever shows %s', async (token) => {
    const answer = await send('GET', `${urlOf(watched, app)}/metrics`, { headers: bearer(token) });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(samplesOf(answer.text).length).toBeGreaterThan(20);
  });

  it('is for nobody else, and counts wrong tokens as those of the operator', async () => {
    const url = `${urlOf(watched, app)}/metrics`;
    expectProblem(await send('GET', url), 401, 'key_missing');
    expectProblem(
      await send('GET', url, { headers: { 'x-api-key': shop.key } }),
      401,
      'key_missing',
    );
    const others = [PETYA_ADMIN_TOKEN, PETYA_SERVICE_TOKEN, shop.key, `${METRICS_TOKEN}x`];
    for (const token of others) {
      const answer = await send('GET', url, { headers: bearer(token) });
      expectProblem(answer, 401, 'token_invalid', { notEchoed: [token] });
    }
    const wrong = () => send('GET', url, { headers: bearer('not-the-token-of-anybody') });
    expectProblem(await wrong(), 401, 'token_invalid');
    expectProblem(await wrong(), 429, 'rate_limited');
    expect((await send('GET', url, { headers: bearer(METRICS_TOKEN) })).status).toBe(200);
  });

  it('says nothing of origins, to whomever', async () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
      const headers = {
        origin: ORIGIN,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
        ...bearer(METRICS_TOKEN),
      };
      const answer = await send(method, `${urlOf(watched, app)}/metrics`, { headers });
      const status = method === 'GET' || method === 'HEAD' ? 200 : 405;
      expect([method, answer.status, answer.headers.get('vary')]).toEqual([method, status, null]);
      const names = [...answer.headers.keys()];
      expect(names.filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it.each(['GET', 'POST', 'OPTIONS', 'DELETE'])(
    'is answered without a token in the configuration as any other unknown path: %s',
    async (method) => {
      const ask = async (path: string) => {
        const headers = {
          origin: ORIGIN,
          'access-control-request-method': 'GET',
          ...bearer(METRICS_TOKEN),
        };
        const answer = await send(method, `${urlOf(unwatched, app)}${path}`, { headers });
        const { status, body } = answer;
        const own = ['x-request-id', 'date', 'content-length'];
        const others = [...answer.headers].filter(([name]) => !own.includes(name));
        return { status, headers: others, body: { ...body, instance: null } };
      };
      const answer = await ask('/metrics');
      expect(answer).toEqual(await ask('/nothing'));
      expect(answer.status).toBe(method === 'OPTIONS' ? 204 : 404);
    },
  );

  it('is described where it is, with its own token', async () => {
    type Document = { paths: Record<string, { get: { security: object[] } }> };
    const read = async (world: World) =>
      (await send<Document>('GET', `${urlOf(world, app)}/openapi.json`)).body;
    const described = await read(watched);
    expect(described.paths['/metrics']?.get.security).toEqual([{ metricsToken: [] }]);
    for (const world of [unwatched, apart]) {
      const document = await read(world);
      expect(Object.keys(document.paths)).not.toContain('/metrics');
      expect(JSON.stringify(document)).not.toContain('METRICS_TOKEN');
    }
  });

  it('is on the operator’s own port where there is one, and there only', async () => {
    const running: INestApplication =
      app === 'ilianaai-avatar' ? apart.avatar.app : apart.petya.app;
    const inner = `http://127.0.0.1:${running.get(Lifecycle).adminListener?.port}`;
    const headers = bearer(METRICS_TOKEN);
    expect((await send('GET', `${inner}/metrics`, { headers })).status).toBe(200);
    expectProblem(await send('GET', `${inner}/metrics`), 401, 'key_missing');
    const outer = await send('GET', `${urlOf(apart, app)}/metrics`, { headers });
    expectProblem(outer, 404, 'not_found');
  });
});

describe('the token of the metrics', () => {
  it('opens nothing else', async () => {
    const headers = bearer(METRICS_TOKEN);
    const answers = [
      await send('GET', `${watched.avatar.baseUrl}/api/v1/admin/sessions`, { headers }),
      await send('POST', `${watched.avatar.baseUrl}/v1/sessions/token`, { headers, json: {} }),
      await send('GET', `${watched.petya.baseUrl}/api/v1/admin/accounts`, { headers }),
      await send('GET', `${watched.petya.baseUrl}/api/v1/avatar/erasures`, { headers }),
      await send('GET', `${watched.petya.baseUrl}/api/v1/account/config`, { headers }),
    ];
    // Some address has shown wrong ones before: then it is not even told that.
    for (const { status } of answers) expect([401, 429]).toContain(status);
  });

  it('is not under the rates of customers', async () => {
    const rates = { RATE_PER_ADDRESS_PER_MINUTE: '2', METRICS_TOKEN };
    const replica = await watched.another({ environment: rates });
    try {
      const ask = (path: string) => send('GET', `${replica.baseUrl}${path}`);
      while ((await ask('/nothing')).status !== 429);
      const headers = bearer(METRICS_TOKEN);
      for (let scrape = 0; scrape < 5; scrape += 1) {
        const answer = await send('GET', `${replica.baseUrl}/metrics`, { headers });
        expect(answer.status).toBe(200);
      }
    } finally {
      await replica.stop();
    }
  });
});
