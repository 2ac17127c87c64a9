import type { CreatedApiKeyDto } from '#contracts';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startStreamingWorld } from '../ilianaai-avatar/streaming-world.js';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import { expectProblem } from '../support/expect-problem.js';
import { deliver, makeTenant } from '../petya-avatar-api/tenant.js';
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

  it('are limited as wrong service and admin tokens are', async () => {
    const app = await startLimited();
    const headers = { authorization: 'Bearer not-the-token-of-anybody' };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const answer = await app.call('GET', '/admin/accounts', { headers });
      expectProblem(answer, 401, 'token_invalid');
    }
    expectProblem(await app.call('GET', '/admin/accounts', { headers }), 429, 'rate_limited');
  });

  it('do not lock out the right tokens of their address', async () => {
    const app = await startLimited();
    const tenant = await makeTenant(app);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await app.call('GET', '/account/config', { headers: wrongKey(attempt % 10) });
      const headers = { authorization: `Bearer not-the-token-of-anybody-${attempt}` };
      await app.call('POST', '/avatar/conversations/none/status', { headers, json: {} });
    }
    const delivered: number[] = [];
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const update = {
        sessionId: `session-${attempt}`,
        accountId: tenant.accountId,
        status: 'active',
        transcript: [],
      };
      delivered.push((await deliver(app, `order-${attempt}`, update)).status);
    }
    expect(delivered).toEqual(Array.from({ length: 20 }, () => 200));
    expect((await app.admin('GET', '/accounts')).status).toBe(200);
  });

  it('do not lock out a key that was right there before', async () => {
    const app = await startLimited();
    const [known, unknown] = [await makeTenant(app), await makeTenant(app)];
    expect((await known.call('GET', '/account/config')).status).toBe(200);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await app.call('GET', '/account/config', { headers: wrongKey(attempt) });
    }
    expect((await known.call('GET', '/account/config')).status).toBe(200);
    expectProblem(await unknown.call('GET', '/account/config'), 429, 'rate_limited');
    await app.admin('DELETE', `/accounts/${known.accountId}/keys/${known.keyId}`);
    expectProblem(await known.call('GET', '/account/config'), 401, 'key_invalid');
    expectProblem(await known.call('GET', '/account/config'), 429, 'rate_limited');
  });

  it('and wrong tokens are counted apart', async () => {
    const app = await startLimited();
    const headers = { authorization: 'Bearer not-the-token-of-anybody' };
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await app.call('GET', '/admin/accounts', { headers });
    }
    const { key } = await makeTenant(app);
    const asked = await app.call('GET', '/account/config', { headers: { 'x-api-key': key } });
    expect(asked.status).toBe(200);
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

  it('of files is one of its own: visitors who load them take no calls from each other', async () => {
    world = await startWorld({ environment: { RATE_PER_ADDRESS_PER_MINUTE: '4' } });
    const { avatar } = world;
    const load = () => avatar.call('GET', '/plugin/v1/plugin.js');
    const call = () => avatar.call('POST', '/v1/sessions/token');
    const asVendor = { mediaType: 'application/json' };
    for (let times = 0; times < 4; times += 1) {
      const answer = await load();
      expectProblem(answer, 404, 'plugin_not_built');
      expect(answer.headers.get('ratelimit-limit')).toBeNull();
    }
    expectProblem(await load(), 429, 'rate_limited');
    expectProblem(await call(), 401, 'key_missing', asVendor);
    for (let times = 0; times < 3; times += 1) await call();
    expectProblem(await call(), 429, 'rate_limited', asVendor);
  });

  it('is nothing to whoever runs the service and shows a right token', async () => {
    const [metrics, admin] = ['a-token-of-the-metrics', 'a-token-of-the-operator'];
    const limited = {
      RATE_PER_ADDRESS_PER_MINUTE: '4',
      ADMIN_TOKEN: `anna:${admin}`,
      METRICS_TOKEN: metrics,
    };
    world = await startWorld({ environment: limited });
    const petyas = await startLimited(limited);
    const { avatar } = world;
    const lists = [
      `${avatar.baseUrl}/api/v1/admin/sessions`,
      `${petyas.baseUrl}/api/v1/admin/accounts`,
    ];
    for (const list of lists) {
      const ask = (url: string, token: string) =>
        fetch(url, { headers: { authorization: `Bearer ${token}` } });
      const statusesOf = async (url: string, token: string) => {
        const answers = await Promise.all(Array.from({ length: 10 }, () => ask(url, token)));
        return [...new Set(answers.map(({ status }) => status))];
      };
      while ((await fetch(new URL('/nothing', list))).status !== 429);
      expect(await statusesOf(list, admin)).toEqual([200]);
      expect(await statusesOf(list, `anna:${admin}`)).toEqual([200]);
      expect(await statusesOf(new URL('/metrics', list).href, metrics)).toEqual([200]);
      // Whoever only tries to be one of them is counted as everybody.
      expect(await statusesOf(list, metrics)).toContain(429);
    }
  });

  it('of probes is one of its own, which is limited too', async () => {
    const app = await startLimited({ RATE_PER_ADDRESS_PER_MINUTE: '4' });
    const probe = () => fetch(`${app.baseUrl}/health/live`);
    const answers: Response[] = [];
    const refused = () => answers.filter(({ status }) => status === 429);
    // A busy machine earns some of them back meanwhile.
    while (refused().length === 0 && answers.length < 3_000) {
      answers.push(...(await Promise.all(Array.from({ length: 160 }, probe))));
    }
    expect(refused()[0]?.headers.get('ratelimit-limit')).toBe('600');
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(590);
    expect((await app.call('GET', '/account/config')).status).toBe(401);
  });
});

describe('a start in production', () => {
  const PRODUCTION = { NODE_ENV: 'production', API_KEY_PEPPER: 'a-pepper-of-this-run' };

  it.each([
    [{}, 1],
    [{ NODE_ENV: '' }, 1],
    [{ TRUSTED_PROXIES: '127.0.0.1' }, 0],
    [{ NODE_ENV: 'development' }, 0],
  ])('says so once if no proxy is trusted: %j', async (environment, times) => {
    let written = '';
    const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
    await startLimited({ ...PRODUCTION, ...environment });
    await petya?.stop();
    petya = undefined;
    spy.mockRestore();
    expect(written.split('TRUSTED_PROXIES is not set')).toHaveLength(times + 1);
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

  it('is counted apart for each address, so that strangers cannot use it up', async () => {
    const app = await startLimited({ RATE_PER_KEY_PER_MINUTE: '5', TRUSTED_PROXIES: '127.0.0.1' });
    const { key } = await makeTenant(app);
    const ask = (from: string) =>
      app.call('GET', '/account/config', {
        headers: { 'x-api-key': key, 'x-forwarded-for': from },
      });
    for (const stranger of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
      for (let call = 0; call < 5; call += 1) expect((await ask(stranger)).status).toBe(200);
      expectProblem(await ask(stranger), 429, 'rate_limited');
    }
    expect((await ask('203.0.113.7')).status).toBe(200);
  });
});

/** Statuses of as many calls, one after the other. */
async function statuses(times: number, call: (nth: number) => Promise<{ status: number }>) {
  const found: number[] = [];
  for (let nth = 0; nth < times; nth += 1) found.push((await call(nth)).status);
  return found;
}

describe('what an address may begin at Petya in a minute', () => {
  it('are so many visitors and conversations together, and known visitors go on', async () => {
    const app = await startLimited({ VISITORS_PER_ADDRESS_PER_MINUTE: '3' });
    const tenant = await makeTenant(app);
    const visitorId = await tenant.makeVisitor();
    await tenant.openConversation({ externalId: 'order-1' });
    expect(await statuses(2, () => tenant.call('POST', '/visitors/init', {}))).toEqual([201, 429]);
    const refused = await tenant.call('POST', '/visitors/init', {});
    expectProblem(refused, 429, 'rate_limited');
    expect(refused.headers.get('ratelimit-limit')).toBe('3');
    expect(refused.headers.get('ratelimit-remaining')).toBe('0');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(10);
    expect(refused.body).toMatchObject({
      message:
        'Too many visitors and conversations begun from this address. Try again later. A server that asks for many visitors sends its secret key. Behind a proxy, TRUSTED_PROXIES tells its callers apart.',
    });
    for (const body of [{}, { visitorId }]) {
      const opened = await tenant.call('POST', '/conversations/userConversation/init', body);
      expectProblem(opened, 429, 'rate_limited');
    }
    const again = () => tenant.call('POST', '/visitors/init', { visitorId });
    expect(await statuses(5, again)).toEqual([200, 200, 200, 200, 200]);
  });

  it('are so many messages', async () => {
    const app = await startLimited({ MESSAGES_PER_ADDRESS_PER_MINUTE: '2' });
    const tenant = await makeTenant(app);
    const id = await tenant.openConversation();
    expect(await statuses(3, () => tenant.post(id, 'Hello'))).toEqual([201, 201, 429]);
    const message = { conversationId: id, isFromUser: true, content: 'Hello' };
    const { proof } = await tenant.proveVisitor();
    const proved = await tenant.call('POST', '/messages/userMessages/init', message, proof);
    expectProblem(proved, 429, 'rate_limited');
  });

  it('is counted for each address', async () => {
    const app = await startLimited({
      VISITORS_PER_ADDRESS_PER_MINUTE: '1',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    const { key } = await makeTenant(app);
    const begin = (from: string) =>
      app.call('POST', '/visitors/init', {
        headers: { 'x-api-key': key, 'x-forwarded-for': from },
        json: {},
      });
    expect(await statuses(2, () => begin('198.51.100.1'))).toEqual([201, 429]);
    expect(await statuses(2, () => begin('198.51.100.2'))).toEqual([201, 429]);
  });

  it('is nobody’s limit who shows the service token', async () => {
    const app = await startLimited({ VISITORS_PER_ADDRESS_PER_MINUTE: '1' });
    const { key } = await makeTenant(app);
    const headers = { 'x-api-key': key, 'x-service-token': 'service-token-of-this-run' };
    const begin = () => app.call('POST', '/visitors/init', { headers, json: {} });
    expect(await statuses(3, begin)).toEqual([201, 201, 201]);
  });

  it('is nobody’s limit who shows a secret key', async () => {
    const app = await startLimited({
      VISITORS_PER_ADDRESS_PER_MINUTE: '1',
      MESSAGES_PER_ADDRESS_PER_MINUTE: '1',
    });
    const { accountId } = await makeTenant(app);
    const made = await app.admin<CreatedApiKeyDto>('POST', `/accounts/${accountId}/keys`, {
      kind: 'secret',
    });
    const call = (path: string, json: object) =>
      app.call('POST', path, { headers: { 'x-api-key': made.body.key }, json });
    expect(await statuses(3, () => call('/visitors/init', {}))).toEqual([201, 201, 201]);
    const { body } = await call('/conversations/userConversation/init', {});
    const conversationId = body['conversationId'];
    const post = () =>
      call('/messages/userMessages/init', { conversationId, isFromUser: true, content: 'Hello' });
    expect(await statuses(3, post)).toEqual([201, 201, 201]);
  });
});

describe('session tokens', () => {
  const ask = (at: World, key: string, json: object, from = '198.51.100.1') =>
    at.avatar.call('POST', '/v1/sessions/token', {
      headers: { 'x-api-key': key, 'x-forwarded-for': from },
      json,
    });

  it('are so many for an address, whatever they are for', async () => {
    world = await startWorld({
      environment: { TOKENS_PER_ADDRESS_PER_MINUTE: '2', TRUSTED_PROXIES: '127.0.0.1' },
    });
    const at = world;
    const [one, other] = [await at.customer(), await at.customer()];
    expect(await statuses(2, () => ask(at, one.key, {}))).toEqual([200, 200]);
    const refused = await ask(at, other.key, {});
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(10);
    expect(refused.headers.get('ratelimit-limit')).toBe('2');
    expect((await ask(at, other.key, {}, '198.51.100.2')).status).toBe(200);
  });

  it('are so many for a visitor, whom a stranger elsewhere cannot lock out', async () => {
    world = await startWorld({
      environment: { TOKENS_PER_VISITOR_PER_MINUTE: '2', TRUSTED_PROXIES: '127.0.0.1' },
    });
    const at = world;
    const { key } = await at.customer();
    const named = { visitor_id: 'visitor-1' };
    expect(await statuses(3, () => ask(at, key, named, '203.0.113.1'))).toEqual([200, 200, 429]);
    expect((await ask(at, key, { visitor_id: 'visitor-2' }, '203.0.113.1')).status).toBe(200);
    expect((await ask(at, key, named)).status).toBe(200);
  });

  it('of the legacy vendor are counted with them', async () => {
    const at = await startStreamingWorld({ TOKENS_PER_ADDRESS_PER_MINUTE: '3' });
    world = at;
    const { key } = await at.customer();
    const call = (path: string) =>
      at.streaming.call('POST', path, { headers: { 'x-api-key': key }, json: {} });
    const paths = ['/v1/streaming.create_token', '/v1/streaming.new', '/v1/sessions/token'];
    expect(await statuses(3, (nth) => call(paths[nth] ?? ''))).toEqual([200, 200, 200]);
    expect(await statuses(3, (nth) => call(paths[nth] ?? ''))).toEqual([429, 429, 429]);
  });
});
