import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { RetentionService } from '../../apps/petya-avatar-api/src/erasure/retention/retention.service.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { erasureOrders } from '../petya-avatar-api/tenant.js';
import {
  type ErasableVisitor,
  findWords,
  leftInLog,
  makeErasableVisitor,
  untilGone,
} from '../support/erasable-visitor.js';
import { startPetyaDouble } from '../support/petya-double.js';
import type { RunningAvatar } from '../support/avatar-app.js';
import { until } from '../support/until.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { askToken, startedVisit, visit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;
let ada: ErasableVisitor;
const logged: string[] = [];
const write = process.stdout.write.bind(process.stdout);

beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    logged.push(Buffer.from(chunk).toString());
    return write(chunk);
  });
  world = await startWorld({ environment: { ERASURE_POLL_SECONDS: '0.1' } });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await world.stop();
});
beforeEach(async () => {
  shop = await world.customer();
  ada = await makeErasableVisitor({
    petyaUrl: world.petya.baseUrl,
    avatarUrl: world.avatar.baseUrl,
    key: shop.key,
    vendor: world.vendor,
  });
});
afterEach(async () => {
  for (const other of others.splice(0)) await other.stop();
  world.double.heal();
  await world.vendor.clearFaults();
});

/** Further replicas, which end with their test. */
const others: RunningAvatar[] = [];

async function started(options?: Parameters<World['another']>[0]): Promise<RunningAvatar> {
  const other = await world.another(options);
  others.push(other);
  return other;
}

const sessionsOf = () => world.avatar.connection.collection('sessions');
const turnsOf = () => world.avatar.connection.collection('turns');
const recordOf = (vendorSessionId: string) => sessionsOf().findOne({ vendorSessionId });

function erase(visitorId = ada.visitorId) {
  return world.petya.admin('DELETE', `/accounts/${shop.accountId}/visitors/${visitorId}`);
}

async function untilDelivered(...sessionIds: string[]): Promise<void> {
  for (const vendorSessionId of sessionIds) {
    await until('it is delivered', () =>
      sessionsOf().findOne({ vendorSessionId, state: 'delivered' }),
    );
  }
}

async function untilErased(...sessionIds: string[]): Promise<void> {
  for (const vendorSessionId of sessionIds) {
    await until('it is erased', () => sessionsOf().findOne({ vendorSessionId, state: 'erased' }));
  }
}

const untilConfirmed = () =>
  until('all is confirmed', async () => (await erasureOrders(world.petya)).length === 0);

/** Where what is left of whoever was erased. */
async function leftOf(visitor: ErasableVisitor): Promise<string[]> {
  const databases = {
    petya: world.petya.connection.getClient().db(world.petya.connection.name),
    avatar: world.avatar.connection.getClient().db(world.avatar.connection.name),
  };
  return [
    ...(await findWords(visitor.canaries, databases, world.vendor)),
    ...leftInLog(visitor, logged.join('')),
  ];
}

describe('an erased visitor', () => {
  it('is found nowhere: not running, finished, undelivered, or without a conversation', async () => {
    const { visitorId: visitor_id, conversationId: conversation_id, externalId } = ada;
    const finished = await ada.talk({ visitor_id, conversation_id });
    await ada.end(finished);
    const alone = await ada.talk({ visitor_id });
    await ada.end(alone);
    await untilDelivered(finished.session_id, alone.session_id);
    const undelivered = await ada.talk({ visitor_id, conversation_id: externalId });
    world.double.fault('status', { kind: 'answer', status: 503 }, Infinity);
    await ada.end(undelivered);
    const running = await ada.talk({ visitor_id, conversation_id });
    expect((await erase()).status).toBe(200);
    world.double.heal();
    await untilErased(...ada.sessions.map(({ session_id }) => session_id));
    await untilConfirmed();
    await untilGone(() => leftOf(ada), 5_000);
    const record = await recordOf(running.session_id);
    expect(record).toMatchObject({
      accountId: shop.accountId,
      state: 'erased',
      visitorId: null,
      conversationId: null,
      opener: null,
      endReason: 'operator',
      startedAt: expect.any(Date),
      endedAt: expect.any(Date),
    });
    const { requests } = await world.vendor.ledger('?route=events');
    const asked = requests.map(({ sessionId }) => sessionId);
    for (const { session_id } of ada.sessions) expect(asked).toContain(session_id);
  });

  it('is found in what a release delivered that said nothing of visitors', async () => {
    const { visitorId: visitor_id } = ada;
    const alone = await ada.talk({ visitor_id });
    const named = await ada.talk({ visitor_id, conversation_id: 'named-by-the-page' });
    for (const talk of [alone, named]) await ada.end(talk);
    await untilDelivered(alone.session_id, named.session_id);
    const conversations = world.petya.connection.collection('conversations');
    const own = { accountId: shop.accountId, externalId: { $ne: ada.externalId } };
    const forgotten = { visitorId: 1, 'sessions.$[].visitorId': 1 } as const;
    await conversations.updateMany({ ...own, sessions: { $exists: true } }, { $unset: forgotten });
    expect((await erase()).status).toBe(200);
    await untilErased(alone.session_id, named.session_id);
    await untilConfirmed();
    await untilGone(() => leftOf(ada), 5_000);
  });

  it('reads, says and gets nothing more in any session', async () => {
    const { visitorId: visitor_id, conversationId: conversation_id } = ada;
    const first = { 'idempotency-key': 'the-first-of-the-erased' };
    const talk = await startedVisit(world.avatar, shop, { visitor_id, conversation_id }, first);
    const unstarted = await visit(world.avatar, shop, { conversation_id });
    await erase();
    await until('it is marked', async () => (await recordOf(talk.sessionId))?.['erasedAt']);
    await until('it is marked', async () => (await recordOf(unstarted.sessionId))?.['erasedAt']);
    expectProblem(await talk.say('too late'), 410, 'session_ended');
    expectProblem(await unstarted.start(), 410, 'session_ended');
    const headers = { authorization: `Bearer ${talk.token}` };
    for (const path of [talk.sessionId, `${talk.sessionId}/transcript`]) {
      const answer = await world.avatar.call('GET', `/v1/sessions/${path}`, { headers });
      expectProblem(answer, 410, 'session_ended');
    }
    const again = await askToken(world.avatar, shop, { visitor_id, conversation_id }, first);
    expectProblem(again, 404, 'not_found');
  });

  it('leaves no turn of a writer that was late', async () => {
    const { visitorId: visitor_id } = ada;
    const talk = await ada.talk({ visitor_id });
    const record = await recordOf(talk.session_id);
    const late = (key: string) => ({
      accountId: shop.accountId,
      sessionId: String(record?._id),
      source: 'client',
      key,
      role: 'user',
      text: `late ${ada.canaries[0]}`,
      at: new Date(),
      position: 1,
    });
    // The vendor, which is asked behind the first deletion, keeps the session from its end.
    await world.vendor.fault({ route: 'events', kind: 'status', status: 500, times: 1_000 });
    await erase();
    await until('the turns are deleted', async () => {
      const erasure = (await recordOf(talk.session_id))?.['erasure'];
      return erasure?.failures > 0;
    });
    await turnsOf().insertOne(late('between the deletions'));
    await world.vendor.clearFaults();
    await untilErased(talk.session_id);
    expect(await turnsOf().countDocuments({ sessionId: String(record?._id) })).toBe(0);
    await turnsOf().insertOne(late('after them'));
    await until('the last look', async () => (await recordOf(talk.session_id))?.['purgedAt']);
    expect(await turnsOf().countDocuments({ sessionId: String(record?._id) })).toBe(0);
    expect((await recordOf(talk.session_id))?.['dueAt']).toBeNull();
  });

  it('is asked for at the vendor until the vendor has forgotten, while others are erased', async () => {
    await world.vendor.fault({ route: 'events', kind: 'status', status: 500, times: 4 });
    const talk = await ada.talk({ visitor_id: ada.visitorId });
    await ada.end(talk);
    await erase();
    await untilErased(talk.session_id);
    await untilConfirmed();
    const { requests } = await world.vendor.ledger(`?route=events&session=${talk.session_id}`);
    expect(requests.length).toBeGreaterThan(4);
  });

  it('is not confirmed before everything of it is gone', async () => {
    await world.vendor.fault({ route: 'events', kind: 'status', status: 500, times: 1_000 });
    const talk = await ada.talk({ visitor_id: ada.visitorId });
    await erase();
    await until('the vendor was asked', async () => {
      const erasure = (await recordOf(talk.session_id))?.['erasure'];
      return erasure?.failures > 1;
    });
    const open = await erasureOrders(world.petya);
    expect(open.map(({ visitorId }) => visitorId)).toContain(ada.visitorId);
    await world.vendor.clearFaults();
    await untilConfirmed();
  });

  it('is erased as well where nothing of it was delivered and Petya keeps the visitor no more', async () => {
    const { visitorId: visitor_id } = ada;
    const other = await shop.makeVisitor();
    const mine = await visit(world.avatar, shop, { visitor_id });
    const theirs = await visit(world.avatar, shop, { visitor_id: other });
    const ofMine = { accountId: shop.accountId, visitorId: visitor_id };
    await world.petya.admin('PATCH', `/accounts/${shop.accountId}`, { retentionDays: 30 });
    const lastSeenAt = new Date(Date.now() - 40 * 86_400_000);
    const petyas = world.petya.connection;
    await petyas.collection('conversations').deleteMany(ofMine);
    await petyas
      .collection<{ _id: string }>('visitors')
      .updateOne({ _id: visitor_id }, { $set: { lastSeenAt } });
    const createdAt = new Date(Date.now() - 120_000);
    await sessionsOf().updateMany(ofMine, { $set: { createdAt } });
    await world.petya.app.get(RetentionService).sweep();
    await untilErased(mine.sessionId);
    await untilConfirmed();
    expect(await sessionsOf().countDocuments(ofMine)).toBe(0);
    expect(await recordOf(theirs.sessionId)).toMatchObject({ erasedAt: null, visitorId: other });
  });

  it('takes nobody else with it', async () => {
    const other = await shop.makeVisitor();
    const talk = await startedVisit(world.avatar, shop, { visitor_id: other });
    await talk.say('I stay');
    await ada.talk({ visitor_id: ada.visitorId });
    await erase();
    await untilConfirmed();
    expect(await talk.lines()).toEqual(['avatar: I stay']);
    await talk.stop();
    await untilDelivered(talk.sessionId);
  });
});

describe('a delivery that Petya answers with 410', () => {
  it('erases its session, running or ended', async () => {
    const body = { type: 'urn:problem:erased' };
    world.double.fault('status', { kind: 'answer', status: 410, body }, Infinity);
    const talk = await startedVisit(world.avatar, shop, { visitor_id: ada.visitorId });
    await untilErased(talk.sessionId);
    expect(await turnsOf().countDocuments({ accountId: shop.accountId })).toBe(0);
  });

  it('is refused for good when it says nothing of an erasure', async () => {
    world.double.fault('status', { kind: 'answer', status: 410, body: {} }, 2);
    const talk = await ada.talk({ visitor_id: ada.visitorId });
    await ada.end(talk);
    await untilDelivered(talk.session_id);
  });
});

describe('an erased conversation, an erased account', () => {
  it('ends what runs in it, by either of its ids, and leaves what begins anew under one', async () => {
    const { conversationId, externalId, visitorId } = ada;
    const own = await startedVisit(world.avatar, shop, { conversation_id: conversationId });
    const external = await startedVisit(world.avatar, shop, { conversation_id: externalId });
    const path = `/accounts/${shop.accountId}/conversations/${externalId}`;
    const answer = await world.petya.admin('DELETE', path);
    expect([answer.status, answer.body]).toEqual([
      200,
      { visitors: 0, conversations: 1, messages: 1 },
    ]);
    await untilErased(own.sessionId, external.sessionId);
    await untilConfirmed();
    expect((await world.petya.admin('DELETE', path)).status).toBe(404);
    expect(await shop.call('POST', '/visitors/init', { visitorId })).toMatchObject({ status: 200 });
    await shop.openConversation({ externalId });
    const anew = await startedVisit(world.avatar, shop, { conversation_id: externalId });
    await anew.stop();
    await untilDelivered(anew.sessionId);
  });

  it('of an account takes every session, page by page', async () => {
    const talks = [await ada.talk({}), await ada.talk({ visitor_id: ada.visitorId })];
    const answer = await world.petya.admin('DELETE', `/accounts/${shop.accountId}?force=true`);
    expect(answer.status).toBe(204);
    await untilErased(...talks.map(({ session_id }) => session_id));
    await untilConfirmed();
    await untilGone(() => leftOf(ada), 5_000);
  });
});

describe('a Petya that has no erasures', () => {
  it('is asked once and not again soon', async () => {
    const older = await startPetyaDouble(world.petya.baseUrl);
    older.fault('erasures', { kind: 'answer', status: 404 }, Infinity);
    const other = await started({ petyaUrl: older.url });
    const talk = await startedVisit(other, shop, {});
    await until('it was asked', async () => older.callsTo('erasures').length > 0);
    await talk.stop();
    await until('it is delivered', () =>
      other.connection.collection('sessions').findOne({ state: 'delivered' }),
    );
    expect(older.callsTo('erasures')).toHaveLength(1);
    await older.close();
  });
});

describe('turns that Petya has had for long enough', () => {
  it('go, and the record stays', async () => {
    const environment = { TURN_RETENTION_DAYS: '0.00001' };
    const brief = await started({ environment });
    const talk = await startedVisit(brief, shop, { conversation_id: ada.conversationId });
    await talk.say('for a while');
    await talk.stop();
    const vendorSessionId = talk.sessionId;
    const own = brief.connection.collection('sessions');
    await until('it is purged', () => own.findOne({ vendorSessionId, purgedAt: { $ne: null } }));
    expect(await brief.connection.collection('turns').countDocuments()).toBe(0);
    expect(await own.findOne({ vendorSessionId })).toMatchObject({
      state: 'delivered',
      dueAt: null,
      conversationId: null,
      origin: null,
      opener: null,
    });
    const { transcript } = await shop.read(ada.conversationId, '?limit=100');
    expect(transcript.map((said) => said.transcript)).toContain('for a while');
  });

  it('are followed by whose sessions were never started', async () => {
    const environment = { TURN_RETENTION_DAYS: '0.00001', NO_SHOW_SECONDS: '1' };
    const brief = await started({ environment });
    const { visitorId: visitor_id, conversationId: conversation_id } = ada;
    await askToken(brief, shop, { visitor_id, conversation_id });
    const own = brief.connection.collection('sessions');
    const blank = { visitorId: null, conversationId: null, origin: null, opener: null };
    await until('it names nobody', () => own.findOne({ state: 'failed', ...blank }));
  });

  it('stay as long as Petya has not confirmed them', async () => {
    world.double.fault('status', { kind: 'answer', status: 503 }, Infinity);
    const brief = await started({ environment: { TURN_RETENTION_DAYS: '0' } });
    const talk = await startedVisit(brief, shop, {});
    await talk.say('not yet');
    await talk.stop();
    const own = brief.connection.collection('sessions');
    const waiting = { vendorSessionId: talk.sessionId, 'delivery.attempts': { $gt: 2 } };
    await until('it was tried', () => own.findOne(waiting));
    expect(await brief.connection.collection('turns').countDocuments()).toBe(1);
    world.double.heal();
    await until('it is purged', () => own.findOne({ purgedAt: { $ne: null } }));
  });

  it('go too where they were delivered by a release that kept them', async () => {
    const { insertedId } = await sessionsOf().insertOne({
      accountId: shop.accountId,
      state: 'delivered',
      dueAt: null,
      createdAt: new Date(0),
      origin: 'https://shop.test',
      delivery: { deliveredAt: new Date(0), version: 1, deliveredVersion: 1 },
    });
    const purgedAt = new Date(1);
    const purged = await sessionsOf().insertOne({
      accountId: shop.accountId,
      state: 'delivered',
      rev: 4,
      purgedAt,
      origin: 'https://shop.test',
      opener: 'digest',
      idempotencyKey: 'key-of-before',
      slot: null,
    });
    const never = { accountId: shop.accountId, state: 'failed', dueAt: null, slot: null };
    const noShow = await sessionsOf().insertOne({ ...never, createdAt: new Date(0) });
    const environment = { ERASURE_POLL_SECONDS: '0.1' };
    await started({ database: world.database, environment });
    await until('it has a time to go', async () => {
      const record = await sessionsOf().findOne({ _id: insertedId });
      return record?.['dueAt'] instanceof Date;
    });
    await until('so has what was never started', async () => {
      const record = await sessionsOf().findOne({ _id: noShow.insertedId });
      return record?.['dueAt'] instanceof Date;
    });
    const blank = { rev: 5, purgedAt, origin: null, opener: null, idempotencyKey: null };
    await until('what was purged names nobody, and stays purged', () =>
      sessionsOf().findOne({ _id: purged.insertedId, ...blank }),
    );
    const ids = [insertedId, noShow.insertedId, purged.insertedId];
    await sessionsOf().deleteMany({ _id: { $in: ids } });
  });
});
