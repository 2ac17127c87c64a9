import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConversationPageDto, ConversationRefDto, VisitorRefDto } from '#contracts';
import { userHash } from '../../apps/petya-avatar-api/src/api-keys/user-hash.js';
import {
  signVisitorToken,
  visitorTokenKey,
} from '../../apps/petya-avatar-api/src/auth/visitor-token.js';
import { askToken, type Headers, startedVisit, visit } from '../ilianaai-avatar/visit.js';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { expectProblem } from '../support/expect-problem.js';
import { expectStatus } from '../support/expect-status.js';
import type { Answer } from '../support/json-client.js';
import { PETYA_PEPPER } from '../support/petya-app.js';

/**
 * What other teams' widgets, servers and apps do, as people who embed chat widgets report it. All
 * of them come from one address here, but for those that a proxy names.
 */
let world: World;
let shop: Tenant;
let secret: Headers;

beforeAll(async () => {
  world = await startWorld({
    environment: { TRUSTED_PROXIES: '127.0.0.1', UNSTARTED_PER_ADDRESS: '2' },
  });
});
beforeEach(async () => {
  shop = await world.customer();
  secret = { authorization: `Bearer ${await shop.secretKey()}` };
});
afterAll(() => world.stop());

const CONVERSATION = '/conversations/userConversation';

const init = (json: object = {}, headers: Headers = {}) =>
  shop.call<VisitorRefDto>('POST', '/visitors/init', json, headers);
const open = (json: object = {}, headers: Headers = {}) =>
  shop.call<ConversationRefDto>('POST', `${CONVERSATION}/init`, json, headers);
const read = (id: string, headers: Headers = {}, query = '') =>
  shop.call<ConversationPageDto>('GET', `${CONVERSATION}/${id}${query}`, undefined, headers);
const post = (conversationId: string, content: string, headers: Headers = {}) =>
  shop.call(
    'POST',
    '/messages/userMessages/init',
    { conversationId, isFromUser: true, content },
    headers,
  );
const proofOf = ({ body }: Answer<VisitorRefDto>) => ({
  'x-visitor-token': body.visitorToken ?? '',
});
const signed = async (userId: string) => ({
  userId,
  userHash: userHash(userId, await shop.secretKey()),
});

/** The vendor's SDKs are answered in its media type. */
function expectRefused(answer: Answer<unknown>, status: number, problem: string) {
  const mediaType = answer.headers.get('content-type') ?? '';
  expect(mediaType).toMatch(/^application\/(problem\+)?json$/);
  expectProblem(answer, status, problem, { mediaType });
}

/** A refusal that whoever reads it can act on. */
function expectAdvice(answer: Answer<unknown>, status: number, problem: string, says: RegExp) {
  expectRefused(answer, status, problem);
  expect((answer.body as { message: string }).message).toMatch(says);
}

/** Somebody begins anew: nothing that is left from before gets in the way. */
async function expectBeginsAnew(headers: Headers = {}): Promise<void> {
  const visitor = await init({}, headers);
  expect(visitor.status).toBe(201);
  const proof = proofOf(visitor);
  const { status, body } = await open({}, proof);
  expect(status).toBe(201);
  const { conversationId } = body;
  expect((await post(conversationId, 'Hello?', proof)).status).toBe(201);
  expect((await read(conversationId, proof)).status).toBe(200);
  const names = { visitor_id: visitor.body.visitorId, conversation_id: conversationId };
  await (await startedVisit(world.avatar, shop, names, proof)).stop();
}

describe('a browser', () => {
  it('renews a visitor’s token in two tabs at once, and no tab is shut out', async () => {
    const { visitorId } = await shop.proveVisitor();
    const claims = { accountId: shop.accountId, visitorId };
    const then = new Date(Date.now() - 70 * 86_400_000);
    const old = await signVisitorToken(claims, visitorTokenKey(PETYA_PEPPER), then, 180);
    const tabs = await Promise.all(
      Array.from({ length: 6 }, () => open({ externalId: 'order-1' }, { 'x-visitor-token': old })),
    );
    expect(tabs.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 201]);
    const { conversationId } = tabs[0]?.body ?? { conversationId: '' };
    for (const token of [old, ...tabs.map(({ headers }) => headers.get('x-visitor-token') ?? '')]) {
      expect((await read(conversationId, { 'x-visitor-token': token })).status).toBe(200);
    }
  });

  it('that lost its storage is told so, and begins anew', async () => {
    const { visitorId, proof } = await shop.proveVisitor();
    const { body } = await open({ externalId: 'order-1' }, proof);
    // What the page itself still knows.
    expectAdvice(await init({ visitorId }), 401, 'visitor_token_needed', /without a visitorId/);
    const anew = proofOf(await init());
    const taken = await open({ externalId: 'order-1' }, anew);
    expectAdvice(taken, 409, 'conversation_taken', /without it, .*userId and userHash/);
    expectRefused(await read(body.conversationId, anew), 404, 'not_found');
    await expectBeginsAnew();
  });

  it('shows the same person in the partitions of two sites, where the person is logged in', async () => {
    const [one, other] = [await init(await signed('ada')), await init(await signed('ada'))];
    expect([one.status, other.status]).toEqual([201, 200]);
    const { body } = await open({}, proofOf(one));
    expect((await read(body.conversationId, proofOf(other))).status).toBe(200);
    const guests = [await init(), await init()].map(({ body: guest }) => guest.visitorId);
    expect(new Set([...guests, one.body.visitorId]).size).toBe(3);
  });

  it.each([
    ['somebody else who logs in', async (left: Headers) => init(await signed('bob'), left)],
    ['a guest', async () => init()],
  ])('after a logout shows nothing of it to %s', async (_who, come) => {
    const left = proofOf(await init(await signed('ada')));
    const { conversationId } = (await open({ externalId: 'of-ada' }, left)).body;
    await post(conversationId, 'My card was stolen.', left);
    const names = { conversation_id: conversationId };
    const session = await startedVisit(world.avatar, shop, names, left);
    const next = proofOf(await come(left));
    expectRefused(await read(conversationId, next), 404, 'not_found');
    expectRefused(await read('of-ada', next), 404, 'not_found');
    expectRefused(await post(conversationId, 'Hello', next), 404, 'not_found');
    expectRefused(await open({ externalId: 'of-ada' }, next), 409, 'conversation_taken');
    expectRefused(await askToken(world.avatar, shop, names, next), 404, 'not_found');
    for (const proof of [next, {}]) {
      const headers = { 'x-api-key': shop.key, ...proof };
      const json = { session_id: session.sessionId };
      const stop = await world.avatar.call('POST', '/v1/sessions/stop', { headers, json });
      expectRefused(stop, 401, 'session_token_needed');
    }
    const own = await visit(
      world.avatar,
      shop,
      {},
      { ...next, authorization: `Bearer ${session.token}` },
    );
    expect(own.sessionId).not.toBe(session.sessionId);
  });

  it('whose person was erased is told to begin anew, at both apps, and can', async () => {
    const { visitorId, proof } = await shop.proveVisitor();
    const { conversationId } = (await open({}, proof)).body;
    await shop.call('GET', '/account/config', undefined, proof);
    await world.petya.admin('DELETE', `/accounts/${shop.accountId}/visitors/${visitorId}`);
    const advice = /no longer.* without X-Visitor-Token/;
    expectAdvice(await init({}, proof), 404, 'not_found', advice);
    expectAdvice(await read(conversationId, proof), 404, 'not_found', advice);
    expectAdvice(await post(conversationId, 'Hello?', proof), 404, 'not_found', advice);
    expectAdvice(await askToken(world.avatar, shop, {}, proof), 404, 'not_found', advice);
    await expectBeginsAnew();
  });

  it.each(['null', 'undefined', ''])(
    'that writes %j for a token that it does not have is somebody without one',
    async (token) => {
      const none = { 'x-visitor-token': token };
      const made = await init({}, none);
      expect([made.status, made.body]).toEqual([
        201,
        expect.objectContaining({ visitorToken: expect.any(String) }),
      ]);
      const { conversationId } = (await open({}, proofOf(made))).body;
      expectRefused(await read(conversationId, none), 401, 'visitor_token_needed');
      await visit(world.avatar, shop, {}, none);
    },
  );

  it('that names a visitor or a conversation that is gone is told which member to leave out', async () => {
    const visitorId = await shop.makeVisitor();
    const { conversationId } = (await open({ visitorId })).body;
    await world.petya.admin('DELETE', `/accounts/${shop.accountId}/visitors/${visitorId}`);
    for (const answer of [await init({ visitorId }), await open({ visitorId })]) {
      expectAdvice(answer, 404, 'not_found', /begin anew without this visitorId/);
    }
    for (const answer of [
      await post(conversationId, 'Hello?'),
      await read(conversationId, secret),
    ]) {
      expectAdvice(answer, 404, 'not_found', /open another conversation/);
    }
    for (const names of [{ visitor_id: visitorId }, { conversation_id: conversationId }]) {
      const asked = await askToken(world.avatar, shop, names);
      expectAdvice(asked, 404, 'not_found', /no longer: begin anew/);
    }
    await expectBeginsAnew();
  });

  it('whose token has expired is told to ask for a new one, and can', async () => {
    const { visitorId } = await shop.proveVisitor();
    const claims = { accountId: shop.accountId, visitorId };
    const then = new Date(Date.now() - 2 * 86_400_000);
    const token = await signVisitorToken(claims, visitorTokenKey(PETYA_PEPPER), then, 1);
    const late = { 'x-visitor-token': token };
    const advice = /has expired.*Ask for a new one/;
    expectAdvice(await init({}, late), 401, 'token_invalid', advice);
    expectAdvice(await askToken(world.avatar, shop, {}, late), 401, 'token_invalid', advice);
    await expectBeginsAnew();
  });

  it('on a machine whose clock is hours off is served all the same, and so are replicas', async () => {
    const { visitorId } = await shop.proveVisitor();
    const claims = { accountId: shop.accountId, visitorId };
    for (const hours of [-3, 3]) {
      const at = new Date(Date.now() + hours * 3_600_000);
      const token = await signVisitorToken(claims, visitorTokenKey(PETYA_PEPPER), at, 180);
      const proof = { 'x-visitor-token': token };
      const { conversationId } = (await open({}, proof)).body;
      const session = await startedVisit(
        world.avatar,
        shop,
        { conversation_id: conversationId },
        proof,
      );
      await session.say('Said at some time.', { timestamp: Math.floor(at.getTime() / 1000) });
      await session.stop();
      await session.untilState('delivered');
      expect((await read(conversationId, proof)).text).toContain('Said at some time.');
    }
  });
});

/** Origins of apps and extensions, and how they are told. */
const APPS: Readonly<Record<string, string>> = {
  'capacitor://localhost': 'capacitor://localhost',
  'ionic://localhost': 'ionic://localhost',
  'app://-': 'app://-',
  'tauri://localhost': 'tauri://localhost',
  'chrome-extension://abcdefghijklmnop': 'chrome-extension://abcdefghijklmnop',
  'file://': 'file://',
  null: 'null',
  'app://<b>{origin}"x"': 'app://?b??origin??x?',
  [`app://${'a'.repeat(1_000)}`]: `app://${'a'.repeat(94)}…`,
};

it('an app that sends no web origin is told which one, that no list can hold it, and what to do', async () => {
  for (const [origin, told] of Object.entries(APPS)) {
    const message = `The origin ${told} is not on this account's list. No list can hold it, since it is none of http or https: call from an https page, or from the app itself, without an Origin header.`;
    for (const answer of [
      await shop.call('POST', '/visitors/init', {}, { origin }),
      await askToken(world.avatar, shop, {}, { origin }),
    ]) {
      expectRefused(answer, 403, 'origin_not_allowed');
      expect(answer.body).toMatchObject({ message });
    }
  }
  await expectBeginsAnew();
});

describe('a customer’s server', () => {
  it.each([
    ['of another id', async () => userHash('620', await shop.secretKey())],
    ['with the key of the page', async () => userHash('621', shop.key)],
    [
      'with another account’s key',
      async () => userHash('621', await (await world.customer()).secretKey()),
    ],
  ])(
    'that makes a hash %s is told that it does not fit, and how it is made',
    async (_what, make) => {
      const answer = await init({ userId: '621', userHash: await make() });
      const advice = /userHash does not fit the userId.*HMAC-SHA-256.*userId.*secret key/;
      expectAdvice(answer, 401, 'user_hash_invalid', advice);
    },
  );

  it('may write a hash in capital letters', async () => {
    const { userId, userHash: hash } = await signed('621');
    expect((await init({ userId, userHash: hash.toUpperCase() })).status).toBe(201);
  });

  it('exports what was said, by own and by external ids, page by page', async () => {
    const { proof } = await shop.proveVisitor();
    const { conversationId } = (await open({ externalId: 'order-9' }, proof)).body;
    const lines = Array.from({ length: 5 }, (_, at) => `Line ${at}`);
    for (const line of lines) await post(conversationId, line, proof);
    for (const id of [conversationId, 'order-9']) {
      const got: string[] = [];
      for (let query = '?limit=2', more = true; more;) {
        const { status, body } = await read(id, secret, query);
        expect(status).toBe(200);
        got.push(...body.messages.map(({ content }) => content));
        more = body.nextCursor !== null;
        query = `?limit=2&cursor=${encodeURIComponent(body.nextCursor ?? '')}`;
      }
      expect(got).toEqual(lines);
    }
    expectRefused(await read(conversationId), 401, 'visitor_token_needed');
  });

  it('that passes on a browser’s Origin beside its secret key is told to leave it out', async () => {
    const origin = 'https://shop.example.com';
    const advice = /passes on .* leaves that header out/;
    const config = await shop.call('GET', '/account/config', undefined, { ...secret, origin });
    expectAdvice(config, 401, 'key_not_for_browsers', advice);
    const holder = { key: await shop.secretKey() };
    const asked = await askToken(world.avatar, holder, {}, { origin });
    expectAdvice(asked, 401, 'key_not_for_browsers', advice);
    await startedVisit(world.avatar, holder);
  });

  it('that asks for all its visitors from one address is told what to do, and that helps', async () => {
    await visit(world.avatar, shop);
    await visit(world.avatar, shop);
    const full = await askToken(world.avatar, shop);
    const advice = /from this address.*secret key.*TRUSTED_PROXIES/;
    expectAdvice(full, 429, 'rate_limited', advice);
    await visit(world.avatar, { key: await shop.secretKey() });
    await visit(world.avatar, shop, {}, { 'x-forwarded-for': '198.51.100.7' });
  });

  it('hands its page a token of its own, which works there from a listed site', async () => {
    const origin = 'https://shop.example.com';
    shop = await world.customer({ allowedOrigins: [origin], visitorProof: 'required' });
    const held = { key: await shop.secretKey() };
    const { body } = await askToken(world.avatar, held);
    const headers = { authorization: `Bearer ${body.data.session_token}`, origin };
    const started = await world.avatar.call('POST', '/v1/sessions/start', { headers });
    expectStatus(started, 201);
  });
});
