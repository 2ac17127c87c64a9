import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { AccountDto } from '#contracts';
import { Lifecycle, newId } from '#platform';
import type { INestApplication } from '@nestjs/common';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import { expectProblem } from '../support/expect-problem.js';
import { send } from '../support/json-client.js';
import { PETYA_ADMIN_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';
import { sendRaw } from '../support/raw-http.js';
import { until } from '../support/until.js';

const OTHER_TOKEN = 'another-token-of-the-operator';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

let world: World;
let petya: RunningPetya;
let written = '';

beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
  world = await startWorld({
    environment: { ADMIN_PORT: '0', ADMIN_TOKEN: `ben:${PETYA_ADMIN_TOKEN}` },
  });
  petya = await startPetya({
    // The audit is written at any level.
    environment: {
      ADMIN_PORT: '0',
      ADMIN_TOKEN: `${PETYA_ADMIN_TOKEN},anna:${OTHER_TOKEN}`,
      LOG_LEVEL: 'error',
    },
  });
});
afterAll(async () => {
  await world.stop();
  await petya.stop();
  jest.restoreAllMocks();
});

const portOf = (app: INestApplication) => app.get(Lifecycle).adminListener?.port ?? 0;
const adminUrl = (app: INestApplication) => `http://127.0.0.1:${portOf(app)}`;

describe('with a port of the operator’s own', () => {
  it.each([
    ['GET', '/api/v1/admin/accounts'],
    ['POST', '/api/v1/admin/accounts'],
    ['PUT', '/api/v1/admin/accounts'],
    ['GET', '/api/v1/admin/accounts?limit=1'],
    ['GET', '/api/v1/admin/accounts/'],
    ['GET', '/api/v1/admin/accounts/acc_1'],
    ['GET', '/api/v1/admin//accounts'],
    ['GET', '/API/v1/admin/accounts'],
    ['GET', '/api/v1/%61dmin/accounts'],
    ['GET', '/api/v1/x/../admin/accounts'],
    ['GET', 'http://127.0.0.1/api/v1/admin/accounts'],
  ])('Petya’s public one knows no %s %s, whatever token is shown', async (method, target) => {
    const head = `${method} ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n`;
    const bytes = `${head}Authorization: Bearer ${PETYA_ADMIN_TOKEN}\r\nContent-Length: 0\r\n\r\n`;
    const answer = await sendRaw(Number(new URL(petya.baseUrl).port), bytes);
    expect([answer.status, answer.headers.get('allow')]).toEqual([404, null]);
  });

  it.each(['', '/api/v1/avatar'])('nor does the avatar app’s, below "%s"', async (base) => {
    const headers = bearer(PETYA_ADMIN_TOKEN);
    const path = `${base}/api/v1/admin/sessions`;
    expectProblem(await world.avatar.call('GET', path, { headers }), 404, 'not_found');
    expect((await send('GET', `${adminUrl(world.avatar.app)}${path}`, { headers })).status).toBe(
      200,
    );
  });

  it('they are on that port, with health and nothing else', async () => {
    const at = adminUrl(petya.app);
    const ask = (path: string, headers = {}) => send('GET', `${at}${path}`, { headers });
    for (const token of [PETYA_ADMIN_TOKEN, OTHER_TOKEN]) {
      expect((await ask('/api/v1/admin/accounts', bearer(token))).status).toBe(200);
    }
    expect((await ask('/api/v1/admin/accounts')).status).toBe(401);
    expect((await ask('/api/v1/admin/accounts', bearer('not-the-token-of-anybody'))).status).toBe(
      401,
    );
    expect((await ask('/health/ready')).status).toBe(200);
    for (const path of ['/openapi.json', '/api/v1/account/config', '/api/v1/avatar/config', '/']) {
      expect((await ask(path, bearer(PETYA_ADMIN_TOKEN))).status).toBe(404);
    }
    expect((await send('GET', `${petya.baseUrl}/health/ready`)).status).toBe(200);
  });

  it('refuses there what no HTTP is, as on the public one', async () => {
    const answer = await sendRaw(portOf(petya.app), 'GET / HTTP/9.9\r\n\r\n');
    expectProblem(answer, 400, 'bad_request');
  });

  it('closes with the app, whoever holds a connection to it', async () => {
    const app = await startPetya({ environment: { ADMIN_PORT: '0' } });
    const port = portOf(app.app);
    const held = connect(port, '127.0.0.1');
    await new Promise((resolve) => held.once('connect', resolve));
    await send('GET', `http://127.0.0.1:${port}/health/live`);
    await app.stop();
    held.destroy();
    await expect(send('GET', `http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  });
});

describe('every call of the operator', () => {
  const who = (token: string) => createHash('sha256').update(token).digest('hex').slice(0, 8);
  const lineWith = (...pieces: readonly string[]) =>
    until('the line of the audit', async () =>
      written
        .split('\n')
        .find((line) => line.includes('Audit') && pieces.every((each) => line.includes(each))),
    );

  it.each<[string, string, object, number, string]>([
    ['PUT', 'opening', { paused: true, reason: 'for Ada' }, 200, 'order={"paused":true}'],
    ['PUT', 'opening', { paused: false }, 200, 'order={"paused":false}'],
    ['POST', 'stops', { all: true, expected: 0 }, 200, 'order={"all":true,"expected":0}'],
    [
      'POST',
      'stops',
      { accountId: 'acc_1', expected: 7 },
      409,
      'order={"accountId":"acc_1","expected":7}',
    ],
  ])('says what was ordered where the path does not: %s %s %j', async (...order) => {
    const [method, route, json, status, told] = order;
    const url = `${adminUrl(world.avatar.app)}/api/v1/admin/${route}`;
    const answer = await send(method, url, { headers: bearer(PETYA_ADMIN_TOKEN), json });
    expect(answer.status).toBe(status);
    const line = await lineWith(`method=${method}`, told);
    expect(line).toContain(`name=ben`);
    expect(line).toContain(`result=${status}`);
    expect(written).not.toContain('for Ada');
  });

  it('is a line: who, what, to what, with which result, and nothing of the body', async () => {
    const json = { name: 'A shop with a name that nobody else has' };
    const url = `${adminUrl(petya.app)}/api/v1/admin/accounts`;
    const made = await send<AccountDto>('POST', url, { headers: bearer(OTHER_TOKEN), json });
    expect(made.status).toBe(201);
    const { accountId } = made.body;
    const first = await lineWith('method=POST', 'route=/api/v1/admin/accounts');
    expect(first).toContain(`who=${who(OTHER_TOKEN)} name=anna address=`);
    const patch = { headers: bearer(PETYA_ADMIN_TOKEN), json: { suspended: true } };
    await send('PATCH', `${url}/${accountId}`, patch);
    const line = await lineWith('method=PATCH', accountId);
    for (const piece of [
      // A token that has no name.
      `who=${who(PETYA_ADMIN_TOKEN)} address=127.0.0.1`,
      'route=/api/v1/admin/accounts/:accountId',
      'result=200',
    ]) {
      expect(line).toContain(piece);
    }
    expect(written).not.toContain(json.name);
    for (const token of [PETYA_ADMIN_TOKEN, OTHER_TOKEN]) expect(written).not.toContain(token);
  });

  it('is of the same operator, who shows the token as the list has it', async () => {
    const url = `${adminUrl(petya.app)}/api/v1/admin/accounts/acc_that_is_not_there`;
    const answer = await send('GET', url, { headers: bearer(`anna:${OTHER_TOKEN}`) });
    expectProblem(answer, 404, 'not_found');
    const line = await lineWith('acc_that_is_not_there', 'method=GET');
    expect(line).toContain(`who=${who(OTHER_TOKEN)} name=anna`);
    expect(written).not.toContain(OTHER_TOKEN);
  });

  it('with a wrong token is a line, too, of nobody', async () => {
    const wrong = 'anna:the-token-of-somebody-else';
    const url = `${adminUrl(petya.app)}/api/v1/admin/accounts/acc_that_is_guessed`;
    await send('DELETE', url, { headers: bearer(wrong) });
    const line = await lineWith('acc_that_is_guessed');
    for (const piece of ['who=nobody', 'address=127.0.0.1', 'method=DELETE', 'result=401']) {
      expect(line).toContain(piece);
    }
    expect(line).not.toMatch(/name=/);
    expect(line).not.toContain(who(wrong));
    expect(written).not.toContain(wrong);
  });

  it('is written by the avatar app as well', async () => {
    const nobodys = newId();
    const url = `${adminUrl(world.avatar.app)}/api/v1/admin/sessions/${nobodys}/stop`;
    await send('POST', url, { headers: bearer(PETYA_ADMIN_TOKEN) });
    const line = await lineWith(nobodys, '/api/v1/admin/sessions/:id/stop');
    expect(line).toContain(`who=${who(PETYA_ADMIN_TOKEN)} name=ben`);
    expect(line).toContain('result=404');
  });
});
