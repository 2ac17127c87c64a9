import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { expectStatus } from '../support/expect-status.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { askToken, startedVisit, visit } from './visit.js';
import { startWorld, type World } from './world.js';

/** A change at Petya takes effect within five seconds; a little more for the tests' own round. */
const FRESH_MS = 5_000;
const WITHIN_MS = FRESH_MS + 1_500;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.double.heal());
afterAll(() => world.stop());

/** How often Petya was asked about a key. */
function lookUps({ key }: Tenant): number {
  return world.double.callsTo('config').filter(({ headers }) => headers['x-api-key'] === key)
    .length;
}

describe('what Petya says of a key', () => {
  it('is asked once for callers at the same instant, and not again for a while', async () => {
    const shop = await world.customer();
    await Promise.all(Array.from({ length: 10 }, () => askToken(world.avatar, shop)));
    await askToken(world.avatar, shop);
    expect(lookUps(shop)).toBe(1);
  });

  it('is asked with the customer’s key and nothing of the visitor’s request', async () => {
    const shop = await world.customer();
    await askToken(world.avatar, shop, {}, { cookie: 'a=b', origin: 'https://a.example' });
    const asked = world.double
      .callsTo('config')
      .find(({ headers }) => headers['x-api-key'] === shop.key);
    expect(asked?.path).toBe('/api/v1/avatar/config');
    for (const name of ['authorization', 'cookie', 'origin']) {
      expect(asked?.headers).not.toHaveProperty(name);
    }
  });

  it('counts for at most five seconds: a revoked key, a suspension', async () => {
    const [revoked, suspended] = await Promise.all([world.customer(), world.customer()]);
    for (const tenant of [revoked, suspended]) await visit(world.avatar, tenant);
    await world.petya.admin('DELETE', `/accounts/${revoked.accountId}/keys/${revoked.keyId}`);
    await world.petya.admin('PATCH', `/accounts/${suspended.accountId}`, { suspended: true });
    await Promise.all([untilAnswered(revoked, 401), untilAnswered(suspended, 403)]);
    expectProblem(await askToken(world.avatar, revoked), 401, 'key_invalid');
    expectProblem(await askToken(world.avatar, suspended), 403, 'account_suspended');
  });

  it('starts no session with a token that was given out before its suspension', async () => {
    const shop = await world.customer();
    const { start, sessionId } = await visit(world.avatar, shop);
    await world.petya.admin('PATCH', `/accounts/${shop.accountId}`, { suspended: true });
    await untilAnswered(shop, 403);
    expectProblem(await start(), 403, 'account_suspended');
    expect(await world.vendor.session(sessionId)).toMatchObject({ starts: 0 });
  });

  it('is forgotten sooner when it was a refusal', async () => {
    const shop = await world.customer();
    const path = `/accounts/${shop.accountId}`;
    await world.petya.admin('PATCH', path, { suspended: true });
    expectProblem(await askToken(world.avatar, shop), 403, 'account_suspended');
    await world.petya.admin('PATCH', path, { suspended: false });
    await untilAnswered(shop, 200, 2_000);
  });

  function untilAnswered(tenant: Tenant, status: number, withinMs = WITHIN_MS) {
    return until(
      `the key is answered ${status}`,
      async () =>
        (await askToken(world.avatar, tenant, { conversation_id: 'x' })).status === status,
      withinMs,
    );
  }
});

describe('Petya away', () => {
  const AWAY = [
    { kind: 'reset' },
    { kind: 'answer', status: 500 },
    { kind: 'answer', status: 503, headers: { 'retry-after': '60' } },
    { kind: 'answer', status: 302, headers: { location: 'http://elsewhere.example/' } },
    { kind: 'answer', status: 200, body: '<html>gateway</html>' },
    { kind: 'answer', status: 200, body: 'null' },
    { kind: 'answer', status: 200, body: { accountId: 'acc', avatarId: 7, secret: 'text' } },
    { kind: 'answer', status: 200, body: 'x'.repeat(2 * 1024 * 1024) },
    { kind: 'answer', status: 418 },
  ] as const;

  it.each(AWAY)('with %j is told to whoever was never seen', async (fault) => {
    const shop = await world.customer();
    // A call is made twice where its kept connection is reset.
    world.double.fault('config', fault, fault.kind === 'reset' ? 2 : 1);
    const answer = await askToken(world.avatar, shop);
    world.double.heal();
    expectProblem(answer, 503, 'petya_unavailable', { notEchoed: ['secret', 'gateway', 'xxxx'] });
    expect(answer.body).toMatchObject({ retryable: true });
    expect((await askToken(world.avatar, shop)).status).toBe(200);
  });

  it.each(['config', 'access'] as const)(
    'is not noticed where it has closed a kept connection: %s',
    async (route) => {
      const shop = await world.customer();
      const { proof } = await shop.proveVisitor();
      // Leaves a connection behind.
      await askToken(world.avatar, await world.customer());
      world.double.fault(route, { kind: 'reset' });
      expectStatus(await askToken(world.avatar, shop, {}, proof), 200);
    },
  );

  it('is not noticed by whoever was seen before, for tokens, starts, talk and stop', async () => {
    const shop = await world.customer({ allowedOrigins: ['https://shop.example.com'] });
    const origin = { origin: 'https://shop.example.com' };
    const running = await startedVisit(world.avatar, shop, {}, origin);
    for (const route of ['config', 'account', 'status'] as const) {
      world.double.fault(route, { kind: 'reset' }, Infinity);
    }
    const before = lookUps(shop);
    await until(
      'what was known has aged and Petya was asked in vain',
      async () => {
        expect((await askToken(world.avatar, shop, { conversation_id: 'x' }, origin)).status).toBe(
          200,
        );
        return lookUps(shop) > before;
      },
      WITHIN_MS,
    );
    const talk = await startedVisit(world.avatar, shop, { conversation_id: 'while-away' }, origin);
    expect((await talk.say('Is anybody there?')).status).toBe(200);
    expect((await talk.stop()).status).toBe(200);
    expect((await running.keepAlive()).status).toBe(200);
    world.double.heal();
    await talk.untilState('delivered');
  });

  it('opens the circuit, which is said without asking, and closes it when Petya is back', async () => {
    const app = await world.another({
      environment: { CIRCUIT_FAILURES: '3', CIRCUIT_OPEN_SECONDS: '0.5' },
    });
    world.double.fault('config', { kind: 'reset' }, Infinity);
    world.double.fault('health', { kind: 'reset' }, Infinity);
    for (let time = 0; time < 3; time += 1) await askToken(app, await world.customer());
    const asked = world.double.callsTo('config').length;
    expectProblem(await askToken(app, await world.customer()), 503, 'petya_unavailable');
    expect(world.double.callsTo('config')).toHaveLength(asked);
    const down = await app.call('GET', '/health/ready');
    expect(down.status).toBe(200);
    expect(down.body['checks']).toMatchObject({ database: 'up', petya: 'down' });
    world.double.heal();
    const shop = await world.customer();
    await until('Petya is asked again', async () => (await askToken(app, shop)).status === 200);
    const up = await app.call('GET', '/health/ready');
    expect(up.body['checks']).toMatchObject({ petya: 'up' });
    await app.stop();
  });

  it('does not keep the app from being ready, nor the vendor', async () => {
    const app = await world.another({
      petyaUrl: 'http://127.0.0.1:1',
      vendorUrl: 'http://127.0.0.1:1',
    });
    const { status, body } = await app.call('GET', '/health/ready');
    expect([status, body['status']]).toEqual([200, 'ok']);
    await app.stop();
  });
});
