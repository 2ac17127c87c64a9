import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { StatusUpdateDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { PETYA_SERVICE_TOKEN } from '../support/petya-app.js';
import type { PetyaCall } from '../support/petya-double.js';
import { until } from '../support/until.js';
import { shortenDeadlines } from './deadlines.js';
import { startedVisit, type Visit, visitOf, visit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer({ limits: { maxConcurrentSessions: 1000 } });
});
afterEach(async () => {
  jest.restoreAllMocks();
  world.double.heal();
  await world.vendor.clearFaults();
});
afterAll(() => world.stop());

/** The deliveries Petya was sent of one session, in order. */
function deliveries({ sessionId }: Visit): (PetyaCall & { body: StatusUpdateDto })[] {
  return world.double
    .callsTo('status')
    .filter(({ body }) => (body as StatusUpdateDto).sessionId === sessionId) as (PetyaCall & {
    body: StatusUpdateDto;
  })[];
}

/** What Petya's database holds of a conversation, as `role: text`. */
async function storedLines(conversationId: string): Promise<string[]> {
  const { transcript } = await shop.read(conversationId, '?limit=100');
  return transcript.map((turn) => `${turn.role}: ${turn.transcript}`);
}

/** A running session of a conversation of its own. */
async function talkIn(more: object = {}): Promise<[Visit, string]> {
  const conversationId = await shop.openConversation(more);
  const talk = await startedVisit(world.avatar, shop, { conversation_id: conversationId });
  return [talk, conversationId];
}

describe('a conversation', () => {
  it('is in Petya once, from both witnesses, in order and with its times', async () => {
    const startedAt = Date.now();
    const [talk, conversationId] = await talkIn();
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
    expect(await storedLines(conversationId)).toEqual([
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
    const [talk, conversationId] = await talkIn();
    await until(
      'Petya knows the session',
      async () => (await shop.read(conversationId)).sessions.length > 0,
    );
    expect((await shop.read(conversationId)).sessions).toMatchObject([
      { sessionId: talk.sessionId, status: 'active', version: 1 },
    ]);
    expect(deliveries(talk)[0]?.body).toEqual({
      sessionId: talk.sessionId,
      accountId: shop.accountId,
      version: 1,
      status: 'active',
      transcript: [],
    });
  });

  it('is sent with our token, a key for each version, both times, and nothing else', async () => {
    const [talk, conversationId] = await talkIn();
    await until('the link is there', async () => deliveries(talk).length === 1);
    await talk.say('Hello.');
    await talk.stop();
    await talk.untilState('delivered');
    const [link, last, ...more] = deliveries(talk);
    expect(more).toEqual([]);
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
      version: 2,
      status: 'completed',
      transcript: [
        { role: 'avatar', transcript: 'Hello.', timestamp: time, absolute_timestamp: time },
      ],
      endReason: 'visitor_ended',
      durationSeconds: expect.any(Number),
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
    expect(await storedLines(conversationId)).toEqual(['avatar: Hello.']);
  });

  it('that nobody named stands under the session’s id', async () => {
    const talk = await startedVisit(world.avatar, shop);
    await talk.say('Hello.');
    await talk.stop();
    await talk.untilState('delivered');
    const { path } = deliveries(talk).at(-1) ?? {};
    expect(path).toBe(`/api/v1/avatar/conversations/${talk.sessionId}/status`);
    const stored = await world.petya.connection
      .collection('conversations')
      .findOne({ externalId: talk.sessionId });
    expect(stored).toMatchObject({ accountId: expect.anything(), status: 'completed' });
  });

  it('holds both sessions of a visitor who came back', async () => {
    const [first, conversationId] = await talkIn();
    await first.say('First visit.');
    await first.stop();
    const second = await startedVisit(world.avatar, shop, { conversation_id: conversationId });
    await second.say('Second visit.');
    await second.stop();
    await Promise.all([first.untilState('delivered'), second.untilState('delivered')]);
    expect(await storedLines(conversationId)).toEqual([
      'avatar: First visit.',
      'avatar: Second visit.',
    ]);
    const { sessions } = await shop.read(conversationId);
    expect(sessions).toHaveLength(2);
  });

  it('of many turns is whole, in order and once', async () => {
    const [talk, conversationId] = await talkIn();
    const texts = Array.from({ length: 60 }, (_none, index) => `turn ${index}`);
    const from = Date.now() / 1000 - 60;
    await Promise.all(
      texts.map((text, index) =>
        talk.say(text, { message_id: `m-${index}`, timestamp: from + index }),
      ),
    );
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(conversationId)).toEqual(texts.map((text) => `avatar: ${text}`));
  });
});

describe('the vendor’s record', () => {
  afterEach(() =>
    world.vendor.set({
      transcriptPageSize: 50,
      transcriptSplitsSeconds: false,
      timestampUnit: 'seconds',
      transcriptCursorAtEnd: 'null',
    }),
  );

  it.each([
    { transcriptPageSize: 3 },
    { transcriptPageSize: 4, transcriptSplitsSeconds: true },
    { transcriptCursorAtEnd: 'last-line' },
    { timestampUnit: 'milliseconds', transcriptPageSize: 3 },
    {
      timestampUnit: 'fractional-seconds',
      transcriptPageSize: 3,
      transcriptCursorAtEnd: 'last-line',
    },
  ] as const)('is read whole with %j', async (settings) => {
    await world.vendor.set(settings);
    const [talk, conversationId] = await talkIn();
    const stamp = settings.timestampUnit === 'milliseconds' ? 1 : 1000;
    const base = Math.floor(Date.now() / 1000) * 1000;
    const said = Array.from({ length: 10 }, (_none, index) => ({
      role: index % 2 ? 'avatar' : 'user',
      transcript: `line ${index}`,
      absolute_timestamp: (base + Math.floor(index / 2) * 1000) / stamp,
    }));
    await world.vendor.addRawLines(talk.sessionId, said);
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(conversationId)).toEqual(
      said.map(({ role, transcript }) => `${role}: ${transcript}`),
    );
  });

  it('that fails for a while is waited for', async () => {
    const [talk, conversationId] = await talkIn();
    await world.vendor.say(talk.sessionId, 'avatar', 'The vendor heard this.');
    for (const fault of [
      { kind: 'status', status: 500 },
      { kind: 'reset' },
      { kind: 'html' },
      { kind: 'garbage' },
    ]) {
      await world.vendor.fault({ route: 'transcript', ...fault });
    }
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(conversationId)).toEqual(['avatar: The vendor heard this.']);
  });

  it('that stays away leaves what we heard, marked incomplete, and comes as the next version', async () => {
    const app = await world.another({ environment: { VENDOR_DOWN_WAIT_SECONDS: '1' } });
    const conversationId = await shop.openConversation();
    const talk = await startedVisit(app, shop, { conversation_id: conversationId });
    await talk.say('The page heard this.');
    await world.vendor.say(talk.sessionId, 'avatar', 'Only the vendor heard this.');
    await world.vendor.fault({ route: 'transcript', kind: 'status', status: 500, times: -1 });
    await talk.stop();
    await talk.untilState('delivered');
    const incomplete = await shop.read(conversationId);
    expect(incomplete).toMatchObject({ sessions: [{ complete: false, version: 2 }] });
    expect(await storedLines(conversationId)).toEqual(['avatar: The page heard this.']);
    await world.vendor.clearFaults();
    await until(
      'the rest is there',
      async () => (await shop.read(conversationId)).sessions[0]?.complete === true,
    );
    expect((await storedLines(conversationId)).sort()).toEqual([
      'avatar: Only the vendor heard this.',
      'avatar: The page heard this.',
    ]);
    expect((await shop.read(conversationId)).sessions).toMatchObject([{ version: 3 }]);
    await app.stop();
  });
});

describe('a delivery that Petya spoils', () => {
  const RETRIED = [
    { kind: 'reset' },
    { kind: 'commit-then-reset' },
    { kind: 'commit-then-cut' },
    ...[500, 502, 503, 401, 403, 404, 408, 418].map(
      (status) => ({ kind: 'answer', status }) as const,
    ),
    { kind: 'answer', status: 429, headers: { 'retry-after': '0' } },
    { kind: 'answer', status: 503, headers: { 'retry-after': '315360000' } },
    { kind: 'answer', status: 302, headers: { location: 'http://elsewhere.example/' } },
    { kind: 'answer', status: 200, body: '<html>gateway</html>' },
    { kind: 'answer', status: 200, body: {} },
    { kind: 'answer', status: 200, body: { sessionId: 'another', version: 9 } },
    { kind: 'answer', status: 204, body: '' },
  ] as const;

  it.each(RETRIED)('with %j is repeated until it is confirmed, and counts once', async (fault) => {
    const [talk, conversationId] = await talkIn();
    await until('the link is there', async () => deliveries(talk).length === 1);
    await talk.say('Hello.');
    world.double.fault('status', fault, 2);
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(conversationId)).toEqual(['avatar: Hello.']);
    const versions = deliveries(talk).map(({ body }) => body.version);
    expect(versions).toEqual([1, 2, 2, 2]);
    const [, ...sent] = deliveries(talk).map(({ body }) => JSON.stringify(body));
    expect(new Set(sent).size).toBe(1);
  });

  it.each([400, 409, 413, 422])(
    'with %i waits for a person, at once and with the reason',
    async (status) => {
      const [talk] = await talkIn();
      await until('the link is there', async () => deliveries(talk).length === 1);
      await talk.say('Hello.');
      world.double.fault('status', { kind: 'answer', status, body: { message: 'private text' } });
      await talk.stop();
      expect(await talk.untilState('parked')).toMatchObject({ delivery: 'parked' });
      const stored = await world.avatar.connection
        .collection('sessions')
        .findOne({ vendorSessionId: talk.sessionId });
      expect(stored).toMatchObject({
        delivery: { lastError: `status ${status}`, nextAttemptAt: null },
      });
      expect(deliveries(talk)).toHaveLength(2);
    },
  );

  it('when the session is linked holds up neither the session nor its transcript', async () => {
    world.double.fault('status', { kind: 'answer', status: 422 });
    const [talk, conversationId] = await talkIn();
    await until('the link is refused', async () => deliveries(talk).length === 1);
    await talk.say('Hello.');
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(conversationId)).toEqual(['avatar: Hello.']);
  });

  it('by never answering is given up after its deadline and repeated', async () => {
    const [talk, conversationId] = await talkIn();
    await until('the link is there', async () => deliveries(talk).length === 1);
    await talk.say('Hello.');
    const deadlines = shortenDeadlines();
    world.double.fault('status', { kind: 'hang' });
    await talk.stop();
    await talk.untilState('delivered');
    expect(deadlines).toContain(15_000);
    expect(await storedLines(conversationId)).toEqual(['avatar: Hello.']);
  });

  it('of one account does not hold up another’s', async () => {
    const other = await world.customer();
    const stuck = await Promise.all(
      Array.from({ length: 4 }, () => startedVisit(world.avatar, shop)),
    );
    const quick = await startedVisit(world.avatar, other);
    await until('all are linked', async () =>
      [...stuck, quick].every((talk) => deliveries(talk).length === 1),
    );
    world.double.fault('status', { kind: 'hang' }, 2);
    await Promise.all(stuck.map((talk) => talk.stop()));
    await until('two hang', async () => stuck.flatMap(deliveries).length >= 6);
    await quick.stop();
    await quick.untilState('delivered');
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
});

describe('Petya away for a while', () => {
  it('gets everything when it is back, once', async () => {
    const app = await world.another({
      environment: { CIRCUIT_FAILURES: '3', RETRY_STEPS_SECONDS: '0,0.05,600' },
    });
    const talks = await Promise.all(
      Array.from({ length: 5 }, async (): Promise<[Visit, string]> => {
        const conversationId = await shop.openConversation();
        return [await startedVisit(app, shop, { conversation_id: conversationId }), conversationId];
      }),
    );
    world.double.fault('status', { kind: 'reset' }, Infinity);
    world.double.fault('health', { kind: 'reset' }, Infinity);
    await Promise.all(talks.map(([talk]) => talk.say('Is anybody there?')));
    await Promise.all(talks.map(([talk]) => talk.stop()));
    await Promise.all(talks.map(([talk]) => talk.untilState('final')));
    await until('Petya counts as down', async () => {
      const { body } = await app.call('GET', '/health/ready');
      return (body['checks'] as { petya: string }).petya === 'down';
    });
    world.double.heal();
    await Promise.all(talks.map(([talk]) => talk.untilState('delivered')));
    for (const [, conversationId] of talks) {
      expect(await storedLines(conversationId)).toEqual(['avatar: Is anybody there?']);
    }
    await app.stop();
  });

  it('and the app restarted meanwhile: the new one delivers what the old one owed', async () => {
    const app = await world.another({ database: world.database });
    const conversationId = await shop.openConversation();
    const talk = await startedVisit(app, shop, { conversation_id: conversationId });
    await talk.say('Remember me.');
    world.double.fault('status', { kind: 'reset' }, Infinity);
    await talk.stop();
    await talk.untilState('final');
    await app.stop();
    await world.avatar.stop();
    world.double.heal();
    expect(await storedLines(conversationId)).toEqual([]);

    const next = await world.another({ database: world.database });
    await until('the words are there', async () => (await storedLines(conversationId)).length > 0);
    expect(await storedLines(conversationId)).toEqual(['avatar: Remember me.']);
    await next.stop();
  });
});
