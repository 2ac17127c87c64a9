import { expect } from '@jest/globals';
import { SessionStore } from '../../../apps/ilianaai-avatar/src/sessions/store/session-store.service.js';
import { userHash } from '../../../apps/petya-avatar-api/src/api-keys/user-hash.js';
import { RetentionService } from '../../../apps/petya-avatar-api/src/erasure/retention/retention.service.js';
import { type Headers, startedVisit, visit } from '../../ilianaai-avatar/visit.js';
import type { World } from '../../ilianaai-avatar/world.js';
import {
  confirmErasure,
  deliver,
  erasureOrders,
  makeTenant,
  type Tenant,
  turn,
} from '../../petya-avatar-api/tenant.js';
import type { RunningAvatar } from '../../support/avatar-app.js';
import { PETYA_SERVICE_TOKEN, type RunningPetya } from '../../support/petya-app.js';
import { until } from '../../support/until.js';

export const OPERATOR = 'an-operator-of-this-run';

/** A session from its token to its delivery, one that nobody starts, and what an operator does. */
export async function liveAtAvatar(world: World, app: RunningAvatar): Promise<void> {
  // What a test looks up is asked by a connection that nobody listens to.
  const avatar = { ...app, connection: world.avatar.connection };
  const operator = { authorization: `Bearer ${OPERATOR}` };
  const shop = await world.customer();
  const conversation_id = await shop.openConversation();
  const key = { 'idempotency-key': 'once' };
  const talk = await startedVisit(avatar, shop, { conversation_id }, key);
  const again = await visit(avatar, shop, { conversation_id }, key);
  expect(again.sessionId).toBe(talk.sessionId);
  await Promise.all(
    ['a', 'b', 'c', 'b'].map((text, id) => talk.say(text, { message_id: `m${id}` })),
  );
  await talk.say('a', { message_id: 'm0' });
  await world.vendor.say(talk.sessionId, 'avatar', 'What the vendor heard.');
  await talk.keepAlive({ next_within_s: 60 });
  await talk.lines();
  await talk.leave();
  const byKey = { session_id: talk.sessionId };
  const headers = { 'x-api-key': await shop.secretKey() };
  await avatar.call('POST', '/v1/sessions/keep-alive', { headers, json: byKey });
  const ask = (path: string) => avatar.call('GET', `/api/v1/admin/${path}`, { headers: operator });
  const other = await startedVisit(avatar, shop);
  for (const list of ['sessions?limit=1', `sessions?limit=1&accountId=${shop.accountId}`]) {
    const { body } = await ask(list);
    await ask(`${list}&cursor=${String(body['nextCursor'])}`);
  }
  await ask(`life?id=${'7'.repeat(32)}`);
  await avatar.call('POST', '/v1/sessions/stop', { headers, json: byKey });
  await talk.untilState('delivered');
  await other.stop();
  await other.untilState('delivered');
  await ask(`usage?accountId=${shop.accountId}`);
  await reconcile(avatar, operator);
  await steer(avatar, shop, operator);
  const store = avatar.app.get(SessionStore, { strict: false });
  await store.findById('nobody');
  await store.listByVendorIds([talk.sessionId]);
  await store.makeDeliveriesDue(new Date());
  const path = `/accounts/${shop.accountId}/conversations/${conversation_id}`;
  await world.petya.admin('DELETE', path);
  await until('the session is erased', () =>
    world.avatar.connection
      .collection('sessions')
      .findOne({ accountId: shop.accountId, state: 'erased', dueAt: null }),
  );
}

/** Many are ended at once, of an account and of all, and the opening is paused for a moment. */
async function steer(avatar: RunningAvatar, shop: Tenant, headers: Headers): Promise<void> {
  const { accountId } = shop;
  for (const scope of [{ accountId }, { all: true }]) {
    const talks = [await startedVisit(avatar, shop), await startedVisit(avatar, shop)];
    const json = { ...scope, expected: talks.length };
    const { status } = await avatar.call('POST', '/api/v1/admin/stops', { headers, json });
    expect(status).toBe(200);
    for (const talk of talks) await talk.untilState('delivered');
  }
  for (const paused of [true, false]) {
    await avatar.call('PUT', '/api/v1/admin/opening', { headers, json: { paused } });
    await avatar.call('GET', '/api/v1/admin/opening', { headers });
  }
}

/** Days are compared, by themselves and on an operator's wish, once well and once not. */
async function reconcile(avatar: RunningAvatar, headers: Record<string, string>): Promise<void> {
  const path = '/api/v1/admin/reconciliations';
  const day = new Date().toISOString().slice(0, 10);
  await until('today is compared', async () => {
    return (await avatar.call('GET', `${path}/${day}`, { headers })).status === 200;
  });
  const made = await avatar.call('POST', `${path}/${day}`, { headers });
  expect([200, 202]).toContain(made.status);
  for (const each of [path, '/api/v1/admin/overview']) await avatar.call('GET', each, { headers });
}

/** Every call and job of Petya. */
export async function liveAtPetya(petya: RunningPetya): Promise<void> {
  const tenant = await makeTenant(petya, { retentionDays: 30 });
  const { accountId } = tenant;
  const visitorId = await tenant.makeVisitor();
  await tenant.makeVisitor({ visitorId });
  const id = await tenant.openConversation({ externalId: 'named', visitorId });
  await tenant.openConversation({ externalId: 'named', visitorId });
  for (const to of [id, id, 'named']) await tenant.post(to, 'hello', { clientMessageId: 'm' });
  const transcript = [turn('user', 'a', 1_760_000_000)];
  const delivery = { sessionId: 's', accountId, status: 'active', transcript };
  await deliver(petya, id, delivery);
  await deliver(petya, id, { ...delivery, accountId: undefined, version: 2 });
  await deliver(petya, 'unheard-of', { ...delivery, status: 'completed' });
  const { nextCursor } = await tenant.read(id, '?limit=1');
  await tenant.read(id, `?limit=1&cursor=${nextCursor}`);
  await tenant.read('named');
  const status = { status: 'completed' };
  await tenant.call('PATCH', `/conversations/userConversation/${id}/status`, status);
  await proveAtPetya(petya, tenant, delivery);
  const cost = { startedAt: 1_760_000_000, billedSeconds: 61, credits: 4 };
  await deliver(petya, id, { ...delivery, status: 'completed', version: 3, ...cost });
  const path = `/accounts/${accountId}`;
  await petya.admin('GET', `${path}/usage`);
  const page = await petya.admin('GET', '/accounts?limit=1');
  await petya.admin('GET', `/accounts?limit=1&cursor=${String(page.body['nextCursor'])}`);
  await petya.admin('PATCH', path, { language: 'de' });
  await petya.admin('GET', `${path}/keys`);
  await petya.admin('DELETE', `${path}/keys/${tenant.keyId}`);
  await petya.admin('GET', `${path}/visitors/${visitorId}/export`);
  for (const list of ['visitors', 'conversations']) {
    const { body } = await petya.admin('GET', `${path}/${list}?limit=1`);
    await petya.admin('GET', `${path}/${list}?limit=1&cursor=${String(body['nextCursor'])}`);
  }
  await petya.admin('DELETE', `${path}/conversations/unheard-of`);
  await petya.admin('DELETE', `${path}/visitors/${visitorId}`);
  const [order] = await erasureOrders(petya);
  await erasureOrders(petya, `?after=${order?.erasureId}`);
  await confirmErasure(petya, order?.erasureId ?? '');
  await petya.app.get(RetentionService).sweep(new Date());
  await petya.admin('DELETE', `${path}?force=true`);
}

/** What is asked about visitors who show proof, and about people who are logged in. */
async function proveAtPetya(petya: RunningPetya, tenant: Tenant, delivery: object): Promise<void> {
  const { visitorId, visitorToken, proof } = await tenant.proveVisitor();
  const user = { userId: 'ada', userHash: userHash('ada', await tenant.secretKey()) };
  for (const externalId of ['proved', 'proved', 'unheard-of']) {
    const path = '/conversations/userConversation/init';
    await tenant.call('POST', '/visitors/init', user);
    await tenant.call('POST', path, { externalId }, proof);
  }
  await deliver(petya, 'proved', { ...delivery, sessionId: 'stranger' });
  const { accountId } = tenant;
  const headers = { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` };
  for (const conversationId of ['proved', 'nothing']) {
    const json = { accountId, visitorId, conversationId, visitorToken };
    await petya.call('POST', '/avatar/access', { headers, json });
  }
}
