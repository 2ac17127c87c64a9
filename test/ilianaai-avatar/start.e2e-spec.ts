import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { UpdateAccountDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { expectProblem, expectSafeHeaders } from './vendor-shaped-problem.js';
import { askToken, startedVisit, visit, visitOf } from './visit.js';
import { AVATAR_ID, startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer();
});
afterEach(async () => {
  await world.vendor.clearFaults();
  await world.vendor.set({ concurrencyLimit: 100, credits: 1_000_000 });
});
afterAll(() => world.stop());

/** How often the vendor was asked to start a session. */
async function vendorStarts(sessionId: string): Promise<number> {
  return (await world.vendor.session(sessionId)).starts;
}

describe('POST /v1/sessions/start', () => {
  it.each(['', '/api/v1/avatar'])('answers below "%s" with what a browser needs', async (base) => {
    const { token, sessionId } = await visit(world.avatar, shop);
    const answer = await world.avatar.call('POST', `${base}/v1/sessions/start`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      code: 1000,
      message: expect.any(String),
      data: {
        session_id: sessionId,
        livekit_url: 'wss://avatar-media.localhost',
        livekit_client_token: expect.stringMatching(/^eyJ/),
        max_session_duration: 1200,
        intro: 'Hello and welcome. How can I help you today?',
      },
    });
    expectSafeHeaders(answer);
    expect(answer.text).not.toContain('agent');
  });

  it.each([
    ['no body, as the official SDK', undefined, {}],
    ['no body and a JSON content type', undefined, { 'content-type': 'application/json' }],
    ['an empty object', {}, {}],
  ])('takes %s', async (_what, json, more) => {
    const { token } = await visit(world.avatar, shop);
    const headers = { authorization: `Bearer ${token}`, ...more };
    const answer = await world.avatar.call('POST', '/v1/sessions/start', { headers, json });
    expect(answer.status).toBe(201);
  });

  it('takes the session’s own id in the body, and the customer’s key beside the token', async () => {
    const { token, sessionId } = await visit(world.avatar, shop);
    const answer = await world.avatar.call('POST', '/v1/sessions/start', {
      headers: { authorization: `Bearer ${token}`, 'x-api-key': shop.key },
      json: { session_id: sessionId },
    });
    expect(answer.status).toBe(201);
  });

  it('is refused without a token, and with a customer’s key in place of one', async () => {
    expectProblem(await world.avatar.call('POST', '/v1/sessions/start'), 401, 'key_missing');
    const headers = { 'x-api-key': shop.key };
    const byKey = await world.avatar.call('POST', '/v1/sessions/start', { headers });
    expectProblem(byKey, 401, 'token_invalid');
  });

  it('is refused for the session of another token', async () => {
    const mine = await visit(world.avatar, shop);
    const other = await visit(world.avatar, shop);
    const answer = await world.avatar.call('POST', '/v1/sessions/start', {
      headers: { authorization: `Bearer ${mine.token}` },
      json: { session_id: other.sessionId },
    });
    expectProblem(answer, 401, 'token_invalid', { notEchoed: [other.sessionId] });
    expect(await vendorStarts(other.sessionId)).toBe(0);
  });

  it('keeps the intro the session was opened with, whatever happens to the account', async () => {
    const owner = await world.customer({
      avatar: { avatarId: AVATAR_ID, intro: 'First intro.' },
    });
    const { start } = await visit(world.avatar, owner);
    const avatar = { avatarId: AVATAR_ID, intro: 'Second intro.' };
    const change: UpdateAccountDto = { avatar };
    await world.petya.admin('PATCH', `/accounts/${owner.accountId}`, change);
    expect((await start()).body.data.intro).toBe('First intro.');
  });

  it('erases the vendor’s token, and keeps what the browser got only sealed', async () => {
    const { sessionId, start } = await visit(world.avatar, shop);
    const { body } = await start();
    const stored = await world.avatar.connection
      .collection('sessions')
      .findOne({ vendorSessionId: sessionId });
    expect(stored).toMatchObject({ vendorToken: null });
    expect(JSON.stringify(stored)).not.toContain(body.data.livekit_client_token);
  });

  it('says how long the session may last when the vendor allows less than was asked', async () => {
    const { sessionId, start } = await visit(world.avatar, shop);
    const session = world.simulator.world.liveavatar.find(sessionId);
    if (session) session.maxSeconds = 77;
    expect((await start()).body.data.max_session_duration).toBe(77);
  });
});

describe('starting again', () => {
  it('gives the first answer again and starts nothing', async () => {
    const { sessionId, start } = await visit(world.avatar, shop);
    const first = await start();
    const second = await start();
    expect(second.status).toBe(201);
    expect(second.body.data).toEqual(first.body.data);
    expect(await vendorStarts(sessionId)).toBe(1);
  });

  it('gives ten callers at once the same answer, and the vendor starts one session', async () => {
    const { sessionId, start } = await visit(world.avatar, shop);
    await world.vendor.fault({ route: 'start', kind: 'delay', delayMs: 150 });
    const answers = await Promise.all(Array.from({ length: 10 }, start));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.data))).size).toBe(1);
    expect(await vendorStarts(sessionId)).toBe(1);
  });

  it('gives the same answer on another replica', async () => {
    const replica = await world.another({ database: world.database });
    const own = await visit(world.avatar, shop);
    const there = visitOf(replica, { session_id: own.sessionId, session_token: own.token });
    const [first, second] = await Promise.all([own.start(), there.start()]);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.data).toEqual(first.body.data);
    expect(await vendorStarts(own.sessionId)).toBe(1);
    await replica.stop();
  });

  it('is refused once the session has ended', async () => {
    const { start, stop } = await startedVisit(world.avatar, shop);
    await stop();
    expectProblem(await start(), 410, 'session_ended');
  });
});

describe('a start that the vendor spoils', () => {
  it('whose answer was lost is undone, and the caller is told to open a new session', async () => {
    const { sessionId, start, untilState } = await visit(world.avatar, shop);
    await world.vendor.fault({ route: 'start', kind: 'effect-then-reset' });
    const answer = await start();
    expectProblem(answer, 503, 'start_unresolved');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect((await untilState('delivered')).end_reason).toBe('vendor_fault');
    expect(await world.vendor.session(sessionId)).toMatchObject({ state: 'ended', starts: 1 });
    expectProblem(await start(), 410, 'session_ended');
  });

  it('is told to Petya as failed when nobody said a word', async () => {
    const conversationId = await shop.openConversation();
    const { start, untilState } = await visit(world.avatar, shop, {
      conversation_id: conversationId,
    });
    await world.vendor.fault({ route: 'start', kind: 'effect-then-reset' });
    await start();
    await untilState('delivered');
    expect(await shop.read(conversationId)).toMatchObject({ status: 'failed' });
  });

  it('which never reached the vendor costs nothing and frees the slot', async () => {
    const single = await world.customer({ limits: { maxConcurrentSessions: 1 } });
    const { sessionId, start, view } = await visit(world.avatar, single);
    await world.vendor.fault({ route: 'start', kind: 'reset' });
    expectProblem(await start(), 502, 'vendor_unreachable');
    expect(await view()).toMatchObject({ state: 'failed', end_reason: 'vendor_fault' });
    expect(await world.vendor.session(sessionId)).toMatchObject({ billedSeconds: 0 });
    await startedVisit(world.avatar, single);
  });

  it('because all its slots are taken is tried for a while, then says so', async () => {
    const { start, view } = await visit(world.avatar, shop);
    await world.vendor.set({ concurrencyLimit: 0 });
    const answer = await start();
    expectProblem(answer, 503, 'vendor_full');
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await view()).toMatchObject({ state: 'failed' });
  });

  it.each([
    ['reset', { kind: 'reset' }, 502, 'vendor_unreachable'],
    ['429', { kind: 'status', status: 429, times: -1 }, 503, 'vendor_busy'],
    ['lost answer', { kind: 'effect-then-reset' }, 503, 'start_unresolved'],
  ] as const)(
    'by a %s is refused as one that needs a new token',
    async (_name, fault, status, type) => {
      const { start } = await visit(world.avatar, shop);
      await world.vendor.fault({ route: 'start', ...fault });
      const answer = await start();
      await world.vendor.clearFaults();
      expectProblem(answer, status, type);
      expect(answer.body).toMatchObject({
        retryable: false,
        message: expect.stringMatching(/[.] Ask for a new token[.]$/),
      });
      expectProblem(await start(), 410, 'session_ended');
    },
  );

  it('because a slot is freed late succeeds as soon as it is free', async () => {
    const { sessionId, start } = await visit(world.avatar, shop);
    await world.vendor.set({ concurrencyLimit: 0 });
    const answer = start();
    await until('the vendor has refused once', async () => (await vendorStarts(sessionId)) > 0);
    await world.vendor.set({ concurrencyLimit: 100 });
    expect((await answer).status).toBe(201);
  });

  it('for want of credits says so', async () => {
    const { start } = await visit(world.avatar, shop);
    await world.vendor.set({ credits: 0 });
    expectProblem(await start(), 503, 'vendor_quota', { notEchoed: ['Insufficient'] });
  });
});

describe('a client that goes away', () => {
  it('in the middle of a start leaves a session that its visitor can still use', async () => {
    const { token, sessionId, untilState } = await visit(world.avatar, shop);
    await world.vendor.fault({ route: 'start', kind: 'delay', delayMs: 200 });
    await expect(abandoned('start', { authorization: `Bearer ${token}` })).rejects.toThrow();
    await untilState('active');
    expect(await vendorStarts(sessionId)).toBe(1);
  });

  it('in the middle of a token request leaves no slot taken, and the next request opens another', async () => {
    const single = await world.customer({ limits: { maxConcurrentSessions: 1 } });
    const conversation_id = await single.openConversation();
    const body = { conversation_id };
    await world.vendor.fault({ route: 'token', kind: 'delay', delayMs: 200 });
    const headers = { 'x-api-key': single.key, 'content-type': 'application/json' };
    await expect(abandoned('token', headers, JSON.stringify(body))).rejects.toThrow();
    const sessions = world.avatar.connection.collection('sessions');
    const given = await until('it is given up', () =>
      // With the account: SecantusDB finds nothing by the later half of an index.
      sessions.findOne({
        accountId: single.accountId,
        conversationId: conversation_id,
        state: 'failed',
      }),
    );
    expect(given).toMatchObject({ slot: null, endReason: 'no_show' });
    const next = await askToken(world.avatar, single, body);
    expect(next.status).toBe(200);
    expect(next.body.data.session_id).not.toBe(given['vendorSessionId']);
  });

  it('in the middle of a stop has ended its session', async () => {
    const { token, sessionId } = await startedVisit(world.avatar, shop);
    await world.vendor.fault({ route: 'stop', kind: 'delay', delayMs: 200 });
    await expect(abandoned('stop', { authorization: `Bearer ${token}` })).rejects.toThrow();
    await until(
      'the vendor session has ended',
      async () => (await world.vendor.session(sessionId)).state === 'ended',
    );
  });

  /** Calls a route and hangs up while the vendor is still being asked. */
  async function abandoned(route: string, headers: Record<string, string>, body?: string) {
    const hangUp = new AbortController();
    const before = (await world.vendor.summary()).byRoute[route] ?? 0;
    const answer = fetch(`${world.avatar.baseUrl}/v1/sessions/${route}`, {
      method: 'POST',
      headers,
      signal: hangUp.signal,
      ...(body === undefined ? {} : { body }),
    });
    void until(
      'the vendor is asked',
      async () => ((await world.vendor.summary()).byRoute[route] ?? 0) > before,
    ).finally(() => hangUp.abort());
    return answer;
  }
});
