import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { expectProblem, expectSafeHeaders } from './vendor-shaped-problem.js';
import { startedVisit, visit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer();
});
afterEach(() => world.vendor.clearFaults());
afterAll(() => world.stop());

/** Stops by the customer's key, as a server of the customer does. */
function stopByKey(tenant: Tenant, json?: unknown) {
  const headers = { 'x-api-key': tenant.key };
  return world.avatar.call('POST', '/v1/sessions/stop', { headers, json });
}

describe('POST /v1/sessions/stop', () => {
  it.each(['', '/api/v1/avatar'])('below "%s" ends the session at the vendor', async (base) => {
    const { sessionId, token, untilState } = await startedVisit(world.avatar, shop);
    const answer = await world.avatar.call('POST', `${base}/v1/sessions/stop`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      code: 1000,
      message: expect.any(String),
      data: { session_id: sessionId },
    });
    expectSafeHeaders(answer);
    expect(await world.vendor.session(sessionId)).toMatchObject({
      state: 'ended',
      endReason: 'USER_CLOSED',
      stops: 1,
    });
    expect(await untilState('delivered')).toMatchObject({ end_reason: 'visitor_ended' });
  });

  it.each([
    ['no body', undefined],
    ['an empty object', {}],
    ['the reason the SDK gives', { reason: 'USER_CLOSED' }],
  ])('takes %s', async (_what, json) => {
    const { stop } = await startedVisit(world.avatar, shop);
    expect((await stop(json)).status).toBe(200);
  });

  it('takes the session’s own id beside its token', async () => {
    const { sessionId, stop } = await startedVisit(world.avatar, shop);
    expect((await stop({ session_id: sessionId, reason: 'UNKNOWN' })).status).toBe(200);
  });

  it('does not let the caller’s reason decide ours', async () => {
    const { stop, untilState } = await startedVisit(world.avatar, shop);
    await stop({ reason: 'MAX_DURATION_REACHED' });
    expect((await untilState('delivered')).end_reason).toBe('visitor_ended');
  });

  it('takes the customer’s key together with the session’s id', async () => {
    const { sessionId } = await startedVisit(world.avatar, shop);
    expect((await stopByKey(shop, { session_id: sessionId })).status).toBe(200);
    expect(await world.vendor.session(sessionId)).toMatchObject({ state: 'ended' });
  });

  it('wants to know which session when it gets a key', async () => {
    const answer = await stopByKey(shop, {});
    expectProblem(answer, 422, 'invalid_input');
    expect(answer.text).toContain('/session_id');
  });

  it('finds nothing for an unknown id nor for another account’s session, with the same body', async () => {
    const { sessionId } = await startedVisit(world.avatar, shop);
    const stranger = await world.customer();
    const foreign = await stopByKey(stranger, { session_id: sessionId });
    const unknown = await stopByKey(stranger, { session_id: 'nobody-has-this' });
    for (const answer of [foreign, unknown]) {
      expectProblem(answer, 404, 'not_found', { notEchoed: [sessionId, 'nobody-has-this'] });
    }
    expect({ ...foreign.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    expect(await world.vendor.session(sessionId)).toMatchObject({ state: 'active', stops: 0 });
  });

  it('is refused for the session of another token', async () => {
    const mine = await startedVisit(world.avatar, shop);
    const other = await startedVisit(world.avatar, shop);
    expectProblem(await mine.stop({ session_id: other.sessionId }), 401, 'token_invalid');
    expect(await world.vendor.session(other.sessionId)).toMatchObject({ state: 'active' });
  });
});

describe('stopping again', () => {
  it('is answered 200 the second and the tenth time, and the vendor is asked once', async () => {
    const { sessionId, stop } = await startedVisit(world.avatar, shop);
    for (let time = 1; time <= 10; time += 1) expect((await stop()).status).toBe(200);
    expect(await world.vendor.session(sessionId)).toMatchObject({ stops: 1 });
  });

  it('ten times at the same instant is answered 200 ten times, and the vendor is asked once', async () => {
    const { sessionId, stop } = await startedVisit(world.avatar, shop);
    await world.vendor.fault({ route: 'stop', kind: 'delay', delayMs: 150 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => stop()));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    await until(
      'the vendor session has ended',
      async () => (await world.vendor.session(sessionId)).state === 'ended',
    );
    expect(await world.vendor.session(sessionId)).toMatchObject({ stops: 1 });
  });

  it('after the transcript was delivered changes nothing', async () => {
    const { stop, untilState } = await startedVisit(world.avatar, shop);
    await stop();
    const before = await untilState('delivered');
    expect((await stop()).status).toBe(200);
    expect(await untilState('delivered')).toEqual(before);
  });
});

describe('stopping a session that does not run', () => {
  it('before it was started costs nothing, and it can no longer be started', async () => {
    const { sessionId, start, stop, view } = await visit(world.avatar, shop);
    expect((await stop()).status).toBe(200);
    expect(await view()).toMatchObject({ state: 'failed', end_reason: 'visitor_ended' });
    expectProblem(await start(), 410, 'session_ended');
    expect(await world.vendor.session(sessionId)).toMatchObject({ state: 'minted', stops: 0 });
  });

  it('while it starts ends it as soon as it has started', async () => {
    const { sessionId, start, stop, untilState } = await visit(world.avatar, shop);
    await world.vendor.fault({ route: 'start', kind: 'delay', delayMs: 300 });
    const starting = start();
    await until(
      'the vendor is asked',
      async () => (await world.vendor.session(sessionId)).starts === 1,
    );
    expect((await stop()).status).toBe(200);
    expectProblem(await starting, 410, 'session_ended');
    expect((await untilState('delivered')).end_reason).toBe('visitor_ended');
    expect(await world.vendor.session(sessionId)).toMatchObject({ state: 'ended', stops: 1 });
  });

  it('at the same instant as it is started leaves nothing running', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { sessionId, start, stop, untilState } = await visit(world.avatar, shop);
      const [started, stopped] = await Promise.all([start(), stop()]);
      expect(stopped.status).toBe(200);
      expect([201, 410]).toContain(started.status);
      await untilState('delivered', 'failed');
      expect((await world.vendor.session(sessionId)).state).not.toBe('active');
    }
  });
});

describe('a stop that the vendor spoils', () => {
  it.each([
    ['refused', { kind: 'status', status: 500 }],
    ['answered with a page', { kind: 'html' }],
    ['reset', { kind: 'reset' }],
    ['carried out and its answer lost', { kind: 'effect-then-reset' }],
    ['redirected', { kind: 'redirect' }],
    ['told to wait', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }],
  ])('because it was %s is answered 200 and tried until it is true', async (_what, fault) => {
    const { sessionId, stop, untilState } = await startedVisit(world.avatar, shop);
    await world.vendor.fault({ route: 'stop', times: 2, ...fault });
    expect((await stop()).status).toBe(200);
    expect((await untilState('delivered')).end_reason).toBe('visitor_ended');
    expect(await world.vendor.session(sessionId)).toMatchObject({ state: 'ended' });
  });

  it('that ended the session by itself meanwhile counts as stopped', async () => {
    const { sessionId, stop, untilState } = await startedVisit(world.avatar, shop);
    await world.vendor.end(sessionId, 'IDLE_TIMEOUT');
    expect((await stop()).status).toBe(200);
    expect((await untilState('delivered')).end_reason).toBe('visitor_ended');
  });
});
