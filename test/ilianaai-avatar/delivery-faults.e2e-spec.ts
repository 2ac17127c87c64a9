import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { freshDatabase } from '../support/mongo.js';
import { until } from '../support/until.js';
import { shortenDeadlines } from './deadlines.js';
import type { Delivery as Outbox } from '../../apps/ilianaai-avatar/src/sessions/domain/session.js';
import { deliveriesOf, storedLines, talkIn, untilCounted, untilLinked } from './delivered.js';
import { startedVisit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer({ limits: { maxConcurrentSessions: 1000 } });
});
afterEach(() => {
  jest.restoreAllMocks();
  world.double.heal();
});
afterAll(() => world.stop());

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
    const [talk, conversationId] = await talkIn(world, shop);
    await untilLinked(world, talk);
    await talk.say('Hello.');
    world.double.fault('status', fault, 2);
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(shop, conversationId)).toEqual(['avatar: Hello.']);
    const [link, ...sent] = deliveriesOf(world, talk).map(({ body }) => body);
    expect(link?.version).toBe(1);
    expect(sent.length).toBeGreaterThanOrEqual(3);
    for (const body of sent) expect(body).toEqual(sent[0]);
    expect(await shop.read(conversationId)).toMatchObject({ sessions: [{ version: 2 }] });
  });

  it.each([400, 409, 413, 422])(
    'with %i waits for a person, at once and with the reason',
    async (status) => {
      const [talk] = await talkIn(world, shop);
      await untilLinked(world, talk);
      await talk.say('Hello.');
      await untilCounted(world, talk, 1);
      world.double.fault('status', { kind: 'answer', status, body: { message: 'private text' } });
      await talk.stop();
      expect(await talk.untilState('parked')).toMatchObject({ delivery: 'parked' });
      const stored = await world.avatar.connection
        .collection('sessions')
        .findOne({ vendorSessionId: talk.sessionId });
      expect(stored).toMatchObject({
        delivery: { lastError: `status ${status}`, nextAttemptAt: null },
      });
      expect(deliveriesOf(world, talk)).toHaveLength(2);
    },
  );

  it('when the session is linked holds up neither the session nor its transcript', async () => {
    world.double.fault('status', { kind: 'answer', status: 422 });
    const [talk, conversationId] = await talkIn(world, shop);
    await until('the link is refused', async () => deliveriesOf(world, talk).length === 1);
    await talk.say('Hello.');
    await talk.stop();
    await talk.untilState('delivered');
    expect(await storedLines(shop, conversationId)).toEqual(['avatar: Hello.']);
  });

  it('by never answering is given up after its deadline and repeated', async () => {
    const [talk, conversationId] = await talkIn(world, shop);
    await untilLinked(world, talk);
    await talk.say('Hello.');
    const deadlines = shortenDeadlines();
    world.double.fault('status', { kind: 'hang' });
    await talk.stop();
    await talk.untilState('delivered');
    expect(deadlines).toContain(15_000);
    expect(await storedLines(shop, conversationId)).toEqual(['avatar: Hello.']);
  });

  it('of one account does not hold up another’s', async () => {
    const other = await world.customer();
    const stuck = await Promise.all(
      Array.from({ length: 4 }, () => startedVisit(world.avatar, shop)),
    );
    const quick = await startedVisit(world.avatar, other);
    await untilLinked(world, ...stuck, quick);
    world.double.fault('status', { kind: 'hang' }, 2);
    await Promise.all(stuck.map((talk) => talk.stop()));
    await until(
      'two hang',
      async () => stuck.flatMap((talk) => deliveriesOf(world, talk)).length >= 6,
    );
    await quick.stop();
    await quick.untilState('delivered');
  });
});

const reset = { kind: 'reset' } as const;
const busy = { kind: 'answer', status: 429, headers: { 'retry-after': '1' } } as const;
const broken = { kind: 'answer', status: 503 } as const;

describe('Petya away for a while', () => {
  it.each([
    ['resets and a refusal by its limit', [reset, reset, busy, reset]],
    ['its limit', [busy, busy, busy, busy]],
    ['answers of a proxy', [broken, busy, broken, broken]],
  ])('is delivered to as soon as it is back, whoever notices: %s', async (_what, faults) => {
    const environment = {
      CIRCUIT_FAILURES: '5',
      CIRCUIT_OPEN_SECONDS: '0.5',
      RETRY_STEPS_SECONDS: '0,0.05,0.05,0.05,600',
    };
    const database = freshDatabase();
    const first = await world.another({ environment, database });
    const conversationId = await shop.openConversation();
    const talk = await startedVisit(first, shop, { conversation_id: conversationId });
    await until('the session is linked', () => deliveredVersionIs(first, talk, 1));
    world.double.fault('health', reset, Infinity);
    // The last one stays: an attempt whose kept connection is reset meets two.
    for (const fault of faults.slice(0, -1)) world.double.fault('status', fault);
    for (const fault of faults.slice(-1)) world.double.fault('status', fault, Infinity);
    await talk.say('Is anybody there?');
    await talk.stop();
    await until('no attempt is left for minutes', async () => {
      return (await outboxOf(first, talk)).attempts === 4;
    });
    await first.stop();
    // Another one, which has never seen Petya fail.
    const second = await world.another({ environment, database });
    world.double.heal();
    await until('it is delivered', () => deliveredVersionIs(second, talk, 2));
    expect(await storedLines(shop, conversationId)).toEqual(['avatar: Is anybody there?']);
    await second.stop();
    await database.drop();
  });

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
      expect(await storedLines(shop, conversationId)).toEqual(['avatar: Is anybody there?']);
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
    expect(await storedLines(shop, conversationId)).toEqual([]);

    const next = await world.another({ database: world.database });
    await until(
      'the words are there',
      async () => (await storedLines(shop, conversationId)).length > 0,
    );
    expect(await storedLines(shop, conversationId)).toEqual(['avatar: Remember me.']);
    await next.stop();
  });
});

async function outboxOf({ connection }: RunningAvatar, { sessionId }: Visit) {
  const sessions = connection.collection<{ delivery: Outbox }>('sessions');
  const record = await sessions.findOne({ vendorSessionId: sessionId });
  if (!record) throw new Error('there is a record');
  return record.delivery;
}

async function deliveredVersionIs(app: RunningAvatar, talk: Visit, version: number) {
  return (await outboxOf(app, talk)).deliveredVersion === version;
}
