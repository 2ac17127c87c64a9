import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { sendRaw } from '../support/raw-http.js';
import { expectProblem, expectSafeHeaders, pointers } from './vendor-shaped-problem.js';
import { askToken, startedVisit, visit } from './visit.js';
import { AVATAR_ID, CONTEXT_ID, startWorld, VOICE_ID, type World } from './world.js';

let world: World;
let shop: Tenant;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer();
});
afterAll(() => world.stop());

/** Token requests the vendor has received of one session. */
async function vendorRequest(sessionId: string) {
  const { requests } = await world.vendor.ledger(`?session=${sessionId}&route=token`);
  expect(requests).toHaveLength(1);
  return requests[0];
}

async function vendorTokens(): Promise<number> {
  return (await world.vendor.summary()).byRoute['token'] ?? 0;
}

describe('POST /v1/sessions/token', () => {
  it.each(['', '/api/v1/avatar'])(
    'answers below "%s" with a session and its token',
    async (base) => {
      const answer = await world.avatar.call('POST', `${base}/v1/sessions/token`, {
        headers: { 'x-api-key': shop.key },
        json: { conversation_id: null },
      });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        code: 1000,
        message: expect.any(String),
        data: {
          session_id: expect.stringMatching(/^[\w-]{1,128}$/),
          session_token: expect.any(String),
        },
      });
      expectSafeHeaders(answer);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    },
  );

  it.each(['x-api-key', 'X-Api-Key', 'X-API-KEY', 'X-api-key'])(
    'takes the key in %s',
    async (name) => {
      // On a socket of its own: fetch writes every header name in lower case.
      const { status } = await sendRaw(
        world.avatar.port,
        `POST /v1/sessions/token HTTP/1.1\r\nHost: a\r\n${name}: ${shop.key}\r\n\r\n`,
      );
      expect(status).toBe(200);
    },
  );

  it.each([
    ['as a bearer credential', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['in both headers', (key: string) => ({ authorization: `Bearer ${key}`, 'x-api-key': key })],
  ])('takes the key %s', async (_how, headers) => {
    const { status } = await world.avatar.call('POST', '/v1/sessions/token', {
      headers: headers(shop.key),
      json: {},
    });
    expect(status).toBe(200);
  });

  it('takes no body, and a body without a conversation', async () => {
    const headers = { 'x-api-key': shop.key };
    for (const call of [{ headers }, { headers, json: {} }]) {
      expect((await world.avatar.call('POST', '/v1/sessions/token', call)).status).toBe(200);
    }
  });

  it('asks the vendor with the account’s settings and nothing else', async () => {
    const { sessionId } = await visit(world.avatar, shop, { conversation_id: 'conv-42' });
    const asked = await vendorRequest(sessionId);
    expect(asked?.body).toEqual({
      mode: 'FULL',
      avatar_id: AVATAR_ID,
      max_session_duration: 1200,
      avatar_persona: { voice_id: VOICE_ID, context_id: CONTEXT_ID, language: 'en' },
    });
    expect(asked?.credential).toBe('api-key');
  });

  it('sends the vendor no header of the visitor’s request', async () => {
    const { sessionId } = await visit(
      world.avatar,
      shop,
      {},
      {
        origin: 'https://shop.example.com',
        referer: 'https://shop.example.com/cart',
        cookie: 'visitor=secret',
        'user-agent': 'a browser',
        'x-forwarded-for': '203.0.113.7',
      },
    );
    const { headers = {} } = (await vendorRequest(sessionId)) ?? {};
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-api-key',
    ]);
  });

  it('leaves out what the account has not set, and warns that there is no context', async () => {
    const plain = await world.customer({
      language: 'de',
      avatar: { avatarId: AVATAR_ID },
      limits: { maxSessionSeconds: 90 },
    });
    const answer = await askToken(world.avatar, plain);
    expect(answer.body.data.warnings).toEqual(['no_context']);
    expect((await vendorRequest(answer.body.data.session_id))?.body).toEqual({
      mode: 'FULL',
      avatar_id: AVATAR_ID,
      max_session_duration: 90,
      avatar_persona: { language: 'de' },
    });
  });

  it('never asks for a longer session than the operator allows', async () => {
    const strict = await world.another({ environment: { MAX_SESSION_SECONDS: '30' } });
    const { sessionId } = await visit(strict, shop);
    expect((await vendorRequest(sessionId))?.body).toMatchObject({ max_session_duration: 30 });
    await strict.stop();
  });

  it('is a token of ours that names the session and lets the official SDK decode its mode', async () => {
    const { token, sessionId } = await visit(world.avatar, shop);
    const [, payload = ''] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown;
    expect(claims).toMatchObject({
      sub: sessionId,
      acc: shop.accountId,
      start_session_data: { mode: 'FULL' },
      exp: expect.any(Number),
    });
    const { vendorToken } = (await world.avatar.connection
      .collection('sessions')
      .findOne({ vendorSessionId: sessionId })) as unknown as { vendorToken: string };
    // A JWT has a point behind its first part; three letters alone may come by chance.
    expect(vendorToken).not.toMatch(/eyJ[\w-]+\./);
  });
});

describe('an avatar that LiveAvatar cannot know', () => {
  const named = { avatar: { avatarId: 'Katya_Chair_Sitting_public' } };
  const fallback = 'aaaaaaaa-9a1e-4f0e-8f41-5f1f8c0f7a01';

  it('is refused with a text that tells the owner what to set', async () => {
    const owner = await world.customer(named);
    const answer = await askToken(world.avatar, owner);
    expectProblem(answer, 502, 'avatar_rejected', { notEchoed: ['Katya'] });
    expect(answer.text).toContain('LIVEAVATAR_DEFAULT_AVATAR_ID');
    expect(answer.body).toMatchObject({ retryable: false });
  });

  it('is replaced by the default where the operator has set one', async () => {
    const app = await world.another({ environment: { LIVEAVATAR_DEFAULT_AVATAR_ID: fallback } });
    const { sessionId } = await visit(app, await world.customer(named));
    expect((await vendorRequest(sessionId))?.body).toMatchObject({ avatar_id: fallback });
    const own = await visit(app, shop);
    expect((await vendorRequest(own.sessionId))?.body).toMatchObject({ avatar_id: AVATAR_ID });
    await app.stop();
  });

  it('frees the slot it was refused with', async () => {
    const owner = await world.customer({ ...named, limits: { maxConcurrentSessions: 1 } });
    for (let time = 0; time < 3; time += 1) {
      expectProblem(await askToken(world.avatar, owner), 502, 'avatar_rejected');
    }
  });
});

describe('what a client sends for the vendor', () => {
  it.each([
    'avatar_id',
    'avatar_persona',
    'is_sandbox',
    'llm_configuration_id',
    'mode',
    'webhook_url',
    'voice_id',
    'context_id',
    'max_session_duration',
    'accountId',
    'state',
    '_id',
  ])('is refused: %s', async (member) => {
    const answer = await askToken(world.avatar, shop, { [member]: 'sneaky-value' });
    expectProblem(answer, 422, 'invalid_input', { notEchoed: ['sneaky-value'] });
    expect(pointers(answer)).toEqual(['']);
  });
});

describe('the account’s slots', () => {
  it('are given out once, also when everybody asks at the same instant', async () => {
    const small = await world.customer({ limits: { maxConcurrentSessions: 3 } });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => askToken(world.avatar, small)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    const refused = answers.filter(({ status }) => status !== 200);
    for (const answer of refused) {
      expectProblem(answer, 429, 'account_full');
      expect(answer.text).toContain('All 3 avatar sessions');
    }
  });

  it('are there for everybody who asks at the same instant while there are enough', async () => {
    const large = await world.customer({ limits: { maxConcurrentSessions: 100 } });
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => askToken(world.avatar, large)),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('cost one question to the vendor, however often somebody else is faster', async () => {
    const large = await world.customer({ limits: { maxConcurrentSessions: 100 } });
    const before = await vendorTokens();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => askToken(world.avatar, large)),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await vendorTokens()).toBe(before + 20);
  });

  it('cost none when all are taken', async () => {
    const single = await world.customer({ limits: { maxConcurrentSessions: 1 } });
    await visit(world.avatar, single);
    const before = await vendorTokens();
    expectProblem(await askToken(world.avatar, single), 429, 'account_full');
    expect(await vendorTokens()).toBe(before);
  });

  it('are fewer at once for whoever asks after the cap was lowered', async () => {
    const owner = await world.customer({ limits: { maxConcurrentSessions: 3 } });
    const [first] = [await startedVisit(world.avatar, owner), await visit(world.avatar, owner)];
    await first.stop();
    const limits = { maxConcurrentSessions: 1 };
    await world.petya.admin('PATCH', `/accounts/${owner.accountId}`, { limits });
    // Its slot is free, but the session in the next one still runs.
    const informed = await world.another({ database: world.database });
    const answer = await askToken(informed, owner);
    await informed.stop();
    expectProblem(answer, 429, 'account_full');
  });

  it('are free again when a session ends', async () => {
    const single = await world.customer({ limits: { maxConcurrentSessions: 1 } });
    const first = await visit(world.avatar, single);
    expectProblem(await askToken(world.avatar, single), 429, 'account_full');
    await first.start();
    await first.stop();
    await visit(world.avatar, single);
  });
});

describe('a visitor who reloads the page', () => {
  it('gets the unstarted session of the same conversation again, by its own id', async () => {
    const body = { conversation_id: await shop.openConversation() };
    const first = await visit(world.avatar, shop, body);
    const again = await visit(world.avatar, shop, body);
    expect(again.sessionId).toBe(first.sessionId);
    const other = await visit(world.avatar, shop, {
      conversation_id: await shop.openConversation(),
    });
    expect(other.sessionId).not.toBe(first.sessionId);
    await first.start();
    const later = await visit(world.avatar, shop, body);
    expect(later.sessionId).not.toBe(first.sessionId);
  });

  it.each([
    ['an externalId', { externalId: 'order-1' }, 'order-1'],
    ['an id that Petya does not know', {}, 'order-2'],
  ])('fills no slots where it names its conversation by %s', async (_what, made, id) => {
    const single = await world.customer({ limits: { maxConcurrentSessions: 1 } });
    await single.openConversation(made);
    const first = await visit(world.avatar, single, { conversation_id: id });
    for (let reload = 0; reload < 3; reload += 1) {
      const again = await visit(world.avatar, single, { conversation_id: id });
      expect(again.sessionId).not.toBe(first.sessionId);
    }
    expectProblem(await first.start(), 410, 'session_ended');
  });

  it('has the whole time to start what it is given again', async () => {
    const body = { conversation_id: await shop.openConversation() };
    const first = await visit(world.avatar, shop, body);
    const sessions = world.avatar.connection.collection('sessions');
    const due = async () =>
      (await sessions.findOne({ vendorSessionId: first.sessionId }))?.['dueAt'] as Date;
    const before = await due();
    await visit(world.avatar, shop, body);
    expect((await due()).getTime()).toBeGreaterThan(before.getTime());
  });

  it('without a conversation opens a session of its own each time', async () => {
    const first = await visit(world.avatar, shop);
    expect((await visit(world.avatar, shop)).sessionId).not.toBe(first.sessionId);
  });

  it.each([
    ['join', true],
    ['replace', false],
  ] as const)('meets the policy "%s" of its account', async (sameVisitor, isSame) => {
    const tenant = await world.customer({ sameVisitor });
    const { visitorId: visitor_id, proof } = await tenant.proveVisitor();
    const body = { conversation_id: 'c-1', visitor_id };
    const first = await visit(world.avatar, tenant, body, proof);
    await first.start();
    const second = await visit(world.avatar, tenant, body, proof);
    expect(second.sessionId === first.sessionId).toBe(isSame);
    if (!isSame) expect((await first.untilState('delivered')).end_reason).toBe('replaced');
    else expect((await second.start()).status).toBe(201);
  });

  it('joins nothing by its name alone', async () => {
    const tenant = await world.customer({ sameVisitor: 'join' });
    const body = { conversation_id: 'c-1', visitor_id: 'visitor-7' };
    const first = await startedVisit(world.avatar, tenant, body);
    const second = await visit(world.avatar, tenant, body);
    expect(second.sessionId).not.toBe(first.sessionId);
    expect((await first.untilState('delivered')).end_reason).toBe('replaced');
  });

  it('is refused where its account says so', async () => {
    const tenant = await world.customer({ sameVisitor: 'refuse' });
    const body = { conversation_id: 'c-1', visitor_id: 'visitor-7' };
    const first = await visit(world.avatar, tenant, body);
    await first.start();
    expectProblem(await askToken(world.avatar, tenant, body), 409, 'visitor_has_session', {
      notEchoed: ['visitor-7'],
    });
    await visit(world.avatar, tenant, { ...body, visitor_id: 'visitor-8' });
  });
});
