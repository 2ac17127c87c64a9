import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UpdateAccountDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { until } from '../support/until.js';
import { expectProblem } from './expect-problem.js';
import { askToken, visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

const LISTED = 'https://shop.example.com';

let world: World;
let listed: Tenant;
let unlisted: Tenant;

beforeAll(async () => {
  world = await startWorld();
  listed = await world.customer({ allowedOrigins: [LISTED, 'https://*.example.org'] });
  unlisted = await world.customer();
});
afterAll(() => world.stop());

function from(origin: string, tenant: Tenant, avatar: RunningAvatar = world.avatar) {
  // One conversation, so that asking again and again takes no further slot.
  return askToken(avatar, tenant, { conversation_id: 'talk' }, { origin });
}

describe('a preflight', () => {
  const ask = (origin: string, path: string) =>
    world.avatar.call('OPTIONS', path, {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-api-key',
      },
    });

  it.each([
    '/v1/sessions/token',
    '/api/v1/avatar/v1/sessions/token',
    '/v1/sessions/start',
    '/v1/sessions/stop',
    '/v1/sessions/keep-alive',
    '/v1/streaming.avatar_message',
    '/v1/sessions/some-session/transcript',
  ])('of %s is answered for any http or https origin, without a key', async (path) => {
    for (const origin of ['https://anywhere.example', 'http://localhost:3001', 'http://[::1]:80']) {
      const { status, headers, text } = await ask(origin, path);
      expect([status, text]).toEqual([204, '']);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('access-control-allow-methods')).toBe('GET, POST, PATCH, OPTIONS');
      expect(headers.get('access-control-allow-headers')).toBe(
        'Content-Type, X-Api-Key, Authorization, Idempotency-Key, X-Request-Id',
      );
      expect(headers.get('access-control-max-age')).toBe('7200');
      expect(headers.get('vary')).toContain('Origin');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it.each([
    'null',
    'file://',
    'javascript:alert(1)',
    'https://a.b/path',
    '*',
    'chrome-extension://x',
  ])('from %s gets no CORS headers', async (origin) => {
    const { headers } = await ask(origin, '/v1/sessions/token');
    for (const name of ['origin', 'credentials', 'methods', 'headers']) {
      expect(headers.get(`access-control-allow-${name}`)).toBeNull();
    }
  });
});

describe('a request from a page', () => {
  it.each([LISTED, 'https://a.example.org', 'https://a.b.example.org'])(
    'on %s, which is on the list, is answered with the origin echoed',
    async (origin) => {
      const { status, headers } = await from(origin, listed);
      expect(status).toBe(200);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
      expect(headers.get('vary')).toContain('Origin');
    },
  );

  it.each([
    'http://shop.example.com',
    'https://shop.example.com:8443',
    'https://example.org',
    'https://evil-example.org',
    'https://a.example.org.evil.test',
    'https://shop.example.com.evil.test',
  ])('on %s, which is not on the list, is refused and may read why', async (origin) => {
    const answer = await from(origin, listed);
    expectProblem(answer, 403, 'origin_not_allowed');
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    expect(answer.text).toContain(`The origin ${origin} is not on`);
    expect(answer.text).toContain('allowed origins');
  });

  it.each(['null', 'javascript:alert(1)', 'https://a.b/<script>'])(
    'on %s, which is no origin, is refused without repeating it',
    async (origin) => {
      const answer = await from(origin, listed);
      expectProblem(answer, 403, 'origin_not_allowed', { notEchoed: ['script', 'alert'] });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('is answered anywhere when the account has no list, outside production', async () => {
    const { status, headers } = await from('http://localhost:9999', unlisted);
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe('http://localhost:9999');
  });

  it('is judged by its key alone when it names no origin', async () => {
    expect((await askToken(world.avatar, listed)).status).toBe(200);
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
      const answer = await world.avatar.call('POST', '/v1/sessions/token', call);
      const allowed = answer.headers.get('access-control-allow-origin');
      expect([answer.status, allowed]).toEqual([status, origin]);
    }
    const missing = await world.avatar.call('GET', '/v1/nowhere', { headers: { origin } });
    expectProblem(missing, 404, 'not_found');
    expect(missing.headers.get('access-control-allow-origin')).toBe(origin);
  });
});

describe('a session token', () => {
  /** What the visitor's token is worth on a page of some origin. */
  async function keepAliveFrom(
    origin: string | null,
    minted: { sessionId: string; token: string },
  ) {
    const named = { session_id: minted.sessionId, session_token: minted.token };
    return visitOf(world.avatar, named, origin === null ? {} : { origin }).keepAlive();
  }

  it('works from the page that asked for it, and on a server', async () => {
    const minted = await visit(world.avatar, listed, {}, { origin: LISTED });
    const answer = await keepAliveFrom(LISTED, minted);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(LISTED);
    expect((await keepAliveFrom(null, minted)).status).toBe(200);
  });

  it('is refused on another page, even one that is on the list', async () => {
    const minted = await visit(world.avatar, listed, {}, { origin: LISTED });
    for (const origin of ['https://a.example.org', 'https://evil.test', 'null']) {
      expectProblem(await keepAliveFrom(origin, minted), 403, 'origin_not_allowed');
    }
  });

  it('takes the origin as browsers write it, however it was written', async () => {
    const minted = await visit(
      world.avatar,
      listed,
      {},
      { origin: 'https://SHOP.example.com:443' },
    );
    expect((await keepAliveFrom(LISTED, minted)).status).toBe(200);
  });

  it('that was asked for without an origin works from any page on the list', async () => {
    const minted = await visit(world.avatar, listed);
    expect((await keepAliveFrom(LISTED, minted)).status).toBe(200);
    expect((await keepAliveFrom('https://a.example.org', minted)).status).toBe(200);
    expectProblem(await keepAliveFrom('https://evil.test', minted), 403, 'origin_not_allowed');
  });

  it('in a beacon is held to its page as well', async () => {
    const minted = await visit(world.avatar, listed, {}, { origin: LISTED });
    const beacon = (origin: string) =>
      world.avatar.call('POST', '/v1/sessions/leave', {
        headers: { 'content-type': 'text/plain', origin },
        raw: minted.token,
      });
    expect((await beacon(LISTED)).status).toBe(202);
    expectProblem(await beacon('https://evil.test'), 403, 'origin_not_allowed');
  });
});

describe('a change of the list', () => {
  it('counts within five seconds, for new sessions and for running ones', async () => {
    const owner = await world.customer({ allowedOrigins: [LISTED] });
    const running = await visit(world.avatar, owner, {}, { origin: LISTED });
    await running.keepAlive();
    const change: UpdateAccountDto = { allowedOrigins: ['https://new.example.com'] };
    await world.petya.admin('PATCH', `/accounts/${owner.accountId}`, change);
    const withinMs = 6_000;
    await Promise.all([
      until(
        'the new page is taken',
        async () => (await from('https://new.example.com', owner)).status === 200,
        withinMs,
      ),
      until(
        'the old page is refused',
        async () => (await from(LISTED, owner)).status === 403,
        withinMs,
      ),
      until(
        'the old page’s session is refused',
        async () => (await running.keepAlive()).status === 403,
        withinMs,
      ),
    ]);
  });
});

describe('in production', () => {
  it('an account without a list takes no browser at all, and a listed one its own', async () => {
    const strict = await world.another({
      environment: {
        NODE_ENV: 'production',
        LIVEAVATAR_BASE_URL: 'https://api.liveavatar.com',
        LIVEAVATAR_API_KEY: 'live-key-0123456789',
        SESSION_TOKEN_SECRET: 'b2f1c7d9e8a64305b2f1c7d9e8a64305',
      },
    });
    expectProblem(
      await from('https://shop.example.net', unlisted, strict),
      403,
      'origin_not_allowed',
    );
    expectProblem(await from('https://evil.test', listed, strict), 403, 'origin_not_allowed');
    await strict.stop();
  });
});
