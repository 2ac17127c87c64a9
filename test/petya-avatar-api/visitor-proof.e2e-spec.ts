import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ConversationRefDto, VisitorRefDto } from '#contracts';
import { userHash } from '../../apps/petya-avatar-api/src/api-keys/user-hash.js';
import {
  signVisitorToken,
  visitorTokenKey,
} from '../../apps/petya-avatar-api/src/auth/visitor-token.js';
import { expectProblem } from '../support/expect-problem.js';
import { freshDatabase } from '../support/mongo.js';
import { PETYA_PEPPER, type RunningPetya, startPetya } from '../support/petya-app.js';
import { makeTenant, type Tenant } from './tenant.js';

let petya: RunningPetya;
let shop: Tenant;

beforeAll(async () => {
  petya = await startPetya();
  shop = await makeTenant(petya);
});
afterAll(() => petya.stop());

type Headers = Readonly<Record<string, string>>;

const initVisitor = (json?: object, headers?: Headers, tenant = shop) =>
  tenant.call<VisitorRefDto>('POST', '/visitors/init', json, headers);

const open = (json?: object, headers?: Headers, tenant = shop) =>
  tenant.call<ConversationRefDto>('POST', '/conversations/userConversation/init', json, headers);

const read = (id: string, headers?: Headers, tenant = shop) =>
  tenant.call('GET', `/conversations/userConversation/${id}`, undefined, headers);

const complete = (id: string, headers?: Headers) =>
  shop.call(
    'PATCH',
    `/conversations/userConversation/${id}/status`,
    { status: 'completed' },
    headers,
  );

const post = (conversationId: string, isFromUser: boolean, headers?: Headers) =>
  shop.call(
    'POST',
    '/messages/userMessages/init',
    { conversationId, isFromUser, content: 'hello' },
    headers,
  );

const secretly = async (tenant = shop) => ({ authorization: `Bearer ${await tenant.secretKey()}` });

const tokenFrom = (days: number, pepper: string, visitorId: string, accountId = shop.accountId) =>
  signVisitorToken(
    { visitorId, accountId },
    visitorTokenKey(pepper),
    new Date(Date.now() - days * 86_400_000),
    180,
  );

describe('a visitor', () => {
  it('gets a token when made, and another with it, and none for its id', async () => {
    const made = await initVisitor();
    const { visitorId } = made.body;
    const byId = await initVisitor({ visitorId });
    expect([byId.status, byId.body]).toEqual([200, { visitorId }]);
    const proof = { 'x-visitor-token': made.body.visitorToken ?? '' };
    for (const body of [{ visitorId }, {}, undefined]) {
      const again = await initVisitor(body, proof);
      expect(again.status).toBe(200);
      expect(again.body).toEqual({ visitorId, visitorToken: expect.stringMatching(/^eyJ/) });
    }
  });

  it('whose token was used once is not changed or used by its id', async () => {
    const { visitorId, proof } = await shop.proveVisitor({ name: 'Ada' });
    await shop.call('GET', '/account/config', undefined, proof);
    expect((await initVisitor({ visitorId, name: 'Ada L.' })).status).toBe(200);
    expectProblem(await read('nothing', proof), 404, 'not_found');
    expectProblem(await initVisitor({ visitorId, name: 'Eve' }), 401, 'visitor_token_needed');
    expectProblem(await open({ visitorId }), 401, 'visitor_token_needed');
    const record = await petya.connection.collection('visitors').findOne({ name: 'Ada L.' });
    expect(record?.['provedAt']).toBeInstanceOf(Date);
    const byServer = await initVisitor({ visitorId, name: 'Ada K.' }, await secretly());
    expect([byServer.status, byServer.body]).toEqual([200, { visitorId }]);
  });

  it('is not another visitor of the account, nor of another account', async () => {
    const [ada, eve] = [await shop.proveVisitor(), await shop.proveVisitor()];
    expectProblem(await initVisitor({ visitorId: ada.visitorId }, eve.proof), 404, 'not_found');
    expectProblem(await open({ visitorId: ada.visitorId }, eve.proof), 404, 'not_found');
    const other = await makeTenant(petya);
    expectProblem(await initVisitor({}, ada.proof, other), 401, 'token_invalid');
  });

  it.each([
    ['a word', 'token'],
    ['an operator', '{"$ne":null}'],
    ['a customer key', 'SE_5799564546777614'],
    ['10 KB', `eyJ${'a'.repeat(10_000)}.a.a`],
  ])('is nobody with %s as its token', async (_what, token) => {
    const headers = { 'x-visitor-token': token };
    expectProblem(await initVisitor({}, headers), 401, 'token_invalid');
    expectProblem(await open({}, headers), 401, 'token_invalid');
  });

  it('is nobody with a token that expired, or that another pepper signed', async () => {
    const { visitorId } = await shop.proveVisitor();
    for (const token of [
      await tokenFrom(181, PETYA_PEPPER, visitorId),
      await tokenFrom(0, 'pepper-of-another-installation', visitorId),
    ]) {
      expectProblem(await initVisitor({}, { 'x-visitor-token': token }), 401, 'token_invalid');
    }
  });

  it('gets the next token on every route of a visitor when a third of its life is over', async () => {
    const { visitorId, proof } = await shop.proveVisitor();
    const { conversationId } = (await open({}, proof)).body;
    const routes = (headers: Headers) => [
      () => initVisitor({}, headers),
      () => open({}, headers),
      () => post(conversationId, true, headers),
      () => read(conversationId, headers),
      () => complete(conversationId, headers),
    ];
    const age = async (days: number) => ({
      'x-visitor-token': await tokenFrom(days, PETYA_PEPPER, visitorId),
    });
    for (const ask of routes(await age(59))) {
      expect((await ask()).headers.get('x-visitor-token')).toBeNull();
    }
    for (const ask of routes(await age(61))) {
      const renewed = (await ask()).headers.get('x-visitor-token') ?? '';
      expect((await read(conversationId, { 'x-visitor-token': renewed })).status).toBe(200);
    }
  });

  it('that was erased is 404 with its token, which stops nobody from beginning anew', async () => {
    const { visitorId, proof } = await shop.proveVisitor();
    const { conversationId } = (await open({}, proof)).body;
    await petya.admin('DELETE', `/accounts/${shop.accountId}/visitors/${visitorId}`);
    expectProblem(await initVisitor({}, proof), 404, 'not_found');
    expectProblem(await open({}, proof), 404, 'not_found');
    expectProblem(await read(conversationId, proof), 404, 'not_found');
    expectProblem(await post(conversationId, true, proof), 404, 'not_found');
    expectProblem(await initVisitor({ visitorId }), 404, 'not_found');
    expect((await shop.call('GET', '/account/config', undefined, proof)).status).toBe(200);
    expect((await initVisitor()).status).toBe(201);
  });
});

describe('two visitor tokens in one request', () => {
  it('are ambiguous', async () => {
    const { visitorToken } = await shop.proveVisitor();
    const headers = { 'X-Visitor-Token': visitorToken, 'x-visitor-token': visitorToken };
    const { hostname, port } = new URL(petya.baseUrl);
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const raw = Object.entries(headers).flat();
      const sent = request(
        {
          hostname,
          port,
          method: 'POST',
          path: '/api/v1/visitors/init',
          headers: ['host', hostname, 'x-api-key', shop.key, ...raw],
          agent: false,
        },
        (answer) => resolve(answer.resume().statusCode),
      );
      sent.on('error', reject).end();
    });
    expect(status).toBe(400);
  });
});

describe('an externalId', () => {
  it('that a visitor opened with proof is theirs, on every device, and nobody else’s', async () => {
    const [ada, eve] = [await shop.proveVisitor(), await shop.proveVisitor()];
    const first = await open({ externalId: 'order-1' }, ada.proof);
    const again = await open({ externalId: 'order-1' }, ada.proof);
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    const unproved = await shop.makeVisitor();
    for (const [body, headers] of [
      [{}, eve.proof],
      [{}, {}],
      [{ visitorId: unproved }, {}],
    ] as const) {
      const answer = await open({ externalId: 'order-1', ...body }, headers);
      expectProblem(answer, 409, 'conversation_taken');
    }
    expect((await open({ externalId: 'order-1' }, await secretly())).status).toBe(200);
  });

  it('that was opened without proof stays its opener’s', async () => {
    const visitorId = await shop.makeVisitor();
    const eve = await shop.proveVisitor();
    const mine = await open({ externalId: 'order-2', visitorId });
    expect((await open({ externalId: 'order-2', visitorId })).body).toEqual(mine.body);
    for (const headers of [{}, eve.proof]) {
      expectProblem(await open({ externalId: 'order-2' }, headers), 409, 'conversation_taken');
    }
    const nobodys = await open({ externalId: 'order-3' });
    expect((await open({ externalId: 'order-3' })).body).toEqual(nobodys.body);
    expectProblem(await open({ externalId: 'order-3' }, eve.proof), 409, 'conversation_taken');
    const named = { externalId: 'order-3', visitorId };
    expectProblem(await open(named), 409, 'conversation_taken');
  });

  it('that a visitor goes on with who now shows proof needs it from then on', async () => {
    const { visitorId, proof } = await shop.proveVisitor();
    const { conversationId } = (await open({ externalId: 'order-4', visitorId })).body;
    expect((await post(conversationId, true)).status).toBe(201);
    expect((await open({ externalId: 'order-4' }, proof)).body).toMatchObject({ conversationId });
    expectProblem(await post(conversationId, true), 401, 'visitor_token_needed');
    expect((await post(conversationId, true, proof)).status).toBe(201);
  });

  it('is given to one of two visitors that open it at the same instant', async () => {
    const visitors = await Promise.all([1, 2, 3, 4].map(() => shop.proveVisitor()));
    const answers = await Promise.all(
      visitors.map(({ proof }) => open({ externalId: 'order-5' }, proof)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  });
});

describe('a secret key', () => {
  it.each(['https://shop.example.com', 'null', ''])(
    'is refused with the Origin %j, known or not, before anything is looked up',
    async (origin) => {
      for (const key of [await shop.secretKey(), 'SK_00000000000000000000000000000000']) {
        const ways: Headers[] = [{ 'x-api-key': key }, { authorization: `Bearer ${key}` }];
        for (const headers of ways) {
          const path = '/account/config';
          const answer = await petya.call('GET', path, { headers: { ...headers, origin } });
          expectProblem(answer, 401, 'key_not_for_browsers');
        }
      }
    },
  );

  it('that nobody has is unknown without an Origin', async () => {
    const headers = { 'x-api-key': 'SK_00000000000000000000000000000000' };
    expectProblem(await petya.call('GET', '/account/config', { headers }), 401, 'key_invalid');
  });

  it('reads, answers and completes whatever the account has, and nothing of another', async () => {
    const { proof } = await shop.proveVisitor();
    const { conversationId } = (await open({ externalId: 'order-6' }, proof)).body;
    const secret = await secretly();
    for (const id of [conversationId, 'order-6']) {
      expect((await post(id, false, secret)).status).toBe(201);
      expect((await read(id, secret)).status).toBe(200);
      expect((await complete(id, secret)).status).toBe(200);
    }
    const other = await makeTenant(petya);
    expectProblem(await read(conversationId, await secretly(other), other), 404, 'not_found');
  });

  it('alone lets the shop speak where the visitor has proof', async () => {
    const { proof } = await shop.proveVisitor();
    const { conversationId } = (await open({}, proof)).body;
    expectProblem(await post(conversationId, false, proof), 403, 'secret_key_needed');
    expectProblem(await post(conversationId, false), 403, 'secret_key_needed');
    expect((await post(conversationId, false, await secretly())).status).toBe(201);
  });
});

describe('an account that requires proof', () => {
  it('gives the key alone its own configuration and a new visitor, and nothing else', async () => {
    const strict = await makeTenant(petya, { visitorProof: 'required' });
    const config = await strict.call('GET', '/account/config');
    expect(config.body).toMatchObject({ visitorProof: 'required' });
    const { visitorId, proof } = await strict.proveVisitor();
    const refused = [
      await initVisitor({ visitorId }, {}, strict),
      await initVisitor({ visitorId: 'nobody' }, {}, strict),
      await open({}, {}, strict),
      await open({ visitorId }, {}, strict),
      await read('nothing', {}, strict),
      await strict.post('nothing', 'hello'),
    ];
    for (const answer of refused) expectProblem(answer, 401, 'visitor_token_needed');
    const { conversationId } = (await open({}, proof, strict)).body;
    expect((await read(conversationId, proof, strict)).status).toBe(200);
    expect((await open({ externalId: 'x' }, await secretly(strict), strict)).status).toBe(201);
  });
});

describe('a person who is logged in', () => {
  it('goes on from another device, proved by the site’s server', async () => {
    const user = { userId: 'ada@shop', userHash: userHash('ada@shop', await shop.secretKey()) };
    const laptop = await initVisitor({ ...user, name: 'Ada' });
    const phone = await initVisitor(user);
    expect([laptop.status, phone.status]).toEqual([201, 200]);
    const { visitorId } = laptop.body;
    expect(phone.body.visitorId).toBe(visitorId);
    const [onLaptop, onPhone] = [laptop, phone].map(({ body }) => ({
      'x-visitor-token': body.visitorToken ?? '',
    }));
    const { conversationId } = (await open({ externalId: 'order-7' }, onLaptop)).body;
    expect((await read(conversationId, onPhone)).status).toBe(200);
    expectProblem(await initVisitor({ visitorId }), 401, 'visitor_token_needed');
  });

  it('is made once by many devices at the same instant', async () => {
    const user = { userId: 'grace', userHash: userHash('grace', await shop.secretKey()) };
    const answers = await Promise.all(Array.from({ length: 10 }, () => initVisitor(user)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.visitorId)).size).toBe(1);
  });

  it('is nobody with the hash of somebody else, another account, the page’s or a revoked key', async () => {
    const other = await makeTenant(petya);
    const path = `/accounts/${shop.accountId}/keys`;
    const { body: revoked } = await petya.admin('POST', path, { kind: 'secret' });
    const wasValid = userHash('eve', String(revoked['key']));
    expect((await initVisitor({ userId: 'eve', userHash: wasValid })).status).toBe(201);
    await petya.admin('DELETE', `${path}/${String(revoked['keyId'])}`);
    for (const hash of [
      userHash('ada', await shop.secretKey()),
      userHash('eve', await other.secretKey()),
      userHash('eve', shop.key),
      userHash('eve', ''),
      wasValid,
    ]) {
      expectProblem(await initVisitor({ userId: 'eve', userHash: hash }), 401, 'user_hash_invalid');
    }
  });

  it.each([
    ['/userHash', { userId: 'ada' }],
    ['/userId', { userHash: '0'.repeat(64) }],
  ])('needs %s beside %j', async (pointer, body) => {
    const answer = await initVisitor(body);
    expectProblem(answer, 422, 'invalid_input');
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('begins anew after an erasure', async () => {
    const user = { userId: 'alan', userHash: userHash('alan', await shop.secretKey()) };
    const { visitorId } = (await initVisitor(user)).body;
    await petya.admin('DELETE', `/accounts/${shop.accountId}/visitors/${visitorId}`);
    const anew = await initVisitor(user);
    expect(anew.status).toBe(201);
    expect(anew.body.visitorId).not.toBe(visitorId);
  });
});

describe('a pepper that is rotated', () => {
  it('leaves keys, tokens and hashes valid until it is taken out', async () => {
    const database = freshDatabase();
    const start = (API_KEY_PEPPER: string) =>
      startPetya({ database, environment: { API_KEY_PEPPER } });
    const before = await start('pepper-number-one-of-two');
    const tenant = await makeTenant(before);
    const { visitorId, proof } = await tenant.proveVisitor();
    const secretKey = await tenant.secretKey();
    await before.stop();

    const during = await start('pepper-number-two-of-two,pepper-number-one-of-two');
    const call = (app: RunningPetya, json: object, headers: Headers) =>
      app.call('POST', '/visitors/init', {
        json,
        headers: { 'x-api-key': tenant.key, ...headers },
      });
    const known = await call(during, {}, proof);
    expect([known.status, known.body['visitorId']]).toEqual([200, visitorId]);
    const renewed = { 'x-visitor-token': String(known.body['visitorToken']) };
    const user = { userId: 'ada', userHash: userHash('ada', secretKey) };
    expect((await call(during, user, {})).status).toBe(201);
    const path = `/accounts/${tenant.accountId}/keys`;
    expectProblem(await during.admin('POST', path, { key: tenant.key }), 409, 'key_taken');
    const { body: anew } = await during.admin('POST', path, {});
    await during.stop();

    const after = await start('pepper-number-two-of-two');
    const newKey = { 'x-api-key': String(anew['key']) };
    expect((await call(after, {}, { ...newKey, ...renewed })).status).toBe(200);
    expectProblem(await call(after, {}, { ...newKey, ...proof }), 401, 'token_invalid');
    await after.stop();
    await database.drop();
  });
});
