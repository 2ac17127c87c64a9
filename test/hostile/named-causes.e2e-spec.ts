import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountDto, CreateAccountDto } from '#contracts';
import { askToken, startedVisit, type Visit, visit } from '../ilianaai-avatar/visit.js';
import { AVATAR_ID, CONTEXT_ID, startWorld, type World } from '../ilianaai-avatar/world.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { Answer, Call } from '../support/json-client.js';
import { PETYA_ADMIN_TOKEN, PETYA_SERVICE_TOKEN } from '../support/petya-app.js';

/*
 * What an integrator does wrong on the first day, and what the refusal has to say so that nobody has to
 * guess: the credential, the member or the thing that is meant.
 */
let world: World;
let shop: Tenant;
let started: Visit;

beforeAll(async () => {
  world = await startWorld({
    environment: {
      ADMIN_TOKEN: PETYA_ADMIN_TOKEN,
      LIVEAVATAR_DEFAULT_AVATAR_ID: AVATAR_ID,
    },
  });
  shop = await world.customer({ limits: { maxConcurrentSessions: 100 } });
  started = await startedVisit(world.avatar, shop);
});
afterAll(() => world.stop());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const keyOf = ({ key }: Tenant) => ({ 'x-api-key': key });

function expectCause(answer: Answer, status: number, problem: string, cause: RegExp): void {
  const { type, message } = answer.body;
  expect([answer.status, type]).toEqual([status, `urn:problem:${problem}`]);
  expect(message).toMatch(cause);
}

const avatar = (method: string, path: string, call: Call = {}) =>
  world.avatar.call(method, path, call);
const petya = (method: string, path: string, call: Call = {}) =>
  world.petya.call(method, path, call);

describe('`leave` says that its body is the session token, as text/plain', () => {
  const leave = (raw: string | undefined, type = 'text/plain') =>
    avatar('POST', '/v1/sessions/leave', {
      ...(raw === undefined ? {} : { raw }),
      headers: { 'content-type': type },
    });

  it('to a body of another type', async () => {
    const json = JSON.stringify({ session_token: started.token });
    const answer = await leave(json, 'application/json');
    expectCause(answer, 415, 'unsupported_media_type', /text\/plain/);
  });

  it('to JSON that says it is text', async () => {
    const json = JSON.stringify({ session_token: started.token });
    expectCause(await leave(json), 401, 'token_invalid', /session token, and nothing else/);
  });

  it('to a key', async () => {
    expectCause(await leave(shop.key), 401, 'token_invalid', /session token, and nothing else/);
  });

  it('to no body', async () => {
    expectCause(await leave(undefined), 401, 'key_missing', /body.*session token.*text\/plain/);
  });
});

describe('an operator’s route says that an admin token is wanted', () => {
  const ADMIN = /admin token as Authorization: Bearer/;

  it.each([
    ['the gateway', () => avatar, '/api/v1/admin/sessions'],
    ['Petya', () => petya, '/admin/accounts'],
  ] as const)(
    'at %s, to a customer’s key in either header and to nobody',
    async (_app, at, path) => {
      const call = at();
      expectCause(
        await call('GET', path, { headers: bearer(shop.key) }),
        401,
        'token_invalid',
        ADMIN,
      );
      expectCause(await call('GET', path, { headers: keyOf(shop) }), 401, 'key_missing', ADMIN);
      expectCause(await call('GET', path), 401, 'key_missing', ADMIN);
    },
  );

  it('and a service’s that a service token is', async () => {
    const answer = await petya('GET', '/avatar/erasures', { headers: bearer(shop.key) });
    expectCause(answer, 401, 'token_invalid', /service token as Authorization: Bearer/);
  });
});

describe('a credential in another one’s place is told from one that is wrong', () => {
  it('a key where the session token belongs', async () => {
    const TOKEN = /key.*session_token of POST \/v1\/sessions\/token as Authorization: Bearer/;
    for (const headers of [bearer(shop.key), keyOf(shop)]) {
      const answer = await avatar('POST', '/v1/sessions/start', { headers });
      expectCause(answer, 401, 'token_invalid', TOKEN);
    }
    const nothing = await avatar('POST', '/v1/sessions/start');
    expectCause(nothing, 401, 'key_missing', /session_token of POST \/v1\/sessions\/token/);
  });

  it('a session token where the key belongs', async () => {
    const headers = bearer(started.token);
    const KEY = /token came where.*key belongs/;
    const opened = await avatar('POST', '/v1/sessions/token', { headers, json: {} });
    expectCause(opened, 401, 'key_invalid', KEY);
    expectCause(await petya('GET', '/account/config', { headers }), 401, 'key_invalid', KEY);
  });

  it.each(['undefined', PETYA_SERVICE_TOKEN])('what is neither of both: %s', async (credential) => {
    const NEITHER = /neither a key, which begins with SE_ or SK_, nor a token/;
    const headers = bearer(credential);
    const opened = await avatar('POST', '/v1/sessions/token', { headers, json: {} });
    expectCause(opened, 401, 'key_invalid', NEITHER);
    expectCause(await petya('GET', '/account/config', { headers }), 401, 'key_invalid', NEITHER);
  });

  it('a visitor token that is none', async () => {
    const headers = { ...keyOf(shop), 'x-visitor-token': started.token };
    const VISITOR = /X-Visitor-Token is not valid/;
    const opened = await avatar('POST', '/v1/sessions/token', { headers, json: {} });
    expectCause(opened, 401, 'token_invalid', VISITOR);
    const made = await petya('POST', '/visitors/init', { headers, json: {} });
    expectCause(made, 401, 'token_invalid', VISITOR);
  });

  it('a session token beside the id of another session', async () => {
    const other = await visit(world.avatar, shop);
    const headers = bearer(other.token);
    const json = { session_id: started.sessionId };
    const answer = await avatar('POST', '/v1/sessions/stop', { headers, json });
    expectCause(answer, 401, 'token_invalid', /token is of another session than the session_id/);
  });
});

describe('a member that is missing is named, in the message, too', () => {
  it.each([
    ['/v1/sessions/stop', {}],
    ['/v1/streaming.avatar_message', { text: 'hello' }],
  ])('session_id, with a key at %s', async (path, json) => {
    const answer = await avatar('POST', path, { headers: keyOf(shop), json });
    expectCause(answer, 422, 'invalid_input', /\/session_id is (needed|missing)/);
    expect(answer.body['errors']).toMatchObject([{ pointer: '/session_id' }]);
  });

  it('conversationId of a message, and how many more there are', async () => {
    const answer = await petya('POST', '/messages/userMessages/init', {
      headers: keyOf(shop),
      json: { content: 'hello' },
    });
    expectCause(answer, 422, 'invalid_input', /\/conversationId is missing.*\(and 1 more/);
  });
});

describe('what is not there is named', () => {
  const VISITOR = /no visitor/i;
  const CONVERSATION = /no conversation/i;
  const unknown = 'AAAAAAAAAAAAAAAAAAAAAA';

  it('at Petya, to the plugin', async () => {
    const headers = keyOf(shop);
    const ask = (path: string, json: object) => petya('POST', path, { headers, json });
    expectCause(await ask('/visitors/init', { visitorId: unknown }), 404, 'not_found', VISITOR);
    const message = { conversationId: unknown, isFromUser: true, content: 'hello' };
    const posted = await ask('/messages/userMessages/init', message);
    expectCause(posted, 404, 'not_found', CONVERSATION);
  });

  it('at Petya, to the operator', async () => {
    const own = `/accounts/${shop.accountId}`;
    const cases: [string, string, RegExp][] = [
      ['GET', `/accounts/${unknown}`, /no account/i],
      ['GET', `/accounts/${unknown}/keys`, /no account/i],
      ['DELETE', `${own}/keys/${unknown}`, /no key/i],
      ['DELETE', `${own}/visitors/${unknown}`, VISITOR],
      ['GET', `${own}/visitors/${unknown}/export`, VISITOR],
      ['DELETE', `${own}/conversations/${unknown}`, CONVERSATION],
    ];
    for (const [method, path, cause] of cases) {
      expectCause(await world.petya.admin(method, path), 404, 'not_found', cause);
    }
  });

  it('at the gateway, of a session request', async () => {
    const ada = await shop.proveVisitor();
    const bob = await shop.makeVisitor();
    const asAda = { ...keyOf(shop), ...ada.proof };
    const ask = (json: object) => avatar('POST', '/v1/sessions/token', { headers: asAda, json });
    expectCause(await ask({ visitor_id: bob }), 404, 'not_found', VISITOR);
    const theirs = await shop.openConversation({ visitorId: bob });
    expectCause(await ask({ conversation_id: theirs }), 404, 'not_found', CONVERSATION);
    await world.petya.admin('DELETE', `/accounts/${shop.accountId}/conversations/${theirs}`);
    const erased = await askToken(world.avatar, shop, { conversation_id: theirs });
    expectCause(erased as unknown as Answer, 404, 'not_found', CONVERSATION);
  });

  it('at the gateway, of a session', async () => {
    const headers = bearer(PETYA_ADMIN_TOKEN);
    const stopped = await avatar('POST', `/api/v1/admin/sessions/${unknown}/stop`, { headers });
    expectCause(stopped, 404, 'not_found', /no session/i);
    const json = { session_id: 'nobodys' };
    const answer = await avatar('POST', '/v1/sessions/stop', { headers: keyOf(shop), json });
    expectCause(answer, 404, 'not_found', /no session/i);
  });
});

describe('what is delivered says where it went', () => {
  it('under the session’s own id, where it named no conversation', async () => {
    const ended = await startedVisit(world.avatar, shop);
    expect((await ended.view()).conversation_id).toBeNull();
    await ended.say('We open at nine.');
    await ended.stop();
    const view = await ended.untilState('delivered');
    expect([view.conversation_id, view.delivery]).toEqual([ended.sessionId, 'delivered']);
    const read = await shop.read(ended.sessionId);
    expect(read.sessions).toMatchObject([{ sessionId: ended.sessionId }]);
  });
});

describe('what does not work as an account is set', () => {
  const make = async (avatarSettings: CreateAccountDto['avatar']) =>
    (
      await world.petya.admin<AccountDto>('POST', '/accounts', {
        name: 'Shop',
        ...(avatarSettings ? { avatar: avatarSettings } : {}),
      })
    ).body;

  it('is said where the account is made and changed', async () => {
    const mute = await make(undefined);
    expect(mute.warnings).toEqual(['no_context']);
    const path = `/accounts/${mute.accountId}`;
    const change = (avatarSettings: object) =>
      world.petya.admin<AccountDto>('PATCH', path, { avatar: avatarSettings });
    expect((await change({ knowledgeBaseId: CONTEXT_ID })).body.warnings).toBeUndefined();
    expect((await world.petya.admin<AccountDto>('GET', path)).body.warnings).toBeUndefined();
    const mistyped = await change({ avatarId: AVATAR_ID.slice(1) });
    expect(mistyped.body.warnings).toEqual(['avatar_no_uuid']);
  });

  it('is said in the token’s answer, where another avatar stands in for the account’s', async () => {
    const avatarId = AVATAR_ID.slice(1);
    const mistyped = await world.customer({ avatar: { avatarId, knowledgeBaseId: CONTEXT_ID } });
    const answer = await askToken(world.avatar, mistyped);
    expect(answer.body.data.warnings).toEqual(['avatar_replaced']);
    const right = await world.customer({
      avatar: { avatarId: AVATAR_ID, knowledgeBaseId: CONTEXT_ID },
    });
    expect((await askToken(world.avatar, right)).body.data.warnings).toBeUndefined();
  });

  it('is refused where a page asks for an avatar of its own', async () => {
    for (const member of ['avatar_id', 'avatarId']) {
      const answer = await askToken(world.avatar, shop, { [member]: AVATAR_ID });
      const cause = /known here: conversation_id, variables, visitor_id/;
      expectCause(answer as unknown as Answer, 422, 'invalid_input', cause);
    }
  });
});
