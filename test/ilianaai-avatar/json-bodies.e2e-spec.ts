import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import type { Call } from '../support/json-client.js';
import { expectProblem, pointers } from './vendor-shaped-problem.js';
import { askToken, startedVisit, type Visit } from './visit.js';
import { startWorld, type World } from './world.js';

let world: World;
let shop: Tenant;
let talk: Visit;

beforeAll(async () => {
  world = await startWorld();
  shop = await world.customer();
  talk = await startedVisit(world.avatar, shop);
});
afterEach(async () => {
  expect((await talk.view()).state).toBe('active');
  expect((await talk.say('still here', { message_id: 'here' })).status).toBe(200);
});
afterAll(() => world.stop());

/** Routes that take a JSON body, each with the credential it wants. */
const ROUTES = [
  ['/v1/sessions/token', () => ({ 'x-api-key': shop.key })],
  ['/v1/sessions/start', () => ({ authorization: `Bearer ${talk.token}` })],
  ['/v1/sessions/stop', () => ({ authorization: `Bearer ${talk.token}` })],
  ['/v1/sessions/keep-alive', () => ({ authorization: `Bearer ${talk.token}` })],
  ['/v1/streaming.avatar_message', () => ({ authorization: `Bearer ${talk.token}` })],
] as const;

describe.each(ROUTES)('%s', (path, credential) => {
  const post = ({ headers = {}, ...call }: Call) =>
    world.avatar.call('POST', path, { headers: { ...credential(), ...headers }, ...call });

  it.each([
    '{',
    '{"a":}',
    "{'a':1}",
    '{"a":1,}',
    'NaN',
    '{"a":NaN}',
    '\ufeff{}',
    '{} {}',
    'undefined',
  ])('refuses %j, which is no JSON', async (raw) => {
    expectProblem(await post({ raw }), 400, 'malformed_json', { notEchoed: ["'a'", 'undefined'] });
  });

  it.each(['null', '"x"', '1', '[]', 'true', '[{}]'])(
    'refuses %s, which is no object',
    async (raw) => {
      const answer = await post({ raw });
      expectProblem(answer, 422, 'invalid_input');
      expect(pointers(answer)).toEqual(['']);
    },
  );

  it('refuses bytes that are not UTF-8', async () => {
    const raw = new Uint8Array([...Buffer.from('{"text":"'), 0xff, 0xfe, ...Buffer.from('"}')]);
    expectProblem(await post({ raw }), 400, 'malformed_json');
  });

  it.each([
    ['21 objects', '{"a":'.repeat(21) + '1' + '}'.repeat(21)],
    ['21 arrays', '['.repeat(21) + ']'.repeat(21)],
    ['20,000 arrays', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['20,000 arrays that never end', '['.repeat(20_000)],
  ])('refuses %s inside each other', async (_what, raw) => {
    expectProblem(await post({ raw }), 400, 'too_deep');
  });

  it.each(['__proto__', 'constructor', 'prototype'])(
    'refuses %s as a member, at any depth',
    async (name) => {
      for (const raw of [`{"${name}":{"admin":true}}`, `{"a":{"${name}":1}}`, `[{"${name}":1}]`]) {
        const answer = await post({ raw });
        expectProblem(answer, 422, 'invalid_input');
        expect(pointers(answer)).toEqual(['']);
      }
    },
  );

  it('refuses an unknown member without its name, and says what is known', async () => {
    const answer = await post({ json: { surprise: 'secret-value' } });
    expectProblem(answer, 422, 'invalid_input', { notEchoed: ['secret-value', 'surprise'] });
    expect(pointers(answer)).toContain('');
    expect(answer.text).toContain('has a member that is not known; known here: ');
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'session_id=1&a[b]=c'],
    ['a multipart form', 'multipart/form-data; boundary=x', '--x--'],
    ['text', 'text/plain', '{}'],
    ['a beacon of JSON', 'text/plain;charset=UTF-8', '{}'],
    ['no type', '', '{}'],
    ['XML', 'application/xml', '<a/>'],
    ['almost JSON', 'application/jsonp', '{}'],
    ['UTF-16', 'application/json; charset=utf-16le', '{\u0000}\u0000'],
    ['UTF-7', 'application/json; charset=utf-7', '{}'],
    ['Latin-1', 'application/json;charset="iso-8859-1"', '{}'],
  ])('refuses %s', async (_what, type, raw) => {
    const answer = await post({ headers: { 'content-type': type }, raw });
    expectProblem(answer, 415, 'unsupported_media_type');
  });

  it.each(['gzip', 'br', 'deflate', 'identity, gzip', 'unknown'])(
    'refuses a body in the encoding %s',
    async (encoding) => {
      const answer = await post({ headers: { 'content-encoding': encoding }, raw: '{}' });
      expectProblem(answer, 415, 'unsupported_media_type', { notEchoed: ['unknown'] });
    },
  );

  it('refuses more than it can need', async () => {
    const raw = `{"text":"${'x'.repeat(256 * 1024)}"}`;
    expectProblem(await post({ raw }), 413, 'payload_too_large');
  });
});

describe('a JSON content type', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json;v=1; charset=UTF-8',
  ])('is taken as %s', async (type) => {
    const headers = { 'content-type': type, 'content-encoding': 'identity' };
    const answer = await world.avatar.call('POST', '/v1/sessions/token', {
      headers: { 'x-api-key': shop.key, ...headers },
      raw: '{}',
    });
    expect(answer.status).toBe(200);
  });
});

describe('a token request', () => {
  const ID = 'c'.repeat(128);

  it.each(['x', ID, 'A.b_c:d-9'])('takes %s as an id', async (id) => {
    const body = { conversation_id: id, visitor_id: id };
    expect((await askToken(world.avatar, shop, body)).status).toBe(200);
  });

  it.each([
    '',
    `${ID}c`,
    'a b',
    'a/b',
    'a\u0000b',
    'a\nb',
    'é',
    '../x',
    '%2e',
    7,
    true,
    ['x'],
    { $ne: null },
    { $where: 'sleep(1)' },
  ])('refuses %j as an id', async (id) => {
    for (const member of ['conversation_id', 'visitor_id']) {
      const answer = await askToken(world.avatar, shop, { [member]: id });
      expectProblem(answer, 422, 'invalid_input', { notEchoed: ['sleep'] });
      expect(pointers(answer)).toEqual([`/${member}`]);
    }
  });

  it('takes 64 KiB and not one byte more', async () => {
    const body = (bytes: number) => `{}${' '.repeat(bytes - 2)}`;
    const headers = { 'x-api-key': shop.key };
    const post = (bytes: number) =>
      world.avatar.call('POST', '/v1/sessions/token', { headers, raw: body(bytes) });
    expect((await post(64 * 1024)).status).toBe(200);
    expectProblem(await post(64 * 1024 + 1), 413, 'payload_too_large');
  });
});

describe('a session id in a body', () => {
  it.each([
    '',
    'x'.repeat(129),
    'a.b',
    'a/b',
    '../x',
    'a\u0000',
    7,
    ['x'],
    { $ne: null },
    null,
    true,
  ])('is refused as %j', async (session_id) => {
    for (const route of ['stop', 'keep-alive', 'start']) {
      const answer = await world.avatar.call('POST', `/v1/sessions/${route}`, {
        headers: { authorization: `Bearer ${talk.token}` },
        json: { session_id },
      });
      expectProblem(answer, 422, 'invalid_input');
      expect(pointers(answer)).toEqual(['/session_id']);
    }
  });

  it.each(['user closed', 'x'.repeat(65), 7, { $ne: null }, ['USER_CLOSED'], null])(
    'may not come with %j as the reason',
    async (reason) => {
      const answer = await talk.stop({ reason });
      expectProblem(answer, 422, 'invalid_input');
      expect(pointers(answer)).toEqual(['/reason']);
    },
  );
});
