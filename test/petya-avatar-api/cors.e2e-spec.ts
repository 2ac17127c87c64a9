import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PETYA_ADMIN_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { makeTenant, type Tenant } from './tenant.js';

/** What production needs beside the test's own variables. */
const production = { NODE_ENV: 'production', API_KEY_PEPPER: 'a-pepper-of-this-run' };
const tokens = {
  SERVICE_TOKENS: 'service-token-of-this-run',
  ADMIN_TOKEN: PETYA_ADMIN_TOKEN,
};

let petya: RunningPetya;
let listed: Tenant;
let unlisted: Tenant;

beforeAll(async () => {
  petya = await startPetya();
  listed = await makeTenant(petya, {
    allowedOrigins: ['https://shop.example.com', 'https://*.example.org'],
  });
  unlisted = await makeTenant(petya);
});
afterAll(() => petya.stop());

function from(origin: string, { key }: Tenant, app = petya) {
  return app.call('GET', '/account/config', {
    headers: { origin, authorization: `Bearer ${key}` },
  });
}

describe('a preflight', () => {
  const ask = (origin: string, path = '/visitors/init') =>
    petya.call('OPTIONS', path, {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization, content-type',
      },
    });

  it('is answered for any http or https origin, without a key', async () => {
    for (const origin of ['https://anywhere.example', 'http://localhost:3001']) {
      const { status, headers } = await ask(origin);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('access-control-allow-methods')).toBe('GET, POST, PATCH, OPTIONS');
      expect(headers.get('access-control-allow-headers')).toBe(
        'Content-Type, X-Api-Key, Authorization, Idempotency-Key, X-Request-Id',
      );
      expect(headers.get('access-control-max-age')).toBe('7200');
      expect(headers.get('vary')).toContain('Origin');
    }
  });

  it('gets no CORS headers from the origin null', async () => {
    const { headers } = await ask('null');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('access-control-allow-methods')).toBeNull();
  });
});

describe('a real request', () => {
  it.each(['https://shop.example.com', 'https://a.example.org', 'https://a.b.example.org'])(
    'from %s, which is on the list, is answered with the origin echoed',
    async (origin) => {
      const { status, headers } = await from(origin, listed);
      expect(status).toBe(200);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('vary')).toContain('Origin');
    },
  );

  it.each([
    'http://shop.example.com',
    'https://shop.example.com:8443',
    'https://example.org',
    'https://evil-example.org',
    'https://shop.example.com.evil.test',
  ])('from %s, which is not on the list, is refused and may read why', async (origin) => {
    const answer = await from(origin, listed);
    expectProblem(answer, 403, 'origin_not_allowed');
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.body['message']).toContain(origin);
    expect(answer.body['message']).toContain('allowed origins');
  });

  it.each(['null', 'javascript:alert(1)', 'https://a.b/<script>'])(
    'from %s, which is no origin, is refused without repeating it',
    async (origin) => {
      const answer = await from(origin, listed);
      expectProblem(answer, 403, 'origin_not_allowed');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(answer.text).not.toContain('script');
    },
  );

  it('without an Origin is judged by its key alone', async () => {
    expect((await listed.call('GET', '/account/config')).status).toBe(200);
  });

  it('from anywhere is answered outside production when the account has no list', async () => {
    const { status, headers } = await from('http://localhost:9999', unlisted);
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:9999');
  });

  it('that fails before the account is known may be read by the page all the same', async () => {
    const origin = 'https://new.example.com';
    const refusals = [
      [401, { headers: { origin } }],
      [415, { headers: { origin, 'content-type': 'text/plain' }, raw: 'hello' }],
      [413, { headers: { origin }, raw: `"${'x'.repeat(70_000)}"` }],
      [400, { headers: { origin }, raw: '{' }],
    ] as const;
    for (const [status, call] of refusals) {
      const answer = await petya.call('POST', '/visitors/init', call);
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
        status,
        origin,
      ]);
    }
    const missing = await petya.call('GET', '/nowhere', { headers: { origin } });
    expectProblem(missing, 404, 'not_found');
    expect(missing.headers.get('access-control-allow-origin')).toBe(origin);
  });

  it('of the operator or the service is held to no list', async () => {
    const headers = {
      origin: 'https://console.example.net',
      authorization: `Bearer ${PETYA_ADMIN_TOKEN}`,
    };
    const path = `/admin/accounts/${listed.accountId}`;
    expect((await petya.call('GET', path, { headers })).status).toBe(200);
  });
});

describe('in production', () => {
  it('an account without a list takes no browser at all', async () => {
    const strict = await startPetya({ environment: { ...production, ...tokens } });
    const tenant = await makeTenant(strict);
    const refused = await from('https://shop.example.com', tenant, strict);
    expectProblem(refused, 403, 'origin_not_allowed');
    expect((await tenant.call('GET', '/account/config')).status).toBe(200);
    await strict.stop();
  });
});
