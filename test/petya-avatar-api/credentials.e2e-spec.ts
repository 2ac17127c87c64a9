import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  PETYA_ADMIN_TOKEN,
  PETYA_SERVICE_TOKEN,
  type RunningPetya,
  startPetya,
} from '../support/petya-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { type Route, routes, titleOf } from './routes.js';
import { makeTenant, type Tenant } from './tenant.js';

let petya: RunningPetya;
let tenant: Tenant;

beforeAll(async () => {
  petya = await startPetya();
  tenant = await makeTenant(petya);
});
afterAll(() => petya.stop());

const walk = routes.map((route) => [titleOf(route), route] as const);

function ask(route: Route, headers: Record<string, string>) {
  return petya.call(route.method, route.path, { headers, json: route.body });
}

describe.each(walk)('%s', (_title, route) => {
  const unknown = route.credential === 'customer' ? 'key_invalid' : 'token_invalid';

  it.each([
    ['no credential', {}],
    ['an empty key', { 'x-api-key': '' }],
    ['a key of spaces', { 'x-api-key': '   ' }],
    ['an empty Bearer', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic U0VfNTc5OTU2NDU0Njc3NzYxNDo=' }],
  ])('answers 401 to %s', async (_name, headers) => {
    expectProblem(await ask(route, headers), 401, 'key_missing');
  });

  it('answers 401 to a credential nobody has', async () => {
    expectProblem(await ask(route, { authorization: 'Bearer SE_0000000000000000' }), 401, unknown);
  });

  it("answers 401 to the other kinds' credentials", async () => {
    const others = {
      customer: [PETYA_SERVICE_TOKEN, PETYA_ADMIN_TOKEN],
      service: [tenant.key, PETYA_ADMIN_TOKEN],
      admin: [tenant.key, PETYA_SERVICE_TOKEN],
    };
    for (const token of others[route.credential]) {
      const answer = await ask(route, { authorization: `Bearer ${token}` });
      expectProblem(answer, 401, unknown);
      expect(answer.text).not.toContain(token);
    }
  });

  it('answers 401 to HEAD, without a body, where it answers GET', async () => {
    if (route.method !== 'GET') return;
    const answer = await petya.call('HEAD', route.path);
    expect([answer.status, answer.text]).toEqual([401, '']);
  });
});

describe('a customer key', () => {
  it('is read from nowhere but the two headers', async () => {
    const { key } = tenant;
    const answers = [
      await petya.call('GET', `/account/config?api_key=${key}&X-Api-Key=${key}`),
      await petya.call('GET', '/account/config', { headers: { cookie: `X-Api-Key=${key}` } }),
      await petya.call('POST', '/visitors/init', { json: { apiKey: key } }),
    ];
    for (const answer of answers) expectProblem(answer, 401, 'key_missing');
  });

  it('that disagrees with the Bearer beside it is 400', async () => {
    const other = await makeTenant(petya);
    const answer = await petya.call('GET', '/account/config', {
      headers: { 'x-api-key': tenant.key, authorization: `Bearer ${other.key}` },
    });
    expectProblem(answer, 400, 'key_ambiguous');
  });

  it('that is unknown and one that is revoked get the same answer', async () => {
    const revoked = await makeTenant(petya);
    await petya.admin('DELETE', `/accounts/${revoked.accountId}/keys/${revoked.keyId}`);
    const one = await revoked.call('GET', '/account/config');
    const other = await petya.call('GET', '/account/config', {
      headers: { 'x-api-key': 'SE_0000000000000000' },
    });
    expectProblem(one, 401, 'key_invalid');
    expect({ ...one.body, instance: '' }).toEqual({ ...other.body, instance: '' });
  });
});

describe('service tokens', () => {
  it('may be several, so that one can be rotated', async () => {
    const rotating = await startPetya({
      environment: { SERVICE_TOKENS: 'service-token-number-one, service-token-number-two' },
    });
    for (const [token, status] of [
      ['service-token-number-one', 404],
      ['service-token-number-two', 404],
      ['service-token-number', 401],
    ] as const) {
      const answer = await rotating.call('GET', '/avatar/accounts/nobody/config', {
        headers: { authorization: `Bearer ${token}` },
      });
      expect([token, answer.status]).toEqual([token, status]);
    }
    await rotating.stop();
  });
});
