import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Lifecycle } from '#platform';
import { createAvatarApp } from '../../apps/ilianaai-avatar/src/create-avatar-app.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { uriAt } from '../stack/database-uri.js';
import { avatarEnvironment } from '../support/avatar-app.js';
import { avatarDescription, operationsIn } from '../support/described-apps.js';
import { freshDatabase } from '../support/mongo.js';
import { expectProblem, expectSafeHeaders } from './vendor-shaped-problem.js';
import { askToken, startedVisit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer();
});
afterAll(() => world.stop());

describe('health', () => {
  it.each(['', '/api/v1/avatar'])('is told below "%s" without a key', async (base) => {
    const live = await world.avatar.call('GET', `${base}/health/live`);
    expect([live.status, live.body]).toEqual([200, { status: 'ok' }]);
    expectSafeHeaders(live);
    const ready = await world.avatar.call('GET', `${base}/health/ready`);
    expect(ready.status).toBe(200);
    expect(ready.body).toMatchObject({
      status: 'ok',
      checks: { database: 'up', petya: 'up', liveavatar: 'up', liveavatar_credits: 'up' },
    });
    expectSafeHeaders(ready);
  });

  it('is 503 while draining, when requests are still answered and connections end', async () => {
    const app = await world.another();
    app.app.get(Lifecycle).beginDrain();
    const ready = await app.call('GET', '/health/ready');
    expect([ready.status, ready.body['status']]).toEqual([503, 'draining']);
    expect((await app.call('GET', '/health/live')).status).toBe(200);
    const token = await askToken(app, shop);
    expect(token.status).toBe(200);
    expect(token.headers.get('connection')).toBe('close');
    await app.stop();
  });

  it('is 503 without its database', async () => {
    const database = freshDatabase();
    const environment = {
      MONGODB_URI: uriAt(database.uri, '127.0.0.1:1'),
    };
    const { app } = await createAvatarApp({ ...usual(), ...environment });
    await app.listen(0, '127.0.0.1');
    const answer = await fetch(`${await app.getUrl()}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      status: 'unavailable',
      checks: { database: 'down' },
    });
    await app.close();
  });
});

/** What each route answers when all is well. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  'POST /v1/sessions/token': ['200'],
  'POST /v1/sessions/start': ['201'],
  'POST /v1/sessions/stop': ['200'],
  'POST /v1/sessions/keep-alive': ['200'],
  'POST /v1/sessions/leave': ['202'],
  'GET /v1/sessions/{session_id}': ['200'],
  'GET /v1/sessions/{session_id}/transcript': ['200'],
  'POST /v1/streaming.avatar_message': ['200'],
  'POST /v1/streaming.create_token': ['200'],
  'POST /v1/streaming.new': ['200'],
  'POST /v1/streaming.start': ['200'],
  'POST /v1/streaming.task': ['200'],
  'POST /v1/streaming.stop': ['200'],
  'POST /v1/streaming.interrupt': ['200'],
  'POST /v1/streaming.keep_alive': ['200'],
  'POST /v1/streaming.start_listening': ['200'],
  'POST /v1/streaming.stop_listening': ['200'],
  'GET /api/v1/admin/sessions': ['200'],
  'GET /api/v1/admin/usage': ['200'],
  'GET /api/v1/admin/overview': ['200'],
  'GET /api/v1/admin/life': ['200'],
  'GET /api/v1/admin/reconciliations': ['200'],
  'GET /api/v1/admin/reconciliations/{day}': ['200'],
  'POST /api/v1/admin/reconciliations/{day}': ['200', '202'],
  'POST /api/v1/admin/sessions/{id}/stop': ['200'],
  'POST /api/v1/admin/sessions/{id}/release': ['200'],
  'POST /api/v1/admin/sessions/{id}/redeliver': ['200'],
  'POST /api/v1/admin/stops': ['200'],
  'GET /api/v1/admin/opening': ['200'],
  'PUT /api/v1/admin/opening': ['200'],
  'GET /health/live': ['200'],
  'GET /health/ready': ['200'],
};

describe('/openapi.json', () => {
  interface Operation {
    summary?: string;
    responses: Record<
      string,
      { content?: Record<string, { schema: { allOf: [{ $ref: string }, object] } }> }
    >;
  }
  interface Document {
    openapi: string;
    servers: { url: string }[];
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
  }

  async function read(base = ''): Promise<Document> {
    const answer = await world.avatar.call<Document>('GET', `${base}/openapi.json`);
    expect(answer.status).toBe(200);
    expectSafeHeaders(answer);
    return answer.body;
  }

  it('describes every route of the contract, below both paths', async () => {
    const document = await read('/api/v1/avatar');
    expect(document.openapi).toBe('3.1.0');
    expect(document.servers.map(({ url }) => url)).toEqual(['/', '/api/v1/avatar']);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/v1/sessions/token',
        '/v1/sessions/start',
        '/v1/sessions/stop',
        '/v1/sessions/keep-alive',
        '/v1/sessions/leave',
        '/v1/sessions/{session_id}',
        '/v1/sessions/{session_id}/transcript',
        '/v1/streaming.avatar_message',
        '/health/live',
        '/health/ready',
      ]),
    );
    expect(document.components.securitySchemes).toHaveProperty('customerKey');
  });

  it('says of every operation what it does and how it fails', async () => {
    const { paths, components } = await read();
    expect(components.schemas).toHaveProperty('Error');
    for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
      expect(operation.summary).toMatch(/\.$/);
      for (const status of ['400', '422', '429', '500']) {
        const schema = operation.responses[status]?.content?.['application/problem+json']?.schema;
        expect(schema?.allOf[0]).toEqual({ $ref: '#/components/schemas/Error' });
      }
    }
  });

  it('names no schema that it does not hold', async () => {
    const document = await read();
    const named = [...JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)];
    expect(named.length).toBeGreaterThan(10);
    for (const [, name = ''] of named) expect(document.components.schemas).toHaveProperty(name);
  });

  it('names the answers that the contract names', async () => {
    const described = operationsIn(await avatarDescription()).map(([title, { responses }]) => [
      title,
      Object.keys(responses).filter((status) => status.startsWith('2')),
    ]);
    expect(Object.fromEntries(described)).toEqual(ANSWERS);
  });
});

/** An environment with which the app starts. */
function usual(): Record<string, string> {
  return avatarEnvironment({
    vendorUrl: world.simulator.url,
    vendorKey: world.simulator.apiKey,
    petyaUrl: world.petya.baseUrl,
    database: freshDatabase(),
  });
}

describe('the start', () => {
  it.each([
    ['MONGODB_URI', undefined],
    ['MONGODB_URI', 'postgres://user:hunter2-secret@db/x'],
    ['LIVEAVATAR_API_KEY', undefined],
    ['LIVEAVATAR_API_KEY', 'hunter2-secret with spaces'],
    ['LIVEAVATAR_BASE_URL', 'ftp://hunter2-secret'],
    ['LIVEAVATAR_BASE_URL', 'https://user:hunter2-secret@api.example.com'],
    ['LIVEAVATAR_DEFAULT_AVATAR_ID', 'hunter2-secret'],
    ['HEYGEN_ENABLED', 'hunter2-secret'],
    ['PETYA_BASE_URL', undefined],
    ['PETYA_BASE_URL', 'https://petya.example.com/api/v1?hunter2-secret'],
    ['PETYA_AUTH_TOKEN', undefined],
    ['PETYA_AUTH_TOKEN', 'short'],
    ['SESSION_TOKEN_SECRET', 'hunter2-secret'],
    ['ADMIN_TOKEN', 'hunter2-secret'],
    ['PORT', 'hunter2-secret'],
    ['PORT', '65536'],
    ['NODE_ENV', 'hunter2-secret'],
    ['LOG_LEVEL', 'hunter2-secret'],
    ['TRUSTED_PROXIES', '10.0.0.0/8,hunter2-secret'],
    ['LEAVE_GRACE_SECONDS', 'hunter2-secret'],
    ['NO_SHOW_SECONDS', '-1'],
    ['LEASE_SECONDS', '1e3'],
    ['MAX_SESSION_SECONDS', '0'],
    ['RETRY_STEPS_SECONDS', '1,hunter2-secret'],
    ['CIRCUIT_FAILURES', '0'],
    ['DRAIN_SECONDS', '600'],
    ['RECONCILE_SECONDS', 'hunter2-secret'],
    ['RECONCILE_UNKNOWN_SESSIONS', 'yes'],
  ])('is refused with %s=%s, naming the variable and not its value', async (name, value) => {
    const { [name]: _usual, ...others } = usual();
    const environment = value === undefined ? others : { ...others, [name]: value };
    const refused = createAvatarApp(environment).then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    expect(await refused).toContain(`  ${name} `);
    expect(await refused).not.toContain('hunter2');
  });

  it('is refused with HeyGen enabled and no key for it', async () => {
    const refused = createAvatarApp({ ...usual(), HEYGEN_ENABLED: 'true' });
    await expect(refused).rejects.toThrow('HEYGEN_API_KEY');
  });

  it('names everything that is wrong at once', async () => {
    const { MONGODB_URI: _uri, PETYA_BASE_URL: _url, ...others } = usual();
    await expect(createAvatarApp(others)).rejects.toThrow(/PETYA_BASE_URL[^]*MONGODB_URI/);
  });

  const PRODUCTION = {
    NODE_ENV: 'production',
    LIVEAVATAR_BASE_URL: 'https://api.liveavatar.com',
    LIVEAVATAR_API_KEY: 'b7f0c2e4a1d94c3f',
    PETYA_BASE_URL: 'https://petya.sellembedded.internal',
    PETYA_AUTH_TOKEN: 'd3a1f6b8c2e74950',
    SESSION_TOKEN_SECRET: '6e1d4b9f0a7c4825b3f2e8d17c5a9046',
  };

  it.each([
    ['LIVEAVATAR_BASE_URL', 'http://api.liveavatar.com'],
    ['LIVEAVATAR_API_KEY', 'example-key-of-liveavatar'],
    ['PETYA_AUTH_TOKEN', 'change-me-please'],
    ['SESSION_TOKEN_SECRET', 'local-only-secret-that-is-long-enough'],
    ['ADMIN_TOKEN', 'admin-token-example'],
  ])('in production is refused with %s=%s', async (name, value) => {
    const { [name]: _usual, ...others } = { ...usual(), ...PRODUCTION } as Record<string, string>;
    const environment = value === undefined ? others : { ...others, [name]: value };
    const refused = await createAvatarApp(environment).then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    expect(refused).toContain(name);
    if (value !== undefined) expect(refused).not.toContain(value);
  });

  it.each(['LIVEAVATAR_API_KEY', 'HEYGEN_API_KEY'])(
    'in production needs an address, a token and %s, and nothing else',
    async (name) => {
      const { MONGODB_URI } = usual();
      const { PETYA_BASE_URL, PETYA_AUTH_TOKEN, LIVEAVATAR_API_KEY } = PRODUCTION;
      const needed = { MONGODB_URI, PETYA_BASE_URL, PETYA_AUTH_TOKEN };
      const { app } = await createAvatarApp({ ...needed, [name]: LIVEAVATAR_API_KEY });
      await app.close();
    },
  );

  it('in production is fine with real secrets', async () => {
    const { app } = await createAvatarApp({ ...usual(), ...PRODUCTION });
    await app.close();
  });
});

describe('a restart of the app', () => {
  it('with other secrets ends nobody’s session, and nobody’s start answers', async () => {
    const talk = await startedVisit(world.avatar, shop);
    const next = await world.another({
      database: world.database,
      environment: { SESSION_TOKEN_SECRET: 'another-secret-of-at-least-32-bytes' },
    });
    const headers = { authorization: `Bearer ${talk.token}` };
    expectProblem(await next.call('POST', '/v1/sessions/start', { headers }), 401, 'token_invalid');
    expect((await talk.view()).state).toBe('active');
    await next.stop();
  });
});
