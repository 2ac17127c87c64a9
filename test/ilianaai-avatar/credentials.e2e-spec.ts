import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { TOKEN_SECRET } from '../support/avatar-app.js';
import { PETYA_ADMIN_TOKEN, PETYA_SERVICE_TOKEN } from '../support/petya-app.js';
import { sendRaw } from '../support/raw-http.js';
import { expectProblem } from './vendor-shaped-problem.js';
import { askToken, startedVisit, visit, type Visit, visitOf } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;
let other: Tenant;
let talk: Visit;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer();
  other = await world.customer();
  talk = await startedVisit(world.avatar, shop);
});
afterAll(() => world.stop());

/** Every route that takes a customer's key. */
const KEY_ROUTES = [
  ['POST', '/v1/sessions/token'],
  ['POST', '/v1/sessions/stop'],
  ['POST', '/v1/sessions/keep-alive'],
  ['POST', '/v1/streaming.avatar_message'],
  ['GET', '/v1/sessions/some-session'],
  ['GET', '/v1/sessions/some-session/transcript'],
] as const;

/** Asks for a token with headers as they are written, which `fetch` would tidy up. */
function askWith(...headers: string[]) {
  const lines = ['POST /v1/sessions/token HTTP/1.1', 'Host: a', ...headers, '', ''];
  return sendRaw(world.avatar.port, Buffer.from(lines.join('\r\n'), 'latin1'));
}

describe('a customer’s key', () => {
  it.each(KEY_ROUTES)('is missed by %s %s', async (method, path) => {
    expectProblem(await world.avatar.call(method, path), 401, 'key_missing');
  });

  it.each(KEY_ROUTES)('that nobody has is refused by %s %s', async (method, path) => {
    const headers = { 'x-api-key': 'SE_unknown_000000' };
    const answer = await world.avatar.call(method, path, { headers });
    expectProblem(answer, 401, 'key_invalid', { notEchoed: ['SE_unknown'] });
  });

  it.each([
    ['empty', 'X-Api-Key:'],
    ['of spaces', 'X-Api-Key:    '],
    ['an empty bearer', 'Authorization: Bearer '],
    ['another scheme', 'Authorization: Basic U0VfMTIzOg=='],
  ])('counts as missing when it is %s', async (_what, header) => {
    expectProblem(await askWith(header), 401, 'key_missing');
  });

  it.each([
    ['10 kB long', 'k'.repeat(10_240)],
    ['not ASCII', 'SE_schl\u00fcssel_1'],
    ['a query operator', '{"$ne":null}'],
    ['with a space inside', 'SE_1234 5678'],
    ['too short', 'SE_1'],
  ])('is refused without asking Petya when it is %s', async (_what, key) => {
    const before = world.double.calls.length;
    expectProblem(await askWith(`X-Api-Key: ${key}`), 401, 'key_invalid', { notEchoed: [key] });
    expect(world.double.calls).toHaveLength(before);
  });

  it('with a NUL in it is no header at all', async () => {
    const answer = await askWith('X-Api-Key: SE_1234\u00005678');
    expectProblem(answer, 400, 'bad_request', { mediaType: 'application/problem+json' });
  });

  it('in another letter case is another key', async () => {
    const key = shop.key.toLowerCase();
    expect(key).not.toBe(shop.key);
    expectProblem(await askToken(world.avatar, { key }), 401, 'key_invalid', { notEchoed: [key] });
  });

  it('in the query, the body or a cookie is not looked at', async () => {
    const { key } = shop;
    const answers = await Promise.all([
      world.avatar.call('POST', `/v1/sessions/token?api_key=${key}&x-api-key=${key}`),
      world.avatar.call('POST', '/v1/sessions/token', { json: { api_key: key } }),
      world.avatar.call('POST', '/v1/sessions/token', {
        headers: { cookie: `x-api-key=${key}; authorization=${key}` },
      }),
    ]);
    for (const answer of answers) expectProblem(answer, 401, 'key_missing', { notEchoed: [key] });
  });

  it('sent twice in one kind of header is ambiguous, also when both are the same', async () => {
    const { key } = shop;
    expectProblem(await askWith(`X-Api-Key: ${key}`, `x-api-key: ${key}`), 400, 'key_ambiguous');
    expectProblem(
      await askWith(`X-Api-Key: ${key}`, `X-Api-Key: ${other.key}`),
      400,
      'key_ambiguous',
    );
    expectProblem(
      await askWith(`Authorization: Bearer ${key}`, `Authorization: Bearer ${key}`),
      400,
      'key_ambiguous',
    );
  });

  it('that disagrees with the bearer key is ambiguous', async () => {
    const answer = await askToken(world.avatar, shop, {}, { authorization: `Bearer ${other.key}` });
    expectProblem(answer, 400, 'key_ambiguous', { notEchoed: [shop.key, other.key] });
  });

  it('that disagrees with a bearer key which nobody has is as ambiguous', async () => {
    const headers = { authorization: 'Bearer SE_unknown_000000' };
    const answer = await askToken(world.avatar, shop, {}, headers);
    expectProblem(answer, 400, 'key_ambiguous', { notEchoed: [shop.key] });
  });

  it('of the same account may stand beside another of its keys', async () => {
    const made = await world.petya.admin('POST', `/accounts/${shop.accountId}/keys`, {});
    const second = String(made.body['key']);
    const answer = await askToken(world.avatar, shop, {}, { authorization: `Bearer ${second}` });
    expect(answer.status).toBe(200);
  });

  it('is neither the service’s nor the operator’s token', async () => {
    for (const key of [PETYA_SERVICE_TOKEN, PETYA_ADMIN_TOKEN]) {
      expectProblem(await askToken(world.avatar, { key }), 401, 'key_invalid', {
        notEchoed: [key],
      });
    }
  });
});

describe('a session token', () => {
  const claims = (change: object = {}) => ({
    sid: 'an-id',
    acc: shop.accountId,
    org: null,
    iss: 'ilianaai-avatar',
    sub: talk.sessionId,
    exp: Math.floor(Date.now() / 1000) + 600,
    ...change,
  });
  const sign = (payload: ReturnType<typeof claims>, secret = TOKEN_SECRET, alg = 'HS256') =>
    new SignJWT(payload).setProtectedHeader({ alg, typ: 'JWT' }).sign(Buffer.from(secret));
  const unsigned = (payload: object, alg: string) =>
    [{ alg, typ: 'JWT' }, payload]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.') + '.';

  const forgeries: [string, () => Promise<string> | string][] = [
    ['not signed', () => unsigned(claims(), 'none')],
    ['not signed, in other letters', () => unsigned(claims(), 'nOnE')],
    ['signed with another algorithm', () => sign(claims(), TOKEN_SECRET.padEnd(64, 'x'), 'HS512')],
    [
      'signed with our secret and another algorithm',
      () => sign(claims(), TOKEN_SECRET.padEnd(48, 'x'), 'HS384'),
    ],
    [
      'signed with another secret',
      () => sign(claims(), 'another-secret-of-at-least-32-bytes-length'),
    ],
    ['expired', () => sign(claims({ exp: Math.floor(Date.now() / 1000) - 1 }))],
    ['without an expiry', () => sign(claims({ exp: undefined }))],
    ['of another issuer', () => sign(claims({ iss: 'somebody' }))],
    ['without a session', () => sign(claims({ sid: undefined }))],
    ['with trailing bytes', () => `${talk.token}AAAA`],
    ['with a changed payload', () => tampered(talk.token)],
    ['cut short', () => talk.token.slice(0, -4)],
    ['far too long', () => `${talk.token}${'A'.repeat(4_000)}`],
  ];

  it.each(forgeries)('is refused when it is %s', async (_what, forge) => {
    const token = await forge();
    const forged = visitOf(world.avatar, { session_id: talk.sessionId, session_token: token });
    for (const answer of [await forged.stop(), await forged.keepAlive(), await forged.start()]) {
      expectProblem(answer, 401, 'token_invalid', { notEchoed: [token] });
    }
    expect((await talk.view()).state).toBe('active');
  });

  it('is refused twice in one header', async () => {
    const { token } = talk;
    const answer = await world.avatar.call('POST', '/v1/sessions/keep-alive', {
      headers: { authorization: `Bearer ${token}, Bearer ${token}` },
    });
    expect(answer.status).toBe(401);
  });

  it('opens no session of its own', async () => {
    const answer = await world.avatar.call('POST', '/v1/sessions/token', {
      headers: { authorization: `Bearer ${talk.token}` },
    });
    expectProblem(answer, 401, 'key_invalid', { notEchoed: [talk.token] });
  });

  it('may come with a key of its own account, with no other, and with none that is unknown', async () => {
    const keepAlive = (key: string) =>
      world.avatar.call('POST', '/v1/sessions/keep-alive', {
        headers: { authorization: `Bearer ${talk.token}`, 'x-api-key': key },
      });
    expect((await keepAlive(shop.key)).status).toBe(200);
    expectProblem(await keepAlive(other.key), 400, 'key_ambiguous');
    expectProblem(await keepAlive('SE_unknown_000000'), 401, 'key_invalid');
  });

  it('is good on an app whose secrets were rotated, and for none that does not know its secret', async () => {
    const later = await world.another({
      database: world.database,
      environment: { SESSION_TOKEN_SECRET: `a-newer-secret-of-at-least-32-bytes,${TOKEN_SECRET}` },
    });
    const foreign = await world.another({
      database: world.database,
      environment: { SESSION_TOKEN_SECRET: 'a-newer-secret-of-at-least-32-bytes' },
    });
    const early = await visit(world.avatar, shop);
    const named = { session_id: early.sessionId, session_token: early.token };
    expectProblem(await visitOf(foreign, named).start(), 401, 'token_invalid');
    expect((await visitOf(later, named).start()).status).toBe(201);
    await Promise.all([later.stop(), foreign.stop()]);
  });

  it('of a record that is gone finds nothing', async () => {
    const lost = await visit(world.avatar, shop);
    const sessions = world.avatar.connection.collection('sessions');
    await sessions.deleteOne({ vendorSessionId: lost.sessionId });
    expectProblem(await lost.stop(), 404, 'not_found');
  });

  function tampered(token: string): string {
    const [head, payload = '', signature] = token.split('.');
    const read = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...read, acc: other.accountId }));
    return [head, changed.toString('base64url'), signature].join('.');
  }
});

describe('an account that is suspended', () => {
  it('opens no session, and says why', async () => {
    const owner = await world.customer({ suspended: true });
    const answer = await askToken(world.avatar, owner);
    expectProblem(answer, 403, 'account_suspended', { notEchoed: [owner.accountId] });
  });
});
