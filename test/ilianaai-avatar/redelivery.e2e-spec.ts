import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { expectProblem } from '../support/expect-problem.js';
import { until } from '../support/until.js';
import { deliveriesOf, storedLines, talkIn, untilCounted } from './delivered.js';
import { ADMIN_TOKEN, asOperator, order } from './operators.js';
import { type Visit, visit } from './visit.js';
import { startWorld, type World } from './world.js';

const RETENTION_DAYS = '1';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld({ environment: { ADMIN_TOKEN, TURN_RETENTION_DAYS: RETENTION_DAYS } });
  shop = await world.customer();
});
afterEach(() => world.double.heal());
afterAll(() => world.stop());

/** A session that Petya has, with two words in it. */
async function deliveredTalk(): Promise<[talk: Visit, conversationId: string]> {
  const [talk, conversationId] = await talkIn(world, shop);
  await talk.say('Do you deliver?', { role: 'user' });
  await talk.say('Yes, we do.');
  await untilCounted(world, talk, 2);
  await talk.stop();
  await talk.untilState('delivered');
  return [talk, conversationId];
}

/** Waits until Petya has confirmed a version; gives what is recorded of the delivery. */
function untilVersion({ sessionId }: Visit, version: number) {
  return until(`Petya has version ${version}`, () =>
    world.avatar.connection
      .collection('sessions')
      .findOne({ vendorSessionId: sessionId, 'delivery.deliveredVersion': version }),
  );
}

describe('a transcript that Petya has', () => {
  it('is delivered again as a version of its own, as often as an operator likes', async () => {
    const [talk, conversationId] = await deliveredTalk();
    const before = await storedLines(shop, conversationId);
    const first = deliveriesOf(world, talk).at(-1)?.body;
    for (const more of [1, 2]) {
      const answer = await order(world.avatar, 'anna', talk, 'redeliver');
      const version = (first?.version ?? 0) + more;
      expect([answer.status, answer.body]).toEqual([
        200,
        expect.objectContaining({ state: 'delivered', version, deliveredVersion: version - 1 }),
      ]);
      await untilVersion(talk, version);
      const { version: sent, ...content } = deliveriesOf(world, talk).at(-1)?.body ?? {};
      expect([sent, content]).toEqual([version, { ...first, version: undefined }]);
    }
    expect(await storedLines(shop, conversationId)).toEqual(before);
  });

  it('is one further version for two operators at once', async () => {
    const [talk] = await deliveredTalk();
    const sentBefore = deliveriesOf(world, talk).length;
    const version = (deliveriesOf(world, talk).at(-1)?.body.version ?? 0) + 1;
    world.double.fault('status', { kind: 'answer', status: 503 }, Infinity);
    const both = (['anna', 'ben'] as const).map((who) =>
      order(world.avatar, who, talk, 'redeliver'),
    );
    const answers = await Promise.all(both);
    expect(answers.map(({ status, body }) => [status, body.version])).toEqual([
      [200, version],
      [200, version],
    ]);
    await until('Petya was asked', async () => deliveriesOf(world, talk).length > sentBefore);
    world.double.heal();
    await untilVersion(talk, version);
  });

  it('is lost by Petya and there again', async () => {
    const [talk, conversationId] = await deliveredTalk();
    const before = await storedLines(shop, conversationId);
    const conversations = world.petya.connection.collection<{ _id: string }>('conversations');
    await conversations.updateOne({ _id: conversationId }, { $set: { transcript: [] } });
    expect(await storedLines(shop, conversationId)).toEqual([]);
    await order(world.avatar, 'anna', talk, 'redeliver');
    await until('it is there again', async () => {
      const lines = await storedLines(shop, conversationId);
      return lines.join() === before.join();
    });
  });
});

describe('what Petya has not confirmed', () => {
  it.each<[string, (talk: Visit) => Promise<unknown>]>([
    ['created', async () => undefined],
    ['active', (talk) => talk.start()],
  ])('is not delivered again: %s', async (state, lead) => {
    const talk = await visit(world.avatar, shop);
    await lead(talk);
    expect((await talk.view()).state).toBe(state);
    expectProblem(await order(world.avatar, 'anna', talk, 'redeliver'), 409, 'not_delivered');
    await talk.stop();
  });

  it('is not delivered again while it waits, or is parked', async () => {
    world.double.fault('status', { kind: 'answer', status: 503 }, Infinity);
    const [talk] = await talkIn(world, shop);
    await talk.stop();
    await talk.untilState('final');
    expectProblem(await order(world.avatar, 'anna', talk, 'redeliver'), 409, 'not_delivered');
    world.double.heal();
    world.double.fault('status', { kind: 'answer', status: 409 }, Infinity);
    world.avatar.advance(3_600);
    await talk.untilState('parked');
    expectProblem(await order(world.avatar, 'anna', talk, 'redeliver'), 409, 'not_delivered');
    world.double.heal();
    const released = await order(world.avatar, 'anna', talk, 'release');
    expect(released.status).toBe(200);
    await talk.untilState('delivered');
  });

  it('is no session that nobody has', async () => {
    const answer = await asOperator(world.avatar, 'anna', 'POST', 'sessions/none/redeliver');
    expectProblem(answer, 404, 'not_found');
  });
});

describe('a transcript whose turns went', () => {
  it('is not delivered again, since Petya would have less than it has', async () => {
    const [talk, conversationId] = await deliveredTalk();
    const before = await storedLines(shop, conversationId);
    const sent = deliveriesOf(world, talk).length;
    // In a minute they go.
    world.avatar.advance(Number(RETENTION_DAYS) * 86_400 - 50);
    expectProblem(await order(world.avatar, 'anna', talk, 'redeliver'), 409, 'turns_gone');
    world.avatar.advance(60);
    const sessions = world.avatar.connection.collection('sessions');
    await until('they went', () =>
      sessions.findOne({ vendorSessionId: talk.sessionId, purgedAt: { $ne: null } }),
    );
    expectProblem(await order(world.avatar, 'anna', talk, 'redeliver'), 409, 'turns_gone');
    expect(deliveriesOf(world, talk)).toHaveLength(sent);
    expect(await storedLines(shop, conversationId)).toEqual(before);
  });
});
