import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { sendRaw } from '../support/raw-http.js';
import { makeTenant, type Tenant } from './tenant.js';

let petya: RunningPetya;
let tenant: Tenant;
let port: number;

beforeAll(async () => {
  petya = await startPetya();
  tenant = await makeTenant(petya);
  port = Number(new URL(petya.baseUrl).port);
});
afterAll(() => petya.stop());
afterEach(async () => {
  expect((await tenant.call('GET', '/account/config')).status).toBe(200);
});

const post = 'POST /api/v1/visitors/init HTTP/1.1\r\nHost: petya\r\n';
const json = 'Content-Type: application/json\r\n';

describe('a request whose framing can be read in two ways', () => {
  it.each([
    [
      'a length and chunks',
      `${post}${json}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ],
    ['two lengths', `${post}${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`],
    ['a space before the colon', `${post}${json}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['NUL in a header', `${post}X-Name: a\u0000b\r\n\r\n`],
    ['a folded header', `${post}X-Name: a\r\n b: c\r\n\r\n`],
    [
      'two Host headers',
      'GET /api/v1/account/config HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
    ],
    ['no Host header', 'GET /api/v1/account/config HTTP/1.1\r\nConnection: close\r\n\r\n'],
  ])('is 400 with our body when it has %s', async (_name, request) => {
    const answer = await sendRaw(port, request, { untilClosed: true });
    expectProblem(answer, 400, 'bad_request');
    expect(answer.headers.get('connection')).toBe('close');
  });

  it.each([
    ['with the key', (key: string) => `X-Api-Key: ${key}\r\n`, 400, 'bad_request'],
    ['without a key, which is judged first', () => '', 401, 'key_missing'],
  ])('ends with its chunks where a size is no number: %s', async (_who, lines, status, problem) => {
    const head = `${post}${json}${lines(tenant.key)}Transfer-Encoding: chunked\r\n\r\n`;
    const answer = await sendRaw(port, `${head}xyz\r\n{}\r\n`, { untilClosed: true });
    expectProblem(answer, status, problem);
    expect(answer.headers.get('connection')).toBe('close');
  });

  it.each([
    ['the same key twice', (key: string) => `X-Api-Key: ${key}\r\nx-api-key: ${key}\r\n`],
    ['two keys', (key: string) => `X-Api-Key: ${key}\r\nX-Api-Key: SE_0000000000000000\r\n`],
    [
      'two Authorization headers',
      (key: string) => `Authorization: Bearer ${key}\r\nAuthorization: Bearer ${key}\r\n`,
    ],
  ])('is 400 when it carries %s', async (_name, headers) => {
    const start = 'GET /api/v1/account/config HTTP/1.1\r\nHost: petya\r\nConnection: close\r\n';
    const answer = await sendRaw(port, `${start}${headers(tenant.key)}\r\n`);
    expectProblem(answer, 400, 'key_ambiguous', { notEchoed: [tenant.key] });
  });
});

describe('a request that is too large', () => {
  it('in its headers is 431 with our body', async () => {
    const start = 'GET /health/live HTTP/1.1\r\nHost: petya\r\nConnection: close\r\n';
    const wide = await sendRaw(port, `${start}X-Wide: ${'x'.repeat(17_000)}\r\n\r\n`);
    const many = Array.from({ length: 101 }, (_unused, index) => `X-${index}: y\r\n`).join('');
    for (const answer of [wide, await sendRaw(port, `${start}${many}\r\n`)]) {
      expectProblem(answer, 431, 'headers_too_large');
    }
  });

  it('in its URL is 414', async () => {
    const answer = await petya.call('GET', `/account/config?x=${'y'.repeat(9_000)}`);
    expectProblem(answer, 414, 'uri_too_long');
  });

  it('by what it announces is 413 before a byte of the body is asked for', async () => {
    const headers = `Authorization: Bearer ${tenant.key}\r\nExpect: 100-continue\r\nContent-Length: 1000000000\r\n`;
    const answer = await sendRaw(port, `${post}${json}${headers}\r\n`);
    expectProblem(answer, 413, 'payload_too_large');
    expect(answer.received).not.toContain('100 Continue');
  });
});

describe('a path or method that is not there', () => {
  it.each([
    ['PUT', '/visitors/init', 'POST'],
    ['GET', '/visitors/init', 'POST'],
    ['DELETE', '/account/config', 'GET, HEAD'],
    ['PROPFIND', '/account/config', 'GET, HEAD'],
    ['POST', '/conversations/userConversation/x/status', 'PATCH'],
    ['PUT', '/admin/accounts/x', 'GET, HEAD, PATCH, DELETE'],
  ])('is 405 for %s %s and says what is', async (method, path, allow) => {
    const answer = await petya.call(method, path);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe(allow);
  });

  it('is 405 for TRACE', async () => {
    const answer = await sendRaw(
      port,
      'TRACE /api/v1/account/config HTTP/1.1\r\nHost: petya\r\nConnection: close\r\n\r\n',
    );
    expectProblem(answer, 405, 'method_not_allowed');
  });

  it.each([
    '/nowhere',
    '/account',
    '/admin',
    '/avatar/config/more',
    '//account//config',
    '/account/config;x=1',
  ])('is 404 or 401 for %s and is not repeated', async (path) => {
    const answer = await petya.call('GET', path);
    expect([401, 404]).toContain(answer.status);
    expect(answer.text).not.toContain(path);
  });

  it.each(['/account%2Fconfig', '/account/config/', '/account/config%00'])(
    'gives nothing away to %s without a key',
    async (path) => {
      expect([401, 404]).toContain((await petya.call('GET', path)).status);
    },
  );

  it('is not reached by headers that name another method or path', async () => {
    const answer = await petya.call('GET', '/nowhere', {
      headers: {
        authorization: `Bearer ${tenant.key}`,
        'x-http-method-override': 'POST',
        'x-original-url': '/api/v1/account/config',
        'x-forwarded-for': '127.0.0.1',
      },
    });
    expectProblem(answer, 404, 'not_found');
  });
});

describe('every answer', () => {
  it("carries the caller's request id if it is a UUID, and ours otherwise", async () => {
    const id = '0190f6d4-1111-7222-8333-444455556666';
    const ask = (offered: string) =>
      petya.call('GET', '/account/config', { headers: { 'x-request-id': offered } });
    expect((await ask(id)).headers.get('x-request-id')).toBe(id);
    expect((await ask('not-a-uuid')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
