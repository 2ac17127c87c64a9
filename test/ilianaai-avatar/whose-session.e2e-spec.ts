import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProvedVisitor, Tenant } from '../petya-avatar-api/tenant.js';
import { until } from '../support/until.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { askToken, type Headers, startedVisit, visit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;
let ada: ProvedVisitor;
/** A conversation that Ada has opened with her proof. */
let talk: { conversation_id: string; visitor_id: string };

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  shop = await world.customer();
  ada = await shop.proveVisitor();
  const { visitorId: visitor_id, proof } = ada;
  const opened = await shop.call<{ conversationId: string }>(
    'POST',
    '/conversations/userConversation/init',
    {},
    proof,
  );
  talk = { conversation_id: opened.body.conversationId, visitor_id };
});
afterEach(() => world.double.heal());
afterAll(() => world.stop());

const grantOf = ({ token }: Visit) => {
  const [, payload = ''] = token.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { jti: string }).jti;
};

describe('a session that was asked for before its visitor came', () => {
  it.each([
    ['the visitor’s id', () => ({ visitor_id: talk.visitor_id })],
    ['the conversation’s id', () => ({ conversation_id: talk.conversation_id })],
    ['both', () => talk],
  ])('is not had for %s without proof', async (_what, names) => {
    expectProblem(await askToken(world.avatar, shop, names()), 401, 'visitor_token_needed');
  });

  it.each(['replace', 'join', 'refuse'] as const)(
    'by %s of an unproved visitor’s names is not the one that the visitor gets with proof',
    async (sameVisitor) => {
      const tenant = await world.customer({ sameVisitor });
      const bob = await tenant.proveVisitor();
      // Nobody has used Bob's token yet: his id alone still opens sessions.
      const names = { visitor_id: bob.visitorId };
      const stranger = await startedVisit(world.avatar, tenant, names);
      const own = await startedVisit(world.avatar, tenant, names, bob.proof);
      expect(own.sessionId).not.toBe(stranger.sessionId);
      expect((await own.view()).state).toBe('active');
    },
  );

  it('gives its media to one of two who know the conversation, and the other begins anew', async () => {
    const body = { conversation_id: await shop.openConversation() };
    const [stranger, visitor] = [
      await visit(world.avatar, shop, body, { origin: 'https://elsewhere.test' }),
      await visit(world.avatar, shop, body, { 'idempotency-key': 'mine' }),
    ];
    expect(visitor.sessionId).toBe(stranger.sessionId);
    expect(grantOf(visitor)).not.toBe(grantOf(stranger));
    const starts = await Promise.all([stranger.start(), visitor.start()]);
    expect(starts.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    for (const again of [await stranger.start(), await visitor.start()]) {
      if (again.status !== 201) expectProblem(again, 409, 'session_started_elsewhere');
    }
    const [winner, loser] = starts[0].status === 201 ? [stranger, visitor] : [visitor, stranger];
    await winner.say('Between the two of us.');
    const bearer = { headers: { authorization: `Bearer ${loser.token}` } };
    const path = `/v1/sessions/${loser.sessionId}`;
    const others = [
      await world.avatar.call('GET', path, bearer),
      await world.avatar.call('GET', `${path}/transcript`, bearer),
      await loser.say('Into a stranger’s ear.'),
      await loser.keepAlive(),
      await loser.leave(),
      await loser.stop(),
    ];
    for (const answer of others) expectProblem(answer, 409, 'session_started_elsewhere');
    expect(await winner.lines()).toEqual(['avatar: Between the two of us.']);
    const anew = await startedVisit(world.avatar, shop, body);
    expect(anew.sessionId).not.toBe(visitor.sessionId);
  });
});

describe('what was opened with proof', () => {
  it('is given again to the same visitor, with the same grant, until it is started', async () => {
    const first = await visit(world.avatar, shop, talk, ada.proof);
    const again = await visit(world.avatar, shop, talk, ada.proof);
    expect([again.sessionId, grantOf(again)]).toEqual([first.sessionId, grantOf(first)]);
    expect((await first.start()).status).toBe(201);
    expect((await again.start()).status).toBe(201);
  });

  it('belongs to the visitor of the token, named or not, and its delivery says so', async () => {
    const mine = await startedVisit(world.avatar, shop, {}, ada.proof);
    await mine.stop();
    await mine.untilState('delivered');
    const bodies = world.double
      .callsTo('status')
      .map(({ body }) => body as { sessionId: string; visitorId?: string })
      .filter(({ sessionId }) => sessionId === mine.sessionId);
    expect(bodies.length).toBeGreaterThan(0);
    for (const { visitorId } of bodies) expect(visitorId).toBe(ada.visitorId);
  });

  it('is nobody else’s: not for another visitor’s proof, nor for a token that is none', async () => {
    const bob = await shop.proveVisitor();
    const ask = (proof: Headers) => askToken(world.avatar, shop, talk, proof);
    expectProblem(await ask(bob.proof), 404, 'not_found');
    expectProblem(await ask({ 'x-visitor-token': 'no token at all' }), 401, 'token_invalid');
    expectProblem(await ask({ 'x-visitor-token': `${ada.visitorToken}x` }), 401, 'token_invalid');
    const stranger = await (await world.customer()).proveVisitor();
    expectProblem(await ask(stranger.proof), 401, 'token_invalid');
  });

  it('is neither spoken into nor stopped by the key of the page', async () => {
    const mine = await startedVisit(world.avatar, shop, talk, ada.proof);
    const json = { session_id: mine.sessionId };
    const byKey = (route: string, headers: Headers, more = {}) =>
      world.avatar.call('POST', `/v1/${route}`, { headers, json: { ...json, ...more } });
    const page = { 'x-api-key': shop.key };
    const server = { 'x-api-key': await shop.secretKey() };
    const words = { text: 'Into her ear.' };
    const said = await byKey('streaming.avatar_message', page, words);
    expectProblem(said, 401, 'session_token_needed', { notEchoed: [mine.sessionId] });
    expectProblem(await byKey('sessions/stop', page), 401, 'session_token_needed');
    expect(await mine.lines()).toEqual([]);
    expect((await byKey('streaming.avatar_message', server, words)).status).toBe(200);
    expect((await byKey('sessions/stop', server)).status).toBe(200);
  });

  it('is given to a server of the customer, and to the visitor it was opened for', async () => {
    const server = { key: await shop.secretKey() };
    const first = await visit(world.avatar, server, talk);
    const own = await visit(world.avatar, shop, talk, ada.proof);
    expect(own.sessionId).toBe(first.sessionId);
    // Known or not: nothing is looked up for it.
    for (const key of [server.key, 'SK_00000000000000000000000000000000']) {
      const answer = await askToken(world.avatar, { key }, talk, { origin: 'https://shop.test' });
      expectProblem(answer, 401, 'key_not_for_browsers');
    }
  });

  it('is not given for an Idempotency-Key without the proof', async () => {
    const key = { 'idempotency-key': 'effect-1' };
    const names = {};
    const first = await visit(world.avatar, shop, names, { ...ada.proof, ...key });
    const again = await visit(world.avatar, shop, names, { ...ada.proof, ...key });
    expect([again.sessionId, grantOf(again)]).toEqual([first.sessionId, grantOf(first)]);
    expectProblem(await askToken(world.avatar, shop, names, key), 422, 'idempotency_mismatch');
    const bob = await shop.proveVisitor();
    const other = await askToken(world.avatar, shop, names, { ...bob.proof, ...key });
    expectProblem(other, 422, 'idempotency_mismatch');
  });
});

describe('an earlier token of a session', () => {
  it('gets it again while it is not started, as the same party', async () => {
    const first = await visit(world.avatar, shop, { conversation_id: 'order-7' });
    const earlier = { authorization: `Bearer ${first.token}` };
    const again = await visit(world.avatar, shop, { conversation_id: 'order-7' }, earlier);
    expect([again.sessionId, grantOf(again)]).toEqual([first.sessionId, grantOf(first)]);
    expect((await first.start()).status).toBe(201);
    expect((await again.start()).status).toBe(201);
  });

  it('of a second party stays that party’s', async () => {
    const body = { conversation_id: await shop.openConversation() };
    const first = await visit(world.avatar, shop, body);
    const second = await visit(world.avatar, shop, body);
    const earlier = { authorization: `Bearer ${second.token}` };
    const again = await visit(world.avatar, shop, body, earlier);
    expect(grantOf(again)).toBe(grantOf(second));
    expect((await first.start()).status).toBe(201);
    expectProblem(await again.start(), 409, 'session_started_elsewhere');
  });

  it('of another origin says nothing', async () => {
    const body = { conversation_id: 'order-10' };
    const first = await visit(world.avatar, shop, body, { origin: 'https://shop.test' });
    const authorization = `Bearer ${first.token}`;
    const elsewhere = { authorization, origin: 'https://elsewhere.test' };
    const other = await visit(world.avatar, shop, body, elsewhere);
    expect(other.sessionId).not.toBe(first.sessionId);
  });

  it('of another account, or that is none, says nothing', async () => {
    const other = await visit(world.avatar, await world.customer());
    for (const token of [other.token, `${other.token}x`]) {
      const authorization = `Bearer ${token}`;
      const opened = await visit(world.avatar, shop, {}, {});
      const again = await askToken(world.avatar, shop, {}, { authorization });
      expect(again.status).toBe(200);
      expect(again.body.data.session_id).not.toBe(opened.sessionId);
    }
  });
});

describe('a Petya that gives no verdict', () => {
  const AWAY = { kind: 'answer', status: 503 } as const;

  it('holds up whoever shows proof, and nobody else', async () => {
    world.double.fault('access', AWAY, Infinity);
    const proved = await askToken(world.avatar, shop, talk, ada.proof);
    expectProblem(proved, 503, 'petya_unavailable');
    const unproved = await visit(world.avatar, shop, { conversation_id: 'order-8' });
    expect((await unproved.start()).status).toBe(201);
  });

  it('gives no session of a conversation again, whatever its id looks like', async () => {
    world.double.fault('access', AWAY, Infinity);
    const body = { conversation_id: await shop.openConversation() };
    const first = await visit(world.avatar, shop, body);
    expect((await visit(world.avatar, shop, body)).sessionId).not.toBe(first.sessionId);
  });

  it('because it is not ours: an id that nobody guesses is its conversation’s own', async () => {
    world.double.fault('access', { kind: 'answer', status: 404 }, Infinity);
    const body = { conversation_id: '6f1c0d54-9a1e-4f0e-8f41-5f1f8c0f7a01' };
    const first = await visit(world.avatar, shop, body, ada.proof);
    expect((await visit(world.avatar, shop, body)).sessionId).toBe(first.sessionId);
  });

  it('is not asked about a request that names nobody', async () => {
    const before = world.double.callsTo('access').length;
    await visit(world.avatar, shop);
    expect(world.double.callsTo('access')).toHaveLength(before);
  });
});

describe('an account that wants proof of every visitor', () => {
  it('gives no session to the key alone, and to its own server any', async () => {
    const strict = await world.customer({ visitorProof: 'required' });
    const visitor = await strict.proveVisitor();
    for (const names of [{}, { visitor_id: 'visitor-7' }]) {
      expectProblem(await askToken(world.avatar, strict, names), 401, 'visitor_token_needed');
    }
    await startedVisit(world.avatar, strict, {}, visitor.proof);
    await startedVisit(world.avatar, { key: await strict.secretKey() });
  });

  it('leaves its server’s sessions alone for the key, which knows their ids', async () => {
    const strict = await world.customer({ visitorProof: 'required' });
    const { sessionId } = await startedVisit(world.avatar, { key: await strict.secretKey() });
    const byKey = { 'x-api-key': strict.key };
    for (const [path, json] of [
      ['/v1/sessions/stop', { session_id: sessionId }],
      ['/v1/streaming.avatar_message', { session_id: sessionId, text: 'From a stranger.' }],
    ] as const) {
      const answer = await world.avatar.call('POST', path, { headers: byKey, json });
      expectProblem(answer, 401, 'session_token_needed');
    }
  });
});

describe('an avatar that is switched off', () => {
  it('begins no session and starts none, and what runs goes on', async () => {
    const running = await startedVisit(world.avatar, shop);
    const waiting = await visit(world.avatar, shop);
    await world.petya.admin('PATCH', `/accounts/${shop.accountId}`, { avatar: { enabled: false } });
    await until(
      'the change is known',
      async () => {
        const { status } = await askToken(world.avatar, shop);
        return status === 403;
      },
      10_000,
    );
    expectProblem(await askToken(world.avatar, shop), 403, 'avatar_disabled');
    expectProblem(await waiting.start(), 403, 'avatar_disabled');
    expect((await running.say('Still here.')).status).toBe(200);
    expect((await running.stop()).status).toBe(200);
    await world.petya.admin('PATCH', `/accounts/${shop.accountId}`, { avatar: { enabled: true } });
    await until(
      'the change is known',
      async () => {
        const { status } = await askToken(world.avatar, shop);
        return status === 200;
      },
      10_000,
    );
    expect((await waiting.start()).status).toBe(201);
  });
});

describe('sessions of one address that nobody starts', () => {
  it('are three in an account, until one of them is started or given up', async () => {
    const strict = await world.another({ environment: { UNSTARTED_PER_ADDRESS: '3' } });
    const open = [];
    for (let count = 0; count < 3; count += 1) open.push(await visit(strict, shop));
    const refused = await askToken(strict, shop);
    expectProblem(refused, 429, 'rate_limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(100);
    await visit(strict, await world.customer());
    await visit(strict, { key: await shop.secretKey() });
    await open[0]?.start();
    await visit(strict, shop);
    expectProblem(await askToken(strict, shop), 429, 'rate_limited');
    await strict.stop();
  });

  it('are counted also when all come at once, and no address is kept', async () => {
    const strict = await world.another({ environment: { UNSTARTED_PER_ADDRESS: '3' } });
    const answers = await Promise.all(Array.from({ length: 12 }, () => askToken(strict, shop)));
    const opened = answers.filter(({ status }) => status === 200);
    expect(opened).toHaveLength(3);
    const records = strict.connection.collection('sessions');
    const [record] = await records.find({ accountId: shop.accountId }).toArray();
    expect(record?.['opener']).toMatch(/^[\w-]{22}$/);
    expect(JSON.stringify(record)).not.toContain('127.0.0.1');
    await strict.stop();
  });
});

describe('a visitor whose page asks twice at once', () => {
  /** Two requests, the second while the vendor is being asked for the first. */
  async function twice(tenant: Tenant, names: object, headers: Headers) {
    await world.vendor.fault({ route: 'token', kind: 'delay', delayMs: 600 });
    const first = askToken(world.avatar, tenant, names, headers);
    await until('the first is at the vendor', async () => {
      const records = world.avatar.connection.collection('sessions');
      return records.findOne({ accountId: tenant.accountId, state: 'creating' });
    });
    return Promise.all([first, askToken(world.avatar, tenant, names, headers)]);
  }

  const running = async (tenant: Tenant): Promise<number> =>
    world.avatar.connection
      .collection('sessions')
      .countDocuments({ accountId: tenant.accountId, slot: { $gte: 0 } });

  it.each(['replace', 'join', 'refuse'] as const)(
    'has one session under %s, and with proof both answers are it',
    async (sameVisitor) => {
      const tenant = await world.customer({ sameVisitor });
      const bob = await tenant.proveVisitor();
      const names = { visitor_id: bob.visitorId };
      const [one, other] = await twice(tenant, names, bob.proof);
      expect([one.status, other.status]).toEqual([200, 200]);
      expect(other.body.data.session_id).toBe(one.body.data.session_id);
      expect(await running(tenant)).toBe(1);
    },
  );

  it('has one session for two that come in the same instant', async () => {
    const bob = await shop.proveVisitor();
    const ask = () => askToken(world.avatar, shop, { visitor_id: bob.visitorId }, bob.proof);
    const answers = await Promise.all([ask(), ask(), ask(), ask()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.data.session_id)).size).toBe(1);
    expect(await running(shop)).toBe(1);
  });

  it('has the newer one without proof, as if it had asked one after the other', async () => {
    const conversation_id = await shop.openConversation({ externalId: 'order-7' });
    expect(conversation_id).not.toBe('');
    const [one, other] = await twice(shop, { conversation_id: 'order-7' }, {});
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(other.body.data.session_id).not.toBe(one.body.data.session_id);
    expect(await running(shop)).toBe(1);
  });

  it('gets its session by the second request where the vendor has failed the first', async () => {
    const bob = await shop.proveVisitor();
    const names = { visitor_id: bob.visitorId };
    await world.vendor.fault({ route: 'token', kind: 'status', status: 500 });
    const ask = () => askToken(world.avatar, shop, names, bob.proof);
    const answers = await Promise.all([ask(), ask()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 502]);
    expect(await running(shop)).toBe(1);
  });

  it('waits for nobody else', async () => {
    const bob = await shop.proveVisitor();
    // Long beside any machine's other request.
    await world.vendor.fault({ route: 'token', kind: 'delay', delayMs: 7_000 });
    const slow = askToken(world.avatar, shop, { visitor_id: ada.visitorId }, ada.proof);
    await until('the first is at the vendor', async () =>
      world.avatar.connection
        .collection('sessions')
        .findOne({ accountId: shop.accountId, state: 'creating' }),
    );
    let isSlowDone = false;
    void slow.then(() => (isSlowDone = true));
    const quick = await askToken(world.avatar, shop, { visitor_id: bob.visitorId }, bob.proof);
    expect([quick.status, isSlowDone]).toEqual([200, false]);
    expect((await slow).status).toBe(200);
  });
});
