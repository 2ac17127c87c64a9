import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { expectProblem, expectSafeHeaders, pointers } from './vendor-shaped-problem.js';
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

/** Lets the last keep-alive that reached the vendor be so many seconds ago. */
async function letPass(sessionId: string, seconds: number): Promise<void> {
  const keptAliveAt = new Date(Date.now() - seconds * 1000);
  await world.avatar.connection
    .collection('sessions')
    .updateOne({ vendorSessionId: sessionId }, { $set: { keptAliveAt }, $inc: { rev: 1 } });
}

async function vendorKeepAlives(sessionId: string): Promise<number> {
  return (await world.vendor.session(sessionId)).keepAlives;
}

describe('POST /v1/sessions/keep-alive', () => {
  it.each(['', '/api/v1/avatar'])('below "%s" is answered with the session', async (base) => {
    const { sessionId, token } = await startedVisit(world.avatar, shop);
    const answer = await world.avatar.call('POST', `${base}/v1/sessions/keep-alive`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      code: 1000,
      message: expect.any(String),
      data: { session_id: sessionId, seconds_left: expect.any(Number) },
    });
    expectSafeHeaders(answer);
  });

  it.each([{}, { next_within_s: 5 }, { next_within_s: 120 }])('takes %j', async (json) => {
    const { keepAlive } = await startedVisit(world.avatar, shop);
    expect((await keepAlive(json)).status).toBe(200);
  });

  it.each([4, 121, 0, -5, 7.5, '15', true, null, [15], { $gt: 1 }])(
    'refuses %j as the promised time',
    async (next_within_s) => {
      const { keepAlive } = await startedVisit(world.avatar, shop);
      const answer = await keepAlive({ next_within_s });
      expectProblem(answer, 422, 'invalid_input');
      expect(pointers(answer)).toEqual(['/next_within_s']);
    },
  );

  it('takes the secret key with the session’s id, and neither another account’s nor the page’s', async () => {
    const { sessionId } = await startedVisit(world.avatar, shop);
    const stranger = await world.customer();
    const call = (key: string, json: unknown) =>
      world.avatar.call('POST', '/v1/sessions/keep-alive', { headers: { 'x-api-key': key }, json });
    const json = { session_id: sessionId };
    expect((await call(await shop.secretKey(), json)).status).toBe(200);
    expectProblem(await call(await stranger.secretKey(), json), 404, 'not_found');
    expectProblem(await call(await shop.secretKey(), {}), 422, 'invalid_input');
    for (const { key } of [shop, stranger]) {
      expectProblem(await call(key, json), 401, 'session_token_needed');
    }
  });

  it('is refused once the session has ended', async () => {
    const { keepAlive, stop } = await startedVisit(world.avatar, shop);
    await stop();
    expectProblem(await keepAlive(), 410, 'session_ended');
  });

  it('is answered before the session is started', async () => {
    const { keepAlive, sessionId } = await visit(world.avatar, shop);
    expect((await keepAlive()).status).toBe(200);
    expect(await vendorKeepAlives(sessionId)).toBe(0);
  });
});

describe('the vendor', () => {
  it('hears of a keep-alive at most once in 120 seconds', async () => {
    const { sessionId, keepAlive } = await startedVisit(world.avatar, shop);
    for (let time = 0; time < 3; time += 1) await keepAlive();
    expect(await vendorKeepAlives(sessionId)).toBe(0);
    await letPass(sessionId, 119);
    await keepAlive();
    expect(await vendorKeepAlives(sessionId)).toBe(0);
    await letPass(sessionId, 121);
    await Promise.all(Array.from({ length: 5 }, () => keepAlive()));
    expect(await vendorKeepAlives(sessionId)).toBe(1);
  });

  it('that says the session has ended is believed', async () => {
    const { sessionId, keepAlive, untilState } = await startedVisit(world.avatar, shop);
    await world.vendor.end(sessionId, 'IDLE_TIMEOUT');
    await letPass(sessionId, 121);
    expectProblem(await keepAlive(), 410, 'session_ended');
    expect((await untilState('delivered')).end_reason).toBe('idle');
  });

  it.each([
    { kind: 'status', status: 500 },
    { kind: 'status', status: 429 },
    { kind: 'status', status: 401 },
    { kind: 'reset' },
    { kind: 'html' },
    { kind: 'redirect' },
    { kind: 'garbage', variant: 'truncated' },
  ])('failing with %j does not end a conversation, and is asked again', async (fault) => {
    const { sessionId, keepAlive, view } = await startedVisit(world.avatar, shop);
    await letPass(sessionId, 121);
    await world.vendor.fault({ route: 'keep-alive', ...fault });
    expect((await keepAlive()).status).toBe(200);
    expect((await keepAlive()).status).toBe(200);
    expect(await vendorKeepAlives(sessionId)).toBe(1);
    expect((await view()).state).toBe('active');
  });
});

describe('POST /v1/sessions/leave', () => {
  it.each(['', '/api/v1/avatar'])('below "%s" takes a beacon', async (base) => {
    const { token, view } = await startedVisit(world.avatar, shop);
    const answer = await world.avatar.call('POST', `${base}/v1/sessions/leave`, {
      headers: { 'content-type': 'text/plain;charset=UTF-8', origin: 'https://shop.example.com' },
      raw: token,
    });
    expect(answer.status).toBe(202);
    expectSafeHeaders(answer);
    expect((await view()).state).toBe('active');
  });

  it('takes it again, before the start and after the end, and changes nothing', async () => {
    const early = await visit(world.avatar, shop);
    expect((await early.leave()).status).toBe(202);
    expect((await early.start()).status).toBe(201);
    expect((await early.leave()).status).toBe(202);
    expect((await early.leave()).status).toBe(202);
    await early.stop();
    expect((await early.leave()).status).toBe(202);
    expect((await early.untilState('delivered')).end_reason).toBe('visitor_ended');
  });

  it('is refused with anything but a session token of ours as its body', async () => {
    const { token } = await startedVisit(world.avatar, shop);
    const [head, payload] = token.split('.');
    const leave = (raw: string) =>
      world.avatar.call('POST', '/v1/sessions/leave', {
        headers: { 'content-type': 'text/plain' },
        raw,
      });
    for (const raw of ['hello', shop.key, `${head}.${payload}.`, `${token}${token}`]) {
      expectProblem(await leave(raw), 401, 'token_invalid', { notEchoed: [raw] });
    }
    for (const raw of ['', ' \n']) expectProblem(await leave(raw), 401, 'key_missing');
  });

  it('takes no token in a header in place of the body', async () => {
    const { token } = await startedVisit(world.avatar, shop);
    const headers = { authorization: `Bearer ${token}` };
    expectProblem(
      await world.avatar.call('POST', '/v1/sessions/leave', { headers }),
      401,
      'key_missing',
    );
  });

  it('is refused as JSON, and when it is far too long', async () => {
    const json = await world.avatar.call('POST', '/v1/sessions/leave', { json: {} });
    expectProblem(json, 415, 'unsupported_media_type');
    const send = (chars: number) =>
      world.avatar.call('POST', '/v1/sessions/leave', {
        headers: { 'content-type': 'text/plain' },
        raw: 'x'.repeat(chars),
      });
    expectProblem(await send(65_536), 401, 'token_invalid');
    expectProblem(await send(65_537), 413, 'payload_too_large');
  });
});
