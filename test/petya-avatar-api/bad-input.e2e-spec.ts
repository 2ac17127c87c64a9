import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  PETYA_ADMIN_TOKEN,
  PETYA_SERVICE_TOKEN,
  type RunningPetya,
  startPetya,
} from '../support/petya-app.js';
import type { Answer, Call } from '../support/json-client.js';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { type Route, routesWithBody, titleOf } from './routes.js';
import { makeTenant, type Tenant } from './tenant.js';

let petya: RunningPetya;
let tenant: Tenant;

beforeAll(async () => {
  petya = await startPetya();
  tenant = await makeTenant(petya);
});
afterAll(() => petya.stop());
afterEach(async () => {
  // A good request right after a bad one works.
  expect((await tenant.call('GET', '/account/config')).status).toBe(200);
});

const walk = routesWithBody.map((route) => [titleOf(route), route] as const);

function ask(route: Route, call: Call): Promise<Answer> {
  const token = {
    customer: tenant.key,
    service: PETYA_SERVICE_TOKEN,
    admin: PETYA_ADMIN_TOKEN,
  }[route.credential];
  const headers = { authorization: `Bearer ${token}`, ...call.headers };
  return petya.call(route.method, route.path, { ...call, headers });
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const utf8 = (text: string) => new Uint8Array(Buffer.from(text));

describe.each(walk)('%s', (_title, route) => {
  it.each([
    ['half an object', '{"a":', 400, 'malformed_json'],
    ['single quotes', "{'a':1}", 400, 'malformed_json'],
    ['NaN', '{"a":NaN}', 400, 'malformed_json'],
    ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 400, 'malformed_json'],
    ['21 levels', nested(21), 400, 'too_deep'],
    ['50,000 arrays', `{"a":${nested(25_000)}}`, 400, 'too_deep'],
    ['null', 'null', 422, 'invalid_input'],
    ['a string', '"x"', 422, 'invalid_input'],
    ['a number', '1', 422, 'invalid_input'],
    ['an array', '[]', 422, 'invalid_input'],
    ['__proto__', '{"__proto__":{"admin":true}}', 422, 'invalid_input'],
    ['constructor', '{"constructor":{"prototype":{}}}', 422, 'invalid_input'],
    ['prototype', '{"prototype":1}', 422, 'invalid_input'],
  ])('refuses %s', async (_name, raw, status, problem) => {
    expectProblem(await ask(route, { raw }), status, problem);
  });

  it.each([
    ['application/json; charset=utf-7'],
    ['application/json; charset=utf-16le'],
    ['application/json; charset=latin1'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    ['text/plain'],
    ['text/html'],
  ])('takes no body of type %s', async (type) => {
    const raw = utf8(JSON.stringify(route.body));
    const answer = await ask(route, { raw, headers: { 'content-type': type } });
    expectProblem(answer, 415, 'unsupported_media_type');
  });

  it.each(['gzip', 'deflate', 'br'])('takes no body encoded with %s', async (encoding) => {
    const answer = await ask(route, { raw: '{}', headers: { 'content-encoding': encoding } });
    expectProblem(answer, 415, 'unsupported_media_type');
  });

  it.each([
    'unheardOf',
    'state',
    '_id',
    'createdAt',
    'is_sandbox',
    'llm_configuration_id',
    'avatar_id',
    '$where',
    'a/b~c',
    'toString',
    'hasOwnProperty',
    '__defineGetter__',
  ])('refuses the unknown member %s without repeating its name', async (member) => {
    const answer = await ask(route, { json: { ...route.body, [member]: 'x' } });
    if (route.ignoresUnknown) {
      expect(answer.status).not.toBe(422);
      expect(answer.text).not.toContain(member);
      return;
    }
    expectProblem(answer, 422, 'invalid_input', { notEchoed: [`/${member}`] });
    expect(pointers(answer)).toEqual(['']);
    for (const known of Object.keys(route.body ?? {})) expect(answer.text).toContain(known);
  });

  it('refuses each required member that is left out', async () => {
    for (const member of route.required ?? []) {
      const { [member]: _left, ...rest } = route.body ?? {};
      const answer = await ask(route, { json: rest });
      expectProblem(answer, 422, 'invalid_input');
      expect(pointers(answer)).toEqual([`/${member}`]);
    }
  });

  it('refuses a value of another type in every member, by its pointer', async () => {
    for (const [path, value] of members(route.body ?? {})) {
      for (const wrong of wrongValues(value)) {
        const answer = await ask(route, { json: replaced(route.body ?? {}, path, wrong) });
        expect([path.join('/'), wrong, answer.status]).toEqual([path.join('/'), wrong, 422]);
        expectProblem(answer, 422, 'invalid_input');
        // A list is refused as a whole where one entry is wrong.
        expect(`/${path.join('/')}/`).toContain(
          `${pointers(answer)[0]
            ?.split('/')
            .slice(0, path.length + 1)
            .join('/')}`,
        );
        expect(answer.text).not.toContain('$ne');
      }
    }
  });
});

describe('values', () => {
  const table: [string, string, string, unknown][] = [
    ['POST /visitors/init', 'name', 'longer than 200 bytes', 'é'.repeat(101)],
    ['POST /visitors/init', 'email', 'without an at sign', 'ada.example.com'],
    ['POST /visitors/init', 'pageUrl', 'longer than 2048 bytes', 'x'.repeat(2049)],
    ['POST /visitors/init', 'locale', 'with a space', 'de DE'],
    ['POST /visitors/init', 'visitorId', 'with a NUL', 'a\u0000b'],
    ['POST /conversations/userConversation/init', 'externalId', 'with a slash', 'a/b'],
    [
      'POST /conversations/userConversation/init',
      'externalId',
      'of 129 characters',
      'x'.repeat(129),
    ],
    ['POST /messages/userMessages/init', 'content', 'that is empty', ''],
    ['POST /messages/userMessages/init', 'content', 'a byte over 32 KiB', `${'é'.repeat(16_384)}x`],
    ['POST /messages/userMessages/init', 'clientMessageId', 'with a control character', 'a\u0007'],
    ['PATCH /conversations/userConversation/:id/status', 'status', 'outside the set', 'failed'],
    ['POST /avatar/conversations/:id/status', 'status', 'outside the set', 'stopped'],
    ['POST /avatar/conversations/:id/status', 'sessionId', 'with a dot', 'a.b'],
    ['POST /avatar/conversations/:id/status', 'version', 'zero', 0],
    ['POST /avatar/conversations/:id/status', 'version', 'with a fraction', 1.5],
    ['POST /avatar/conversations/:id/status', 'endReason', 'outside the set', 'bored'],
    ['POST /avatar/conversations/:id/status', 'durationSeconds', 'negative', -1],
    ['POST /admin/accounts', 'name', 'that is empty', ''],
    ['POST /admin/accounts', 'language', 'that is no tag', 'english please'],
    ['POST /admin/accounts', 'retentionDays', 'zero', 0],
    ['POST /admin/accounts', 'sameVisitor', 'outside the set', 'ignore'],
    [
      'POST /admin/accounts',
      'allowedOrigins',
      'of 101 entries',
      Array(101).fill('https://a.example.com'),
    ],
    ['POST /admin/accounts/:id/keys', 'key', 'without its prefix', 'KEY_5799564546777614'],
  ];

  it.each(table)('%s refuses %s %s', async (title, member, _what, value) => {
    const route = routesWithBody.find((each) => titleOf(each) === title)!;
    const answer = await ask(route, { json: { ...route.body, [member]: value } });
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)[0]).toMatch(new RegExp(`^/${member}`));
  });

  it.each([
    '1e400',
    '-1e400',
    '-0',
    '0',
    '-5',
    '9007199254740993',
    '4102444800001',
    'true',
    '"1760000000"',
  ])('refuse %s as a timestamp', async (time) => {
    const route = routesWithBody.find(({ path }) => path.includes('/avatar/conversations/'))!;
    for (const member of ['timestamp', 'absolute_timestamp']) {
      const turn = `{"role":"user","transcript":"x","${member}":${time}}`;
      const raw = `{"sessionId":"s","status":"completed","transcript":[${turn}]}`;
      expectProblem(await ask(route, { raw }), 422, 'invalid_input');
    }
  });

  it('at their limits are taken', async () => {
    const name = 'é'.repeat(100);
    expect((await tenant.call('POST', '/visitors/init', { name })).status).toBe(201);
    const id = await tenant.openConversation({ externalId: 'x'.repeat(128) });
    expect((await tenant.post(id, 'é'.repeat(16_384))).status).toBe(201);
  });

  it('of text are kept as they are, control characters and NUL included', async () => {
    const id = await tenant.openConversation();
    const texts = ['a\u0000b', '\u001b[31m', '$where', '<b>', 'مرحبا', '👩‍👩‍👧‍👦', '"; --'];
    for (const text of texts) await tenant.post(id, text);
    expect((await tenant.read(id)).messages.map(({ content }) => content)).toEqual(texts);
  });

  it('of text with a lone surrogate are stored with U+FFFD', async () => {
    const id = await tenant.openConversation();
    const path = '/messages/userMessages/init';
    const raw = `{"conversationId":"${id}","isFromUser":true,"content":"a\\ud800b"}`;
    const headers = { authorization: `Bearer ${tenant.key}` };
    expect((await petya.call('POST', path, { headers, raw })).status).toBe(201);
    expect((await tenant.read(id)).messages[0]?.content).toBe('a\ufffdb');
  });
});

describe('queries', () => {
  it.each([
    'limit=-1',
    'limit=0',
    'limit=101',
    'limit=1000000',
    'limit=1.5',
    'limit=ten',
    'limit=',
    'limit=1&limit=2',
    'limit[$gt]=1',
    'limit=1&unheardOf=2',
    'cursor=',
    'cursor=%00',
    'cursor=not-a-cursor',
    'cursor=WyJhIl0&cursor=WyJhIl0',
    'cursor=e30',
    'cursor=WzEsIm1lc3NhZ2UiLHsiJG5lIjpudWxsfV0',
    'cursor=WzFlMzAwLCJ0dXJuIiwieCJd',
  ])('refuse ?%s on every list', async (query) => {
    const id = await tenant.openConversation();
    const answers = [
      await tenant.call('GET', `/conversations/userConversation/${id}?${query}`),
      await petya.admin('GET', `/accounts/${tenant.accountId}/keys?${query}`),
    ];
    if (query !== 'cursor=WyJhIl0') answers.push(await petya.admin('GET', `/accounts?${query}`));
    for (const answer of answers) expectProblem(answer, 422, 'invalid_input');
  });

  it('refuse a force that is neither true nor false', async () => {
    for (const query of ['force=1', 'force=', 'force=true&force=true', 'force[$ne]=false']) {
      const answer = await petya.admin('DELETE', `/accounts/${tenant.accountId}?${query}`);
      expectProblem(answer, 422, 'invalid_input');
    }
  });
});

describe('ids in a path', () => {
  const ids = [
    '..%2f..%2fv2%2fadmin',
    '%2e%2e%2fadmin',
    '%3Fx=1',
    '%23',
    '%40',
    '%00',
    '%24ne',
    'x'.repeat(4_000),
    'well-formed-but-nobodys',
    '0123456789ABCDEF01234567',
    'undefined',
    '[object Object]',
    '%F0%9F%98%80',
  ];

  it.each(ids)('like %s are 404', async (id) => {
    const answers = [
      await tenant.call('GET', `/conversations/userConversation/${id}`),
      await tenant.call('PATCH', `/conversations/userConversation/${id}/status`, {
        status: 'completed',
      }),
      await petya.call('POST', `/avatar/conversations/${id}/status`, {
        headers: { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` },
        json: { sessionId: 's', status: 'active', transcript: [] },
      }),
      await petya.admin('GET', `/accounts/${id}`),
      await petya.admin('GET', `/accounts/${id}/keys`),
      await petya.admin('DELETE', `/accounts/${tenant.accountId}/keys/${id}`),
      await petya.admin('DELETE', `/accounts/${tenant.accountId}/visitors/${id}`),
    ];
    for (const answer of answers) {
      expectProblem(answer, 404, 'not_found');
      expect(answer.text).not.toContain(id);
    }
  });

  it('with an account that is known and an id that is none make no conversation', async () => {
    const answer = await petya.call('POST', '/avatar/conversations/a%2fb/status', {
      headers: { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` },
      json: { sessionId: 's', status: 'active', transcript: [], accountId: tenant.accountId },
    });
    expectProblem(answer, 404, 'not_found');
  });

  it('with a broken escape are 400 and not repeated', async () => {
    const answer = await tenant.call('GET', '/conversations/userConversation/%E0%A4%A');
    expectProblem(answer, 400, 'bad_request');
    expect(answer.text).not.toContain('%E0');
  });
});

/** Every member of a body with its path, members of members included. */
function members(body: object, parent: string[] = []): [string[], unknown][] {
  return Object.entries(body).flatMap(([name, value]): [string[], unknown][] => {
    const path = [...parent, name];
    const below = typeof value === 'object' && value !== null ? members(value, path) : [];
    return [[path, value], ...below];
  });
}

/** Values that must not stand where `value` stands. */
function wrongValues(value: unknown): unknown[] {
  const operators = [{ $ne: null }, { $where: 'sleep(1000)' }];
  if (typeof value === 'string') return [...operators, ['x'], [], 1, true];
  if (typeof value === 'number') return [...operators, [1], '1', true];
  if (typeof value === 'boolean') return [...operators, [true], 'true', 1];
  if (Array.isArray(value)) return ['x', 1, true, { 0: value[0] }];
  return ['x', 1, true, [value], []];
}

function replaced(body: object, [name = '', ...rest]: string[], value: unknown): object {
  if (Array.isArray(body)) {
    return body.map((item: object, index) =>
      String(index) === name ? (rest.length > 0 ? replaced(item, rest, value) : value) : item,
    );
  }
  const inner = (body as Record<string, object>)[name] ?? {};
  return { ...body, [name]: rest.length > 0 ? replaced(inner, rest, value) : value };
}
