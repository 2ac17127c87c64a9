import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { PETYA_SERVICE_TOKEN } from '../support/petya-app.js';
import { until } from '../support/until.js';
import { deliveriesOf, storedLines, talkIn, untilLinked } from './delivered.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { startedVisit, visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer({ limits: { maxConcurrentSessions: 1000 } });
});
afterAll(() => world.stop());

describe('a conversation', () => {
  it('is in Petya once, from both sources, in order and with its times', async () => {
    const startedAt = Date.now();
    const [talk, conversationId] = await talkIn(world, shop);
    await talk.say('Welcome!', { message_id: 'intro' });
    await world.vendor.say(talk.sessionId, 'avatar', 'Welcome!');
    const spoken = await world.vendor.say(talk.sessionId, 'user', 'Do you sell bicycles?');
    await talk.say('do you sell  bicycles?', { role: 'user', message_id: 'u-1' });
    await talk.say('Only the page saw this.', { message_id: 'a-2', timestamp: Date.now() + 3_000 });
    await talk.stop();
    const view = await talk.untilState('delivered');
    expect(view).toMatchObject({
      delivery: 'delivered',
      turns: 4,
      conversation_id: conversationId,
    });

    const answer = spoken.at(-1)?.text;
    const conversation = await shop.read(conversationId);
    expect(await storedLines(shop, conversationId)).toEqual([
      'avatar: Welcome!',
      'user: Do you sell bicycles?',
      `avatar: ${answer}`,
      'avatar: Only the page saw this.',
    ]);
    for (const turn of conversation.transcript) {
      expect(turn.sessionId).toBe(talk.sessionId);
      const at = Date.parse(turn.timestamp ?? '');
      // The vendor's times are whole seconds, rounded down.
      expect(at).toBeGreaterThanOrEqual(Math.floor(startedAt / 1000) * 1000);
      expect(at).toBeLessThanOrEqual(Date.now() + 3_000);
    }
    expect(conversation).toMatchObject({
      status: 'completed',
      sessions: [
        {
          sessionId: talk.sessionId,
          status: 'completed',
          version: 2,
          endReason: 'visitor_ended',
          durationSeconds: expect.any(Number),
          truncated: false,
          complete: true,
        },
      ],
    });
  });

  it('is linked to its session as soon as that has started', async () => {
    const [talk, conversationId] = await talkIn(world, shop);
    await until(
      'Petya knows the session',
      async () => (await shop.read(conversationId)).sessions.length > 0,
    );
    expect((await shop.read(conversationId)).sessions).toMatchObject([
      { sessionId: talk.sessionId, status: 'active', version: 1 },
    ]);
    expect(deliveriesOf(world, talk)[0]?.body).toEqual({
      sessionId: talk.sessionId,
      accountId: shop.accountId,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      version: 1,
      status: 'active',
      transcript: [],
    });
  });

  it('is sent with our token, a key for each version, both times, and nothing else', async () => {
    const [talk, conversationId] = await talkIn(world, shop);
    await untilLinked(world, talk);
    await talk.say('Hello.');
    await talk.stop();
    await talk.untilState('delivered');
    const link = deliveriesOf(world, talk)[0];
    const last = deliveriesOf(world, talk).at(-1);
    for (const [sent, version] of [
      [link, 1],
      [last, 2],
    ] as const) {
      expect(sent).toMatchObject({
        method: 'POST',
        path: `/api/v1/avatar/conversations/${conversationId}/status`,
        headers: {
          authorization: `Bearer ${PETYA_SERVICE_TOKEN}`,
          'idempotency-key': `${talk.sessionId}:${version}`,
          'content-type': 'application/json',
        },
      });
    }
    const time = expect.any(Number);
    expect(last?.body).toEqual({
      sessionId: talk.sessionId,
      accountId: shop.accountId,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      version: 2,
      status: 'completed',
      transcript: [
        { role: 'avatar', transcript: 'Hello.', timestamp: time, absolute_timestamp: time },
      ],
      endReason: 'visitor_ended',
      durationSeconds: expect.any(Number),
      startedAt: expect.any(Number),
      billedSeconds: expect.any(Number),
      credits: expect.any(Number),
      truncated: false,
      complete: true,
    });
  });

  it('that SellEmbedded knows by another id is found by it', async () => {
    const externalId = `order-${Date.now()}:7`;
    const conversationId = await shop.openConversation({ externalId });
    const talk = await startedVisit(world.avatar, shop, { conversation_id: externalId });
    await talk.say('Hello.');
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(shop, conversationId)).toEqual(['avatar: Hello.']);
  });

  it('that nobody named stands under the session’s id', async () => {
    const talk = await startedVisit(world.avatar, shop);
    await talk.say('Hello.');
    await talk.stop();
    await talk.untilState('delivered');
    const { path } = deliveriesOf(world, talk).at(-1) ?? {};
    expect(path).toBe(`/api/v1/avatar/conversations/${talk.sessionId}/status`);
    const stored = await world.petya.connection
      .collection('conversations')
      .findOne({ externalId: talk.sessionId });
    expect(stored).toMatchObject({ accountId: expect.anything(), status: 'completed' });
  });

  it('holds both sessions of a visitor who came back', async () => {
    const [first, conversationId] = await talkIn(world, shop);
    await first.say('First visit.');
    await first.stop();
    const second = await startedVisit(world.avatar, shop, { conversation_id: conversationId });
    await second.say('Second visit.');
    await second.stop();
    await Promise.all([first.untilState('delivered'), second.untilState('delivered')]);
    expect(await storedLines(shop, conversationId)).toEqual([
      'avatar: First visit.',
      'avatar: Second visit.',
    ]);
    const { sessions } = await shop.read(conversationId);
    expect(sessions).toHaveLength(2);
  });

  it('of many turns is whole, in order and once', async () => {
    const [talk, conversationId] = await talkIn(world, shop);
    const texts = Array.from({ length: 60 }, (_none, index) => `turn ${index}`);
    const from = Date.now() / 1000 - 60;
    await Promise.all(
      texts.map((text, index) =>
        talk.say(text, { message_id: `m-${index}`, timestamp: from + index }),
      ),
    );
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(shop, conversationId)).toEqual(texts.map((text) => `avatar: ${text}`));
  });
});

describe('a second replica', () => {
  it('serves every call of a session that the first one opened', async () => {
    const replica = await world.another({ database: world.database });
    const first = await visit(world.avatar, shop);
    const there = visitOf(replica, { session_id: first.sessionId, session_token: first.token });
    expect((await there.start()).status).toBe(201);
    expect((await first.say('Here.')).status).toBe(200);
    expect((await there.say('There.')).status).toBe(200);
    expect((await first.stop()).status).toBe(200);
    expect((await there.stop()).status).toBe(200);
    expect((await there.untilState('delivered')).end_reason).toBe('visitor_ended');
    expect(await there.lines()).toEqual(['avatar: Here.', 'avatar: There.']);
    expect(await world.vendor.session(first.sessionId)).toMatchObject({ starts: 1, stops: 1 });
    await replica.stop();
  });

  it('is not forgotten by what the first one wrote last', async () => {
    const replica = await world.another({ database: world.database });
    const first = await startedVisit(world.avatar, shop);
    const there = visitOf(replica, { session_id: first.sessionId, session_token: first.token });
    const sessions = world.avatar.connection.collection('sessions');
    const leftAt = async (): Promise<unknown> =>
      (await sessions.findOne({ vendorSessionId: first.sessionId }))?.['leftAt'];
    await first.leave();
    await there.view();
    expect(await leftAt()).toBeNull();
    // The first replica has only seen it leave, and has nothing to write if that still held.
    await first.leave();
    expect(await leftAt()).toBeInstanceOf(Date);
    expect((await there.stop()).status).toBe(200);
    expectProblem(await first.keepAlive(), 410, 'session_ended');
    expect((await first.start()).status).toBe(410);
    expect((await first.untilState('delivered')).end_reason).toBe('visitor_ended');
    await replica.stop();
  });
});
