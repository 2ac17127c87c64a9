import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { askToken, startedVisit, visit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

/** Default budgets, in seconds; the app's clock is moved in the tests. */
const LEAVE_GRACE = 20;
const NO_SHOW = 120;

const ENVIRONMENT = { VENDOR_POLL_SECONDS: '0.4' };

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld({ environment: ENVIRONMENT });
  shop = await world.customer({ limits: { maxConcurrentSessions: 1000 } });
});
afterEach(() => world.vendor.clearFaults());
afterAll(() => world.stop());

/** Waits for the one ending and compares our record, the vendor's and Petya's. */
async function expectEnd(talk: Visit, conversationId: string, reason: string): Promise<void> {
  const seen = await talk.untilState('delivered', 'parked');
  expect(seen).toMatchObject({ state: 'delivered', end_reason: reason });
  expect(await world.vendor.session(talk.sessionId)).toMatchObject({ state: 'ended' });
  const conversation = await shop.read(conversationId);
  expect(conversation).toMatchObject({
    status: 'completed',
    sessions: [{ sessionId: talk.sessionId, endReason: reason, complete: true }],
  });
  expect(conversation.transcript.map(({ transcript }) => transcript)).toEqual(['Hello.']);
}

/** A running session of a conversation of its own, in which something was said. */
async function talkIn(): Promise<[Visit, string]> {
  const conversationId = await shop.openConversation();
  const talk = await startedVisit(world.avatar, shop, { conversation_id: conversationId });
  expect((await talk.say('Hello.')).status).toBe(200);
  return [talk, conversationId];
}

describe('a session ends with exactly one reason:', () => {
  it('visitor_ended, when it is stopped', async () => {
    const [talk, conversationId] = await talkIn();
    await talk.stop();
    await expectEnd(talk, conversationId, 'visitor_ended');
  });

  it('visitor_left, when the visitor said goodbye and the grace is over', async () => {
    const [talk, conversationId] = await talkIn();
    await talk.leave();
    world.avatar.advance(LEAVE_GRACE - 8);
    expect((await sessionOf(talk)).state).toBe('active');
    world.avatar.advance(9);
    await expectEnd(talk, conversationId, 'visitor_left');
  });

  it('visitor_left, when two promised heartbeats did not come', async () => {
    const [talk, conversationId] = await talkIn();
    await talk.keepAlive({ next_within_s: 15 });
    world.avatar.advance(2 * 15 + LEAVE_GRACE - 8);
    expect((await sessionOf(talk)).state).toBe('active');
    world.avatar.advance(9);
    await expectEnd(talk, conversationId, 'visitor_left');
  });

  it('visitor_left, when a page with the SDK alone falls silent, which sends one a minute', async () => {
    const [talk, conversationId] = await talkIn();
    for (let minute = 0; minute < 3; minute += 1) {
      expect((await talk.keepAlive()).status).toBe(200);
      world.avatar.advance(60);
    }
    world.avatar.advance(60 + LEAVE_GRACE - 8);
    expect((await sessionOf(talk)).state).toBe('active');
    world.avatar.advance(9);
    await expectEnd(talk, conversationId, 'visitor_left');
  });

  it.each([
    ['IDLE_TIMEOUT', 'idle'],
    ['MAX_DURATION_REACHED', 'max_duration'],
    ['USER_DISCONNECTED', 'visitor_left'],
    ['ZOMBIE_SESSION_REAP', 'visitor_left'],
    ['SERVER_ERROR', 'vendor_fault'],
    ['NO_CREDITS', 'no_credits'],
    ['UNKNOWN', 'vendor_ended'],
  ])('when the vendor ends it with %s: %s', async (reason, ours) => {
    const [talk, conversationId] = await talkIn();
    await world.vendor.end(talk.sessionId, reason);
    await expectEnd(talk, conversationId, ours);
    expect(await world.vendor.session(talk.sessionId)).toMatchObject({ stops: 0 });
  });

  it('max_duration, when its time is up for us before it is for the vendor', async () => {
    const conversationId = await shop.openConversation();
    const talk = await visit(world.avatar, shop, { conversation_id: conversationId });
    const session = world.simulator.world.liveavatar.find(talk.sessionId);
    if (session) session.maxSeconds = 60;
    await talk.start();
    await talk.say('Hello.');
    world.avatar.advance(61);
    await expectEnd(talk, conversationId, 'max_duration');
  });

  it('account_suspended, when its account is', async () => {
    const owner = await world.customer();
    const talk = await startedVisit(world.avatar, owner);
    await world.petya.admin('PATCH', `/accounts/${owner.accountId}`, { suspended: true });
    expect((await talk.untilState('delivered')).end_reason).toBe('account_suspended');
    expect(await world.vendor.session(talk.sessionId)).toMatchObject({ state: 'ended' });
  });

  it('no_show, when it is never started: the slot is free and Petya hears nothing', async () => {
    const single = await world.customer({ limits: { maxConcurrentSessions: 1 } });
    const conversationId = await single.openConversation();
    const body = { conversation_id: conversationId };
    const { untilState, start, sessionId } = await visit(world.avatar, single, body);
    world.avatar.advance(NO_SHOW - 5);
    expectProblem(await askToken(world.avatar, single), 429, 'account_full');
    world.avatar.advance(6);
    expect(await untilState('failed')).toMatchObject({ end_reason: 'no_show', delivery: 'none' });
    expectProblem(await start(), 410, 'session_ended');
    expect((await askToken(world.avatar, single)).status).toBe(200);
    expect(
      world.double.callsTo('status').filter(({ path }) => path.includes(conversationId)),
    ).toEqual([]);
    expect(await world.vendor.session(sessionId)).toMatchObject({
      state: 'minted',
      billedSeconds: 0,
    });
    expect(await single.read(conversationId)).toMatchObject({ status: 'active', sessions: [] });
  });

  it('the first, when there are several at once', async () => {
    const [talk, conversationId] = await talkIn();
    await talk.leave();
    await world.vendor.fault({ route: 'stop', kind: 'delay', delayMs: 200 });
    const stop = talk.stop();
    // Without it the clock may be moved before the stop has arrived, and the leave comes first.
    await until('the stop is recorded', async () => (await sessionOf(talk))['stop'] !== null);
    world.avatar.advance(LEAVE_GRACE + 1);
    await stop;
    await expectEnd(talk, conversationId, 'visitor_ended');
  });
});

describe('a visitor who comes back within the grace', () => {
  const RETURNS: [string, (talk: Visit) => Promise<{ status: number }>][] = [
    ['keeps it alive', (talk) => talk.keepAlive()],
    ['says something', (talk) => talk.say('Still here.')],
    ['starts it again, as after a reload', (talk) => talk.start()],
    ['reads it', async (talk) => ({ status: (await talk.view()) ? 200 : 500 })],
  ];

  it.each(RETURNS)('and %s has not left', async (_how, comeBack) => {
    const talk = await startedVisit(world.avatar, shop);
    await talk.leave();
    world.avatar.advance(LEAVE_GRACE - 5);
    expect((await comeBack(talk)).status).toBeLessThan(300);
    world.avatar.advance(10);
    const { dueAt, state, leftAt } = await sessionOf(talk);
    expect({ state, leftAt }).toEqual({ state: 'active', leftAt: null });
    expect(dueAt).toBeInstanceOf(Date);
    await talk.stop();
    expect((await talk.untilState('delivered')).end_reason).toBe('visitor_ended');
  });

  it('and leaves again has a whole grace again', async () => {
    const talk = await startedVisit(world.avatar, shop);
    await talk.leave();
    world.avatar.advance(LEAVE_GRACE - 5);
    await talk.keepAlive();
    await talk.leave();
    world.avatar.advance(LEAVE_GRACE - 5);
    expect((await sessionOf(talk)).state).toBe('active');
    world.avatar.advance(6);
    expect((await talk.untilState('delivered')).end_reason).toBe('visitor_left');
  });

  it('but whom only a server of the customer’s speaks for has left', async () => {
    const talk = await startedVisit(world.avatar, shop);
    await talk.leave();
    const headers = { 'x-api-key': await shop.secretKey() };
    const path = `/v1/sessions/${talk.sessionId}`;
    expect((await world.avatar.call('GET', path, { headers })).status).toBe(200);
    world.avatar.advance(LEAVE_GRACE + 1);
    expect((await talk.untilState('delivered')).end_reason).toBe('visitor_left');
  });
});

describe('what the vendor still runs', () => {
  it('of ours after we ended it is stopped again', async () => {
    const talk = await startedVisit(world.avatar, shop);
    await world.vendor.fault({ route: 'stop', kind: 'status', status: 404 });
    await talk.stop();
    await until(
      'the vendor session has ended',
      async () => (await world.vendor.session(talk.sessionId)).state === 'ended',
    );
  });

  it('for somebody else with the same key is never touched, unless the operator says so', async () => {
    const strangers = await startedAtVendor();
    await sweeps(3);
    expect(await world.vendor.session(strangers)).toMatchObject({ state: 'active', stops: 0 });
    const owner = await world.another({ environment: { RECONCILE_UNKNOWN_SESSIONS: 'true' } });
    await until(
      'the vendor session has ended',
      async () => (await world.vendor.session(strangers)).state === 'ended',
    );
    await owner.stop();
  });

  /** A session that was opened with the vendor’s key and not through us. */
  async function startedAtVendor(): Promise<string> {
    const call = async (path: string, headers: Record<string, string>, body: object) => {
      const answer = await fetch(world.simulator.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return ((await answer.json()) as { data: Record<string, string> }).data;
    };
    const avatar_id = '6f1c0d54-9a1e-4f0e-8f41-5f1f8c0f7a01';
    const key = { 'x-api-key': world.simulator.apiKey };
    const minted = await call('/v1/sessions/token', key, { avatar_id, avatar_persona: {} });
    const bearer = { authorization: `Bearer ${minted['session_token']}` };
    await call('/v1/sessions/start', bearer, {});
    return String(minted['session_id']);
  }

  async function sweeps(count: number): Promise<void> {
    const listed = async () => (await world.vendor.summary()).byRoute['sessions'] ?? 0;
    const before = await listed();
    await until(`${count} sweeps`, async () => (await listed()) >= before + count);
  }
});

describe('a vendor that has forgotten a session it ran', () => {
  it('has ended it', async () => {
    const talk = await startedVisit(world.avatar, shop);
    await world.vendor.reset();
    expect((await talk.untilState('delivered')).end_reason).toBe('vendor_ended');
  });
});

/** The record as it is stored: looking at it with a token would be a sign of life. */
async function sessionOf(talk: Visit) {
  const found = await world.avatar.connection
    .collection('sessions')
    .findOne({ vendorSessionId: talk.sessionId });
  if (!found) throw new Error('there is no such session');
  return found;
}
