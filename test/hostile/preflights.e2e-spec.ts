import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import { send } from '../support/json-client.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { headersOf, ORIGINS } from './origins.js';

let world: World;

beforeAll(async () => {
  world = await startWorld({ environment: { ADMIN_TOKEN: PETYA_ADMIN_TOKEN } });
});
afterAll(() => world.stop());

describe.each([
  ['avatar', '/v1/sessions/token', () => world.avatar.baseUrl],
  ['petya', '/api/v1/visitors/init', () => world.petya.baseUrl],
] as const)('what %s says before it knows the account', (_app, path, baseUrl) => {
  const PREFLIGHT = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,x-api-key,sentry-trace,x-b3-traceid',
  };
  const PREFLIGHT_ANSWER = {
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, POST, PATCH, OPTIONS',
    'access-control-allow-headers': 'content-type, x-api-key, sentry-trace, x-b3-traceid',
    'access-control-max-age': '7200',
  };

  it('answers a preflight of every web page, without a key, and of nothing else', async () => {
    for (const row of ORIGINS) {
      const headers = { ...PREFLIGHT, ...headersOf(row) };
      const answer = await send('OPTIONS', `${baseUrl()}${path}`, { headers });
      expect([row.name, answer.status, answer.text]).toEqual([row.name, 204, '']);
      const isPage = row.origin !== null;
      const found = Object.keys(PREFLIGHT_ANSWER).map((name) => answer.headers.get(name));
      expect(found).toEqual(
        Object.values(PREFLIGHT_ANSWER).map((value) => (isPage ? value : null)),
      );
      const allowed = answer.headers.get('access-control-allow-origin');
      expect([row.name, allowed]).toEqual([row.name, isPage ? row.header : null]);
      expect(answer.headers.get('vary')).toContain('Origin');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
  });

  it('can be read by every web page', async () => {
    const refusals = [
      [401, path, {}],
      // Whatever is wrong with a body that nobody has read yet.
      [401, path, { headers: { 'content-type': 'text/plain' }, raw: 'hello' }],
      [401, path, { raw: `"${'x'.repeat(70_000)}"` }],
      [401, path, { raw: '{' }],
      [404, `${path}/nowhere`, {}],
    ] as const;
    for (const [status, where, call] of refusals) {
      for (const row of ORIGINS) {
        const headers = { ...('headers' in call ? call.headers : {}), ...headersOf(row) };
        const answer = await send('POST', `${baseUrl()}${where}`, { ...call, headers });
        const allowed = answer.headers.get('access-control-allow-origin');
        const wanted = row.origin === null ? null : row.header;
        const exposed = answer.headers.get('access-control-expose-headers') ?? '';
        for (const name of ['Retry-After', 'RateLimit-Limit', 'RateLimit-Reset', 'X-Request-Id']) {
          expect([name, exposed.includes(name)]).toEqual([name, row.origin !== null]);
        }
        expect([status, row.name, answer.status, allowed]).toEqual([
          status,
          row.name,
          status,
          wanted,
        ]);
      }
    }
  });
});

describe.each([
  ['avatar', '/api/v1/admin/overview', () => world.avatar.baseUrl],
  [
    'avatar, below its second path',
    '/api/v1/avatar/api/v1/admin/overview',
    () => world.avatar.baseUrl,
  ],
  ['petya', '/api/v1/admin/accounts', () => world.petya.baseUrl],
] as const)('the operator’s routes of %s', (_app, path, baseUrl) => {
  it.each([
    ['GET', `Bearer ${PETYA_ADMIN_TOKEN}`, 200],
    ['GET', 'Bearer of-somebody-else-x', 401],
    ['OPTIONS', '', 405],
  ])('tell no page anything: %s %s', async (method, authorization, status) => {
    const headers = {
      origin: 'https://shop.example',
      'access-control-request-method': 'GET',
      ...(authorization === '' ? {} : { authorization }),
    };
    const answer = await send(method, `${baseUrl()}${path}`, { headers });
    expect(answer.status).toBe(status);
    const told = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
    expect(told).toEqual([]);
  });
});
