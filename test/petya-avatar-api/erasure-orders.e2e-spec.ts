import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { VisitorExportDto } from '#contracts';
import { mongo } from 'mongoose';
import { ConversationRemovalRepository } from '../../apps/petya-avatar-api/src/erasure/conversation-removal.repository.js';
import { DeliveryService } from '../../apps/petya-avatar-api/src/deliveries/delivery.service.js';
import { expectProblem } from '../support/expect-problem.js';
import { PETYA_SERVICE_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';
import {
  confirmErasure,
  deliver,
  erasureOrders,
  makeTenant,
  nameErased,
  type Tenant,
  turn,
} from './tenant.js';

let petya: RunningPetya;
let tenant: Tenant;

beforeAll(async () => {
  petya = await startPetya();
});
afterAll(() => petya.stop());
beforeEach(async () => {
  tenant = await makeTenant(petya);
});

const collection = (name: string) => petya.connection.collection(name);
const erase = (what: string) => petya.admin('DELETE', `/accounts/${tenant.accountId}/${what}`);
const ofTenant = async () =>
  (await erasureOrders(petya)).filter(({ accountId }) => accountId === tenant.accountId);

/** Delivers a session of the tenant's account. */
function deliverOf(conversationId: string, sessionId: string, more: object = {}) {
  return deliver(petya, conversationId, {
    sessionId,
    accountId: tenant.accountId,
    status: 'completed',
    transcript: [turn('user', 'said', 1_760_000_000)],
    ...more,
  });
}

describe('an erasure', () => {
  it('is ordered with every id of the visitor, and names nobody once it is confirmed', async () => {
    const visitorId = await tenant.makeVisitor();
    const externalId = 'order-1@example.com';
    const id = await tenant.openConversation({ visitorId, externalId: 'order-1' });
    await deliverOf(id, 'session-1', { visitorId });
    await deliverOf('session-2', 'session-2', { visitorId });
    await erase(`visitors/${visitorId}`);
    const orders = await ofTenant();
    expect(orders[0]).toMatchObject({ scope: 'visitor', visitorId });
    expect(orders.flatMap(({ conversationIds }) => conversationIds)).toEqual(
      expect.arrayContaining([id, 'order-1', 'session-2']),
    );
    expect(orders.flatMap(({ sessionIds }) => sessionIds).toSorted()).toEqual([
      'session-1',
      'session-2',
    ]);
    for (const { erasureId } of orders) {
      for (const _again of [1, 2]) {
        const answer = await confirmErasure(petya, erasureId);
        expect([answer.status, answer.body]).toEqual([200, { erasureId }]);
      }
    }
    expect(await ofTenant()).toEqual([]);
    const kept = JSON.stringify([
      await collection('erasures').find({ accountId: tenant.accountId }).toArray(),
      await collection('erasedconversations').find().toArray(),
    ]);
    for (const word of [visitorId, id, 'order-1', 'session-1', 'session-2', externalId]) {
      expect(kept).not.toContain(word);
    }
  });

  it('is listed the oldest first, and behind one that is known', async () => {
    for (const _each of [1, 2, 3]) await erase(`visitors/${await tenant.makeVisitor()}`);
    const ids = (await erasureOrders(petya)).map(({ erasureId }) => erasureId);
    const [first, ...others] = ids;
    const behind = await erasureOrders(petya, `?after=${first}`);
    expect(behind.map(({ erasureId }) => erasureId)).toEqual(others);
    await confirmErasure(petya, first ?? '');
    expect(await erasureOrders(petya, `?after=${first}`)).toHaveLength(others.length);
    expect(await erasureOrders(petya, `?after=${ids.at(-1)}`)).toEqual([]);
  });

  it('is confirmed by nobody but the avatar app, and not where there is none', async () => {
    expectProblem(await confirmErasure(petya, 'unheard-of'), 404, 'not_found');
    for (const [method, path] of [
      ['GET', '/avatar/erasures'],
      ['POST', '/avatar/erasures/some/done'],
    ] as const) {
      expectProblem(await tenant.call(method, path), 401, 'token_invalid');
    }
  });

  it('stands before anything is removed', async () => {
    const visitorId = await tenant.makeVisitor();
    const id = await tenant.openConversation({ visitorId });
    await tenant.post(id, 'hello');
    // As after a crash between the mark and everything else.
    await collection('conversations').updateOne(
      { accountId: tenant.accountId },
      { $set: { removingAt: new Date() }, $unset: { visitorId: 1 } },
    );
    await erase(`visitors/${visitorId}`);
    const named = (await ofTenant()).flatMap(({ conversationIds }) => conversationIds);
    expect(named).toContain(id);
    expect(await collection('messages').countDocuments({ accountId: tenant.accountId })).toBe(0);
  });

  it('of an account is one order', async () => {
    await tenant.openConversation({ visitorId: await tenant.makeVisitor() });
    await petya.admin('DELETE', `/accounts/${tenant.accountId}`);
    expect((await ofTenant()).map(({ scope }) => scope)).toContain('account');
    expectProblem(await deliverOf('late', 'late'), 410, 'erased');
  });
});

describe('sessions that the avatar app names', () => {
  /** Of a visitor of whom their deliveries said nothing. */
  async function name(...sessions: { sessionId: string; conversationId?: string }[]) {
    await erase(`visitors/${await tenant.makeVisitor()}`);
    const [order] = await ofTenant();
    for (const _again of [1, 2]) {
      const answer = await nameErased(petya, order?.erasureId ?? '', sessions);
      expect([answer.status, answer.body]).toEqual([200, { erasureId: order?.erasureId }]);
    }
  }
  const saidIn = async (id: string) =>
    (await tenant.read(id, '?limit=100')).sessions.map(({ sessionId }) => sessionId);

  it('take the conversation with them that one has made', async () => {
    await deliverOf('apart-1', 'apart-1');
    await deliverOf('named-1', 'of-named-1');
    await name({ sessionId: 'apart-1' }, { sessionId: 'of-named-1', conversationId: 'named-1' });
    const { accountId } = tenant;
    expect(await collection('conversations').countDocuments({ accountId })).toBe(0);
    expectProblem(await deliverOf('apart-1', 'apart-1', { version: 2 }), 410, 'erased');
  });

  it('go out of a conversation in which somebody else said something', async () => {
    const id = await tenant.openConversation({});
    await deliverOf(id, 'of-the-visitor');
    await deliverOf(id, 'of-somebody');
    await name({ sessionId: 'of-the-visitor', conversationId: id });
    expect(await saidIn(id)).toEqual(['of-somebody']);
  });

  it('leave the conversation of another visitor, and what they were not said in', async () => {
    const other = await tenant.makeVisitor();
    const id = await tenant.openConversation({ visitorId: other });
    await deliverOf(id, 'strange', { visitorId: other });
    const own = await tenant.openConversation({});
    await deliverOf(own, 'of-the-other');
    await name(
      { sessionId: 'strange', conversationId: id },
      { sessionId: 'unheard-of', conversationId: own },
    );
    expect(await saidIn(id)).toEqual([]);
    expect(await saidIn(own)).toEqual(['of-the-other']);
  });

  it('leave what somebody else said in between, in the conversation that was theirs alone', async () => {
    const id = await tenant.openConversation({});
    await deliverOf(id, 'of-the-visitor');
    const removal = petya.app.get(ConversationRemovalRepository);
    const find = removal.find.bind(removal);
    jest.spyOn(removal, 'find').mockImplementation(async (...asked) => {
      const found = await find(...asked);
      if (found?.id === id) await deliverOf(id, 'of-somebody');
      return found;
    });
    await name({ sessionId: 'of-the-visitor', conversationId: id });
    jest.restoreAllMocks();
    expect(await saidIn(id)).toEqual(['of-somebody']);
  });

  it('are named in no order that is not there', async () => {
    expectProblem(await nameErased(petya, 'unheard-of', []), 404, 'not_found');
  });
});

describe('a delivery that died before its second look', () => {
  it('leaves nothing behind once the erasure is confirmed', async () => {
    const visitorId = await tenant.makeVisitor();
    const id = await tenant.openConversation({ visitorId });
    await deliverOf(id, 'session-1', { visitorId });
    const conversations = collection('conversations');
    const before = await conversations.find({ accountId: tenant.accountId }).toArray();
    await erase(`visitors/${visitorId}`);
    const orders = await ofTenant();
    const [written] = before;
    if (!written) throw new Error('There was a conversation.');
    // What the write of such a delivery leaves: under the visitor, and under the session's own id.
    await conversations.insertOne({ ...written, _id: 'under-the-visitor' as never });
    const apart = { ...written, _id: 'apart' as never, visitorId: null, externalId: 'session-1' };
    await conversations.insertOne(apart);
    for (const { erasureId } of orders) await confirmErasure(petya, erasureId);
    expect(await conversations.countDocuments({ accountId: tenant.accountId })).toBe(0);
  });
});

describe('what is delivered late', () => {
  it.each([
    ['for an erased visitor, into a conversation of nobody', 'somewhere-else', 'new', true],
    ['for an erased visitor, under its own id', 'new', 'new', true],
    ['of a session that was erased', 'somewhere-else', 'session-1', false],
  ])('%s is refused', async (_what, conversationId, sessionId, namesVisitor) => {
    const visitorId = await tenant.makeVisitor();
    const id = await tenant.openConversation({ visitorId });
    await deliverOf(id, 'session-1', { visitorId });
    await erase(`visitors/${visitorId}`);
    const more = namesVisitor ? { visitorId } : {};
    for (const _again of [1, 2]) {
      expectProblem(await deliverOf(conversationId, sessionId, more), 410, 'erased');
    }
    const { accountId } = tenant;
    expect(await collection('conversations').countDocuments({ accountId })).toBe(0);
  });

  it('is taken where a conversation began anew under the same externalId', async () => {
    const visitorId = await tenant.makeVisitor();
    await tenant.openConversation({ visitorId, externalId: 'order-7' });
    await erase(`visitors/${visitorId}`);
    expectProblem(await deliverOf('order-7', 'late'), 410, 'erased');
    await tenant.openConversation({ externalId: 'order-7' });
    expect((await deliverOf('order-7', 'anew')).status).toBe(200);
  });

  it('is refused by a mark of a release that wrote them in clear', async () => {
    const _id = `${tenant.accountId}/order-8` as never;
    await collection('erasedconversations').insertOne({ _id, erasedAt: new Date() });
    expectProblem(await deliverOf('order-8', 'late'), 410, 'erased');
  });

  it('is taken back where the erasure came while it was being written', async () => {
    const visitorId = await tenant.makeVisitor();
    const deliveries = petya.app.get(DeliveryService);
    const write = deliveries.deliver.bind(deliveries);
    jest.spyOn(deliveries, 'deliver').mockImplementationOnce(async (...delivery) => {
      await erase(`visitors/${visitorId}`);
      return write(...delivery);
    });
    expectProblem(await deliverOf('of-nobody-else', 'late', { visitorId }), 410, 'erased');
    const { accountId } = tenant;
    expect(await collection('conversations').countDocuments({ accountId })).toBe(0);
  });

  it('at the same instant as the erasure leaves nothing behind', async () => {
    for (let round = 0; round < 10; round += 1) {
      const visitorId = await tenant.makeVisitor();
      const deliveries = Array.from({ length: 6 }, (_unused, index) =>
        deliverOf(`own-${round}-${index}`, `s-${round}-${index}`, { visitorId }),
      );
      await Promise.all([erase(`visitors/${visitorId}`), ...deliveries]);
      // Whoever was not told tries again.
      for (let index = 0; index < 6; index += 1) {
        const again = await deliverOf(`own-${round}-${index}`, `s-${round}-${index}`, {
          visitorId,
        });
        expectProblem(again, 410, 'erased');
      }
      const { accountId } = tenant;
      expect(await collection('conversations').countDocuments({ accountId })).toBe(0);
    }
  });

  it('takes what a visitor said out of a conversation of nobody', async () => {
    const id = await tenant.openConversation({});
    const visitorId = await tenant.makeVisitor();
    await deliverOf(id, 'of-the-visitor', { visitorId });
    await deliverOf(id, 'of-nobody');
    await erase(`visitors/${visitorId}`);
    const { transcript, sessions } = await tenant.read(id, '?limit=100');
    expect(sessions.map(({ sessionId }) => sessionId)).toEqual(['of-nobody']);
    expect(transcript.map(({ sessionId }) => sessionId)).toEqual(['of-nobody']);
  });
});

describe('the export of a visitor', () => {
  it.each([
    ['an ObjectId', (id: string) => new mongo.ObjectId(id)],
    ['text that looks like one', (id: string) => id],
  ])('finds one of before whose id is stored as %s', async (_form, stored) => {
    const visitorId = new mongo.ObjectId().toHexString();
    const at = new Date();
    const record = { _id: stored(visitorId), accountId: tenant.accountId, name: 'Ada' };
    await petya.connection
      .collection('visitors')
      .insertOne({ ...record, createdAt: at, lastSeenAt: at } as object);
    const path = `/accounts/${tenant.accountId}/visitors/${visitorId}/export`;
    const answer = await petya.admin('GET', path);
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({ visitorId, name: 'Ada' }),
    ]);
  });

  it('holds everything that is known, page by page', async () => {
    const details = { name: 'Ada', email: 'ada@example.com', locale: 'en', userAgent: 'Mozilla' };
    const visitorId = await tenant.makeVisitor(details);
    const said: string[] = [];
    for (const externalId of ['one', 'two', 'three']) {
      const id = await tenant.openConversation({ visitorId, externalId });
      for (let index = 0; index < 5; index += 1) {
        const content = `${externalId} wrote ${index}`;
        await tenant.post(id, content);
        said.push(content);
      }
      const transcript = [turn('user', `${externalId} said`, 1_760_000_000)];
      await deliverOf(id, `session-${externalId}`, { transcript });
      said.push(`${externalId} said`);
    }
    const found: string[] = [];
    const sessions = new Set<string>();
    let cursor: string | null = '';
    let pages = 0;
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const path = `/accounts/${tenant.accountId}/visitors/${visitorId}/export?limit=4${query}`;
      const answer = await petya.admin<VisitorExportDto>('GET', path);
      expect([answer.status, answer.body]).toEqual([200, expect.objectContaining(details)]);
      for (const page of answer.body.conversations) {
        found.push(...page.messages.map(({ content }) => content));
        found.push(...page.transcript.map(({ transcript }) => transcript));
        for (const { sessionId } of page.sessions) sessions.add(sessionId);
      }
      cursor = answer.body.nextCursor;
      pages += 1;
      expect(pages).toBeLessThan(20);
    }
    expect(found.toSorted()).toEqual(said.toSorted());
    expect([...sessions].toSorted()).toEqual(['session-one', 'session-three', 'session-two']);
  });

  it('goes by when conversations were opened, and holds what was said in those of others', async () => {
    const [visitorId, other] = [await tenant.makeVisitor(), await tenant.makeVisitor()];
    const opened: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      opened.push(await tenant.openConversation({ visitorId, externalId: `visit-${index}` }));
    }
    const nobodys = await tenant.openConversation({});
    await tenant.post(nobodys, 'somebody wrote');
    await deliverOf(nobodys, 'mine', {
      visitorId,
      transcript: [turn('user', 'I said', 1_760_000_001)],
    });
    await deliverOf(nobodys, 'theirs', {
      visitorId: other,
      transcript: [turn('user', 'they said', 1_760_000_000)],
    });
    const path = `/accounts/${tenant.accountId}/visitors/${visitorId}/export`;
    const { conversations } = (await petya.admin<VisitorExportDto>('GET', path)).body;
    expect(conversations.map(({ conversationId }) => conversationId)).toEqual([...opened, nobodys]);
    const last = JSON.stringify(conversations.at(-1));
    expect(last).toContain('I said');
    for (const word of ['somebody wrote', 'they said', 'theirs', other]) {
      expect(last).not.toContain(word);
    }
  });

  it('goes on behind a conversation that was erased meanwhile', async () => {
    const visitorId = await tenant.makeVisitor();
    const ids = [
      await tenant.openConversation({ visitorId }),
      await tenant.openConversation({ visitorId }),
    ];
    for (const id of ids) for (const _each of [1, 2]) await tenant.post(id, `in ${id}`);
    const path = `/accounts/${tenant.accountId}/visitors/${visitorId}/export?limit=1`;
    const first = await petya.admin<VisitorExportDto>('GET', path);
    await erase(`conversations/${first.body.conversations[0]?.conversationId}`);
    const next = await petya.admin<VisitorExportDto>(
      'GET',
      `${path}&cursor=${first.body.nextCursor}`,
    );
    expect(next.body.conversations.map(({ conversationId }) => conversationId)).toEqual([ids[1]]);
  });

  it('is of the account’s own visitors only, and of none that is erased', async () => {
    const stranger = await makeTenant(petya);
    const visitorId = await stranger.makeVisitor();
    const path = `/accounts/${tenant.accountId}/visitors/${visitorId}/export`;
    expectProblem(await petya.admin('GET', path), 404, 'not_found');
    const own = await tenant.makeVisitor();
    await erase(`visitors/${own}`);
    const ownPath = `/accounts/${tenant.accountId}/visitors/${own}/export`;
    expectProblem(await petya.admin('GET', ownPath), 404, 'not_found');
    const headers = { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` };
    const answer = await petya.call('GET', `/admin${ownPath}`, { headers });
    expect(answer.status).toBe(401);
  });
});
