import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { shortenDeadlines } from './deadlines.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { askToken, startedVisit, visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer({ limits: { maxConcurrentSessions: 1000 } });
});
afterEach(async () => {
  await world.vendor.clearFaults();
  expect((await askToken(world.avatar, shop)).status).toBe(200);
});
afterAll(() => world.stop());

/** Texts of the vendor that none of our answers may hold. */
const VENDOR_TEXTS = {
  notEchoed: ['Scripted', '<html', 'edge', 'secret', 'padding', 'internal failure'],
};

const TEXT = { code: 4321, data: null, message: 'secret text of the vendor' };

/** A fault of the vendor, and the status and problem that follow from it. */
type Row = readonly [fault: Record<string, unknown>, status: number, problem: string];

/** Vendor answers that are no success, and what our caller is told. */
const REFUSALS: Row[] = [
  [{ kind: 'status', status: 401, body: TEXT }, 503, 'vendor_auth'],
  [{ kind: 'status', status: 403, body: TEXT }, 503, 'vendor_auth'],
  [{ kind: 'status', status: 400, body: TEXT }, 400, 'vendor_refused'],
  [{ kind: 'status', status: 409, body: TEXT }, 409, 'vendor_refused'],
  [{ kind: 'status', status: 422, body: TEXT }, 422, 'vendor_refused'],
];

const FAULTS: Row[] = [
  [{ kind: 'status', status: 500 }, 502, 'vendor_unreachable'],
  [{ kind: 'status', status: 503, body: 'secret text' }, 502, 'vendor_unreachable'],
  [{ kind: 'html' }, 502, 'vendor_unreachable'],
  [{ kind: 'html', status: 200 }, 502, 'vendor_garbled'],
  [{ kind: 'reset' }, 502, 'vendor_unreachable'],
  [{ kind: 'cut' }, 502, 'vendor_unreachable'],
  [{ kind: 'huge' }, 502, 'vendor_garbled'],
  [{ kind: 'redirect' }, 502, 'vendor_garbled'],
  [{ kind: 'redirect', status: 301 }, 502, 'vendor_garbled'],
  ...[
    'null',
    'list',
    'empty',
    'text',
    'truncated',
    'no-data',
    'null-data',
    'failing-code',
    'deep',
    'wrong-types',
  ].map((variant) => [{ kind: 'garbage', variant }, 502, 'vendor_garbled'] satisfies Row),
];

describe('a token request', () => {
  it.each([...REFUSALS, ...FAULTS])(
    'that gets %j is answered %i %s',
    async (fault, status, problem) => {
      await world.vendor.fault({ route: 'token', ...fault });
      const answer = await askToken(world.avatar, shop);
      expectProblem(answer, status, problem, VENDOR_TEXTS);
    },
  );

  it('that is refused for a reason of the vendor’s own carries its number', async () => {
    await world.vendor.fault({ route: 'token', kind: 'status', status: 400, body: TEXT });
    expect((await askToken(world.avatar, shop)).body).toMatchObject({ vendor_code: 4321 });
  });

  it('that fails frees its slot', async () => {
    const single = await world.customer({ limits: { maxConcurrentSessions: 1 } });
    await world.vendor.fault({ route: 'token', kind: 'reset', times: 3 });
    for (let time = 0; time < 3; time += 1) {
      expectProblem(await askToken(world.avatar, single), 502, 'vendor_unreachable');
    }
    expect((await askToken(world.avatar, single)).status).toBe(200);
  });

  it.each([undefined, 100, 200, 1000])('takes %j as the code of a success', async (code) => {
    const session_id = `made-up-${code}-${Date.now()}`;
    const data = { session_id, session_token: 'vendor-token' };
    await world.vendor.fault({
      route: 'token',
      kind: 'status',
      status: 200,
      body: { code, data, message: 'ok' },
    });
    expect((await askToken(world.avatar, shop)).body.data.session_id).toBe(session_id);
  });

  it.each(['a/b', '../admin', 'x'.repeat(129), 'a b', ''])(
    'takes no session id that could not stand in a path: %j',
    async (session_id) => {
      const body = { code: 1000, data: { session_id, session_token: 't' } };
      await world.vendor.fault({ route: 'token', kind: 'status', status: 200, body });
      expectProblem(await askToken(world.avatar, shop), 502, 'vendor_garbled');
    },
  );
});

describe('a token request that gets the id of another session', () => {
  it('is refused, frees its slot and leaves the other session as it is', async () => {
    const owner = await world.customer({ limits: { maxConcurrentSessions: 2 } });
    const first = await startedVisit(world.avatar, owner);
    const body = { code: 1000, data: { session_id: first.sessionId, session_token: 't' } };
    for (let time = 0; time < 3; time += 1) {
      await world.vendor.fault({ route: 'token', kind: 'status', status: 200, body });
      expectProblem(await askToken(world.avatar, owner), 502, 'vendor_garbled');
    }
    expect((await askToken(world.avatar, owner)).status).toBe(200);
    expect(await first.view()).toMatchObject({ state: 'active' });
  });
});

describe('a start', () => {
  it.each(REFUSALS)(
    'that gets %j is answered %i %s and frees the slot',
    async (fault, status, problem) => {
      const opened = await visit(world.avatar, shop);
      await world.vendor.fault({ route: 'start', ...fault });
      expectProblem(await opened.start(), status, problem, VENDOR_TEXTS);
      expect(await opened.view()).toMatchObject({ state: 'failed', end_reason: 'vendor_fault' });
    },
  );

  it.each(FAULTS)('that gets %j and did not happen says so', async (fault) => {
    const { sessionId, start, untilState } = await visit(world.avatar, shop);
    await world.vendor.fault({ route: 'start', ...fault, effect: false });
    const answer = await start();
    expect([502, 503]).toContain(answer.status);
    expect(await untilState('failed')).toMatchObject({ end_reason: 'vendor_fault' });
    expect(await world.vendor.session(sessionId)).toMatchObject({ billedSeconds: 0 });
  });

  it.each(FAULTS.slice(0, -9))(
    'that gets %j and happened all the same is undone',
    async (fault) => {
      const { sessionId, start, untilState } = await visit(world.avatar, shop);
      await world.vendor.fault({ route: 'start', ...fault, effect: true });
      expectProblem(await start(), 503, 'start_unresolved', VENDOR_TEXTS);
      expect((await untilState('delivered')).end_reason).toBe('vendor_fault');
      expect(await world.vendor.session(sessionId)).toMatchObject({ state: 'ended' });
    },
  );

  it('that names another session is not believed', async () => {
    const { start, untilState } = await visit(world.avatar, shop);
    const data = { session_id: 'another', livekit_url: 'wss://x', livekit_client_token: 't' };
    await world.vendor.fault({ route: 'start', kind: 'status', status: 201, body: { data } });
    expect((await start()).status).toBeGreaterThanOrEqual(500);
    await untilState('failed');
  });
});

describe('a vendor that is slow, stuck or away', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('is waited for until the deadline of each call, and no longer', async () => {
    const opened = await visit(world.avatar, shop);
    const running = await startedVisit(world.avatar, shop);
    const deadlines = shortenDeadlines();
    await world.vendor.fault({ route: 'start', kind: 'effect-then-hang' });
    await world.vendor.fault({ route: 'stop', kind: 'hang' });
    for (const fault of [{ kind: 'hang' }, { kind: 'slow', delayMs: 1_000 }]) {
      await world.vendor.fault({ route: 'token', ...fault });
      expectProblem(await askToken(world.avatar, shop), 504, 'vendor_timeout');
      expect(deadlines).toContain(10_000);
    }
    expect((await running.stop()).status).toBe(200);
    expect((await running.untilState('delivered')).end_reason).toBe('visitor_ended');
    expectProblem(await opened.start(), 503, 'start_unresolved');
    expect(deadlines).toContain(20_000);
    expect(await world.vendor.session(opened.sessionId)).toMatchObject({ state: 'ended' });
  });

  it.each([
    ['whose port is closed', 'http://127.0.0.1:1'],
    ['whose name is unknown', 'http://no-such-host.invalid'],
  ])('and %s is unreachable', async (_what, vendorUrl) => {
    const app = await world.another({ vendorUrl });
    expectProblem(await askToken(app, shop), 502, 'vendor_unreachable', {
      notEchoed: ['127.0.0.1', 'invalid', 'ECONNREFUSED', 'ENOTFOUND'],
    });
    await app.stop();
  });
});

describe('a redirect to another host', () => {
  let elsewhere: Server;
  let visited: string[];

  beforeAll(async () => {
    visited = [];
    elsewhere = createServer((request, response) => {
      visited.push(`${request.method} ${request.url}`);
      response.end('{}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void elsewhere.close());

  it.each([301, 302, 303, 307, 308])(
    '(%i) is not followed, so no key goes there',
    async (status) => {
      const { port } = elsewhere.address() as AddressInfo;
      const { start } = await visit(world.avatar, shop);
      const body = { location: `http://127.0.0.1:${port}/v1/sessions/token` };
      for (const route of ['token', 'start']) {
        await world.vendor.fault({ route, kind: 'redirect', status, body });
      }
      expectProblem(await askToken(world.avatar, shop), 502, 'vendor_garbled');
      expect((await start()).status).toBeGreaterThanOrEqual(500);
      expect(visited).toEqual([]);
    },
  );
});

describe('the vendor’s wish to be left alone', () => {
  it.each([
    ['in seconds', '7', 7],
    ['as a date', 'DATE', 9],
    ['negative', '-5', 1],
    ['in ten years', '315360000', 60],
    ['as a date in ten years', 'Fri, 21 Nov 2036 10:00:00 GMT', 60],
    ['garbled', 'soon', 1],
    ['left out', undefined, 1],
  ])('is passed on within bounds: %s', async (_how, header, expected) => {
    // An app of its own: whoever asks after this one is held up, too.
    const app = await world.another();
    const saidAtMs = Date.now();
    const date = new Date(saidAtMs + 9_500).toUTCString();
    const retryAfter = header === 'DATE' ? date : header;
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    await world.vendor.fault({ route: 'token', kind: 'status', status: 429, headers, times: -1 });
    const answer = await askToken(app, shop);
    const passed = header === 'DATE' ? (Date.now() - saidAtMs) / 1000 : 0;
    await app.stop();
    expectProblem(answer, 503, 'vendor_busy');
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(Math.max(1, expected - 1 - passed));
    expect(seconds).toBeLessThanOrEqual(expected + 1);
  });

  it.each([
    ['token', 200],
    ['start', 201],
  ])('is kept where it is short: the %s is asked for again', async (route, status) => {
    const app = await world.another();
    await world.vendor.fault({ route, kind: 'status', status: 429 });
    const asked = await askToken(app, shop);
    expect(asked.status).toBe(200);
    const started = await visitOf(app, asked.body.data).start();
    await app.stop();
    expect(route === 'token' ? asked.status : started.status).toBe(status);
  });
});

describe('a vendor that keeps failing', () => {
  it('is given a rest, which is said with a time to come back, and is then asked again', async () => {
    const app = await world.another({
      environment: { CIRCUIT_FAILURES: '3', CIRCUIT_OPEN_SECONDS: '0.5' },
    });
    await world.vendor.fault({ route: 'token', kind: 'status', status: 500, times: -1 });
    for (let time = 0; time < 3; time += 1) await askToken(app, shop);
    const asked = (await world.vendor.summary()).byRoute['token'];
    const resting = await askToken(app, shop);
    expectProblem(resting, 503, 'vendor_resting');
    expect(resting.headers.get('retry-after')).toBe('1');
    expect((await world.vendor.summary()).byRoute['token']).toBe(asked);
    await world.vendor.clearFaults();
    await until(
      'the vendor is asked again',
      async () => (await askToken(app, shop)).status === 200,
    );
    await app.stop();
  });
});
