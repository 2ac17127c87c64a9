import { afterEach, describe, expect, it } from '@jest/globals';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import { expectProblem } from '../support/expect-problem.js';
import { makeTenant } from '../petya-avatar-api/tenant.js';
import { type PetyaOptions, type RunningPetya, startPetya } from '../support/petya-app.js';

let petya: RunningPetya | undefined;
let world: World | undefined;

afterEach(async () => {
  await world?.stop();
  await petya?.stop();
  world = petya = undefined;
});

async function startLimited(environment: PetyaOptions['environment'] = {}): Promise<RunningPetya> {
  petya = await startPetya({ environment: { FAILED_KEYS_PER_MINUTE: '3', ...environment } });
  return petya;
}

const wrongKey = (number: number) => ({ 'x-api-key': `SE_000000000000000${number}` });

describe('wrong keys from one address', () => {
  it('are answered as such until there are too many, then nothing is looked up', async () => {
    const app = await startLimited();
    const { key } = await makeTenant(app);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const answer = await app.call('GET', '/account/config', { headers: wrongKey(attempt) });
      expectProblem(answer, 401, 'key_invalid');
    }
    for (const headers of [wrongKey(9), { 'x-api-key': key }]) {
      const answer = await app.call('GET', '/account/config', { headers });
      expectProblem(answer, 429, 'rate_limited');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(10);
    }
  });

  it('count together with wrong service and admin tokens', async () => {
    const app = await startLimited();
    const headers = { authorization: 'Bearer not-the-token-of-anybody' };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const answer = await app.call('GET', '/admin/accounts', { headers });
      expectProblem(answer, 401, 'token_invalid');
    }
    expectProblem(await app.call('GET', '/admin/accounts', { headers }), 429, 'rate_limited');
  });

  it('are counted under the address that a trusted proxy names, and only then', async () => {
    const app = await startLimited({ TRUSTED_PROXIES: '127.0.0.1' });
    const ask = async (from: string) => {
      const headers = { ...wrongKey(1), 'x-forwarded-for': from };
      return (await app.call('GET', '/account/config', { headers })).status;
    };
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await ask('198.51.100.1')).toBe(401);
    expect(await ask('198.51.100.1')).toBe(429);
    expect(await ask('198.51.100.2')).toBe(401);
    // What stands left of the proxy's own entry is the client's word.
    expect(await ask('203.0.113.9, 198.51.100.1')).toBe(429);
  });

  it('cannot hide behind a header when no proxy is trusted', async () => {
    const app = await startLimited();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const headers = { ...wrongKey(1), 'x-forwarded-for': `198.51.100.${attempt}` };
      statuses.push((await app.call('GET', '/account/config', { headers })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  it('at the avatar app do not close Petya to its other customers', async () => {
    world = await startWorld({ environment: { FAILED_KEYS_PER_MINUTE: '3' } });
    const tenant = await world.customer();
    const ask = (headers: Record<string, string>) =>
      world?.avatar.call('POST', '/v1/sessions/token', { headers, json: {} });
    const statuses: unknown[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      statuses.push((await ask(wrongKey(attempt)))?.status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const asked = world.double.callsTo('config').length;
    expect((await ask({ 'x-api-key': tenant.key }))?.status).toBe(429);
    expect(world.double.callsTo('config')).toHaveLength(asked);
  });
});

describe('a look-up of the avatar app', () => {
  it('is not counted at Petya, whose caller is one address for everybody', async () => {
    const app = await startLimited({ RATE_PER_ADDRESS_PER_MINUTE: '5' });
    const headers = { ...wrongKey(1), 'x-service-token': 'service-token-of-this-run' };
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expectProblem(await app.call('GET', '/avatar/config', { headers }), 401, 'key_invalid');
    }
    const forged = { ...headers, 'x-service-token': 'service-token-of-nobody' };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await app.call('GET', '/avatar/config', { headers: forged });
    }
    const refused = await app.call('GET', '/avatar/config', { headers: forged });
    expectProblem(refused, 429, 'rate_limited');
  });
});

describe('the rate of an address', () => {
  it('stands in the headers and refuses what is too much, but for the probes', async () => {
    const app = await startLimited({ RATE_PER_ADDRESS_PER_MINUTE: '4' });
    const first = await app.call('GET', '/account/config');
    expect(first.headers.get('ratelimit-limit')).toBe('4');
    expect(first.headers.get('ratelimit-remaining')).toBe('3');
    expect(Number(first.headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    for (let more = 0; more < 3; more += 1) await app.call('GET', '/account/config');
    const refused = await app.call('GET', '/account/config');
    expectProblem(refused, 429, 'rate_limited');
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect((await fetch(`${app.baseUrl}/health/live`)).status).toBe(200);
  });
});

describe('the rate of a key', () => {
  it('is counted apart from other keys', async () => {
    const app = await startLimited({ RATE_PER_KEY_PER_MINUTE: '2' });
    const [one, other] = [await makeTenant(app), await makeTenant(app)];
    expect((await one.call('GET', '/account/config')).status).toBe(200);
    const second = await one.call('GET', '/account/config');
    expect(second.headers.get('ratelimit-remaining')).toBe('0');
    expectProblem(await one.call('GET', '/account/config'), 429, 'rate_limited');
    expect((await other.call('GET', '/account/config')).status).toBe(200);
  });
});
