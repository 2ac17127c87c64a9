import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CircuitBreaker, delay, Telemetry } from '#platform';
import { observedWork } from '../../../../test/support/observed-work.js';
import { ScriptedServer } from '../../../../test/support/scripted-server.js';
import { AvatarError } from '../errors.js';
import { until } from '../../../../test/support/until.js';
import { CallPace } from './call-pace.js';
import { CallPaces } from './call-paces.js';
import { VendorHttpClient, type VendorRequest, within } from './vendor-http.client.js';

const SECRET = 'SE_5799564546777614';
const server = new ScriptedServer();
let baseUrl = '';
let clock = 0;
let client: VendorHttpClient;
const telemetry = new Telemetry();
const at = (url: string) => ({ name: 'liveavatar', baseUrl: url }) as const;

beforeAll(async () => {
  baseUrl = await server.start();
});
afterAll(() => server.stop());
beforeEach(() => {
  clock = 0;
  server.received.length = 0;
  const circuit = new CircuitBreaker({ failures: 3, openMs: 1_000, now: () => clock });
  client = new VendorHttpClient(at(baseUrl), circuit, telemetry);
});
afterEach(() => client.close());

const request: VendorRequest = {
  method: 'POST',
  name: 'stop',
  path: '/v1/sessions/stop?a=1',
  headers: { 'x-api-key': SECRET },
  body: { session_id: 'vendor-1' },
  deadlineMs: 2_000,
};

/** Takes every call and answers none. */
async function startSilentServer(): Promise<{ url: string; close: () => Promise<void> }> {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      silent.closeAllConnections();
      await new Promise((resolve) => void silent.close(resolve));
    },
  };
}

async function outcome(more: Partial<VendorRequest> = {}): Promise<unknown> {
  try {
    return await client.send({ ...request, ...more });
  } catch (error) {
    if (!(error instanceof AvatarError)) throw error;
    expect(`${error.message} ${String(error.cause)}`).not.toContain(SECRET);
    return error.code;
  }
}

describe('a call to a vendor', () => {
  it('is sent as it was built, with nothing added but what HTTP needs', async () => {
    server.answers(200, { code: 1000, data: {} });
    expect(await outcome()).toEqual({
      status: 200,
      retryAfter: undefined,
      body: { code: 1000, data: {} },
    });
    const [received] = server.received;
    expect(received).toMatchObject({
      method: 'POST',
      url: '/v1/sessions/stop?a=1',
      body: '{"session_id":"vendor-1"}',
    });
    expect(Object.keys(received?.headers ?? {}).sort()).toEqual([
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
      'x-api-key',
    ]);
  });

  it('without a body says nothing of its type', async () => {
    server.answers(200, {});
    await outcome({ method: 'GET', body: undefined });
    expect(server.received[0]?.headers).not.toHaveProperty('content-type');
    expect(server.received[0]?.body).toBe('');
  });

  it.each([
    [400, { code: 4000 }, { code: 4000 }],
    [403, '<html>Forbidden</html>', null],
    [404, '', null],
    [429, 'null', null],
    [500, '{"cut', null],
  ])('keeps a refusal with %i and %j', async (status, sent, body) => {
    server.answers(status, sent, { 'Retry-After': '7' });
    expect(await outcome()).toEqual({ status, retryAfter: '7', body });
  });

  it.each(['', '<html></html>', '{"cut', 'NaN', '{"a":1}{"b":2}'])(
    'makes no sense of a success that is no JSON: %j',
    async (body) => {
      server.answers(200, body);
      expect(await outcome()).toBe('vendor_garbled');
    },
  );

  it('reads past a byte order mark, and past no second one', async () => {
    server.answers(200, '\ufeff{"code":100}');
    expect(await outcome()).toMatchObject({ status: 200, body: { code: 100 } });
    server.answers(200, '\ufeff\ufeff{"code":100}');
    expect(await outcome()).toBe('vendor_garbled');
  });

  it('follows no redirect: the key would go to another host', async () => {
    server.answers(302, '{}', { Location: `${baseUrl}/elsewhere` });
    expect(await outcome()).toMatchObject({ status: 302 });
    expect(server.received).toHaveLength(1);
  });

  it('takes an answer of 1 MiB and not a byte more', async () => {
    const json = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;
    server.answers(200, json(1024 * 1024));
    expect(await outcome()).toMatchObject({ status: 200 });
    server.answers(200, json(1024 * 1024 + 1));
    expect(await outcome()).toBe('vendor_garbled');
  });

  it('ends at its deadline: when nothing comes, and when the body does not end', async () => {
    server.script = () => undefined;
    expect(await outcome({ deadlineMs: 50 })).toBe('vendor_timeout');
    server.script = (response) => response.writeHead(200).write('{"data":');
    expect(await outcome({ deadlineMs: 50 })).toBe('vendor_timeout');
  });

  it('is unreachable when the connection breaks before or in the answer', async () => {
    server.script = (response) => response.destroy();
    expect(await outcome()).toBe('vendor_unreachable');
    server.script = (response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('{"data":', () => response.destroy());
    };
    expect(await outcome()).toBe('vendor_unreachable');
  });

  it('is unreachable when nobody listens', async () => {
    const nobody = new ScriptedServer();
    const url = await nobody.start();
    await nobody.stop();
    const lost = new VendorHttpClient(
      at(url),
      new CircuitBreaker({ failures: 3, openMs: 1_000 }),
      telemetry,
    );
    await expect(lost.send(request)).rejects.toMatchObject({ code: 'vendor_unreachable' });
    await lost.close();
  });
});

describe('a call that the vendor counts', () => {
  /** Refuses so many calls for too many, and takes all others. */
  function refuses(count: number, retryAfter: string) {
    let left = count;
    server.script = (response) => {
      left -= 1;
      if (left < 0) return void response.end('{"code":1000}');
      response.writeHead(429, { 'Retry-After': retryAfter }).end('{}');
    };
  }

  it('that ends a session arrives though calls that the vendor does not answer take every connection', async () => {
    const answers: (() => void)[] = [];
    server.script = (response, { url }) => {
      if (url === '/stop') response.end('{"code":1000}');
      else answers.push(() => response.end('{"code":1000}'));
    };
    const paces = new CallPaces(10);
    const calls = [
      'token',
      'session',
      'transcript',
      'start',
      'list',
      'events',
      'keep-alive',
    ].flatMap((endpoint) =>
      Array.from({ length: 12 }, () =>
        outcome({ path: `/${endpoint}`, pace: paces.of(endpoint), deadlineMs: 20_000 }),
      ),
    );
    await until('the vendor has all it takes', async () => answers.length >= 64);
    const stop = { path: '/stop', pace: paces.of('stop'), insists: true, deadlineMs: 20_000 };
    expect(await outcome(stop)).toMatchObject({ status: 200 });
    server.script = (response) => response.end('{"code":1000}');
    for (const answer of answers) answer();
    await Promise.all(calls);
  });

  it.each([
    ['keep-alive', 10],
    ['token', 10],
  ])('waits for those before it while the vendor hangs: %s', async (endpoint, most) => {
    const answers: (() => void)[] = [];
    server.script = (response) => void answers.push(() => response.end('{"code":1000}'));
    const pace = new CallPaces(10).of(endpoint);
    const calls = Array.from({ length: 30 }, () => outcome({ pace, deadlineMs: 20_000 }));
    // Those whose turn does not come in time are told so.
    await until('the others are told to come again', async () => {
      const told = await Promise.race([Promise.any(calls.slice(most)), delay(50)]);
      return told === 'vendor_busy';
    });
    expect(server.received).toHaveLength(most);
    for (const answer of answers.splice(0)) answer();
    server.script = (response) => response.end('{"code":1000}');
    await Promise.all(calls);
  });

  it('is made again when the vendor wanted a pause, and its answer is the only one', async () => {
    refuses(2, '0');
    const begun = performance.now();
    // Patient, since a busy machine takes its time.
    const patient = { isHurried: true, deadlineMs: 60_000 };
    expect(await outcome({ pace: new CallPace(10), ...patient })).toMatchObject({ status: 200 });
    expect(server.received).toHaveLength(3);
    expect(performance.now() - begun).toBeGreaterThan(1_900);
  });

  it('is refused where the vendor wants a longer pause, and so are all until it is over', async () => {
    refuses(1, '30');
    const pace = new CallPace(0);
    expect(await outcome({ pace })).toMatchObject({ status: 429, retryAfter: '30' });
    expect(await outcome({ pace })).toBe('vendor_busy');
    expect(server.received).toHaveLength(1);
    expect(await outcome({ pace: new CallPace(0) })).toMatchObject({ status: 200 });
  });

  it('waits no longer than a hurried caller does', async () => {
    const pace = new CallPace(1);
    server.answers(200, {});
    expect(await outcome({ pace })).toMatchObject({ status: 200 });
    expect(await outcome({ pace, ...within(300) })).toBe('vendor_busy');
    expect(server.received).toHaveLength(1);
  });

  it('does not wait for a vendor that rests, and takes nobody its turn', async () => {
    server.answers(500, {});
    for (let times = 0; times < 3; times += 1) await outcome();
    const pace = new CallPace(1);
    for (let times = 0; times < 3; times += 1) {
      expect(await outcome({ pace })).toBe('vendor_resting');
    }
    expect(await outcome({ pace, insists: true })).toMatchObject({ status: 500 });
  });
});

describe('a vendor that fails again and again', () => {
  const failThrice = async () => {
    server.answers(500, {});
    for (let times = 0; times < 3; times += 1) await outcome();
  };

  it('is given a rest: nothing is sent until one call may try', async () => {
    await failThrice();
    expect(await outcome()).toBe('vendor_resting');
    expect(server.received).toHaveLength(3);
    server.answers(200, {});
    clock = 1_000;
    expect(await outcome()).toMatchObject({ status: 200 });
    expect(await outcome()).toMatchObject({ status: 200 });
  });

  it('is asked all the same by what insists, which may end the rest and never prolongs it', async () => {
    await failThrice();
    clock = 900;
    expect(await outcome({ insists: true })).toMatchObject({ status: 500 });
    expect(await outcome()).toBe('vendor_resting');
    expect(server.received).toHaveLength(4);
    server.answers(200, {});
    expect(await outcome({ insists: true })).toMatchObject({ status: 200 });
    expect(await outcome()).toMatchObject({ status: 200 });
  });

  it('is not one whose answer a hurried caller did not wait for', async () => {
    const silent = await startSilentServer();
    const circuit = new CircuitBreaker({ failures: 3, openMs: 1_000, now: () => clock });
    const hurried = new VendorHttpClient(at(silent.url), circuit, telemetry);
    const ask = (more: Partial<VendorRequest>) =>
      hurried.send({ ...request, ...more }).catch(({ code }: AvatarError) => code);
    for (let times = 0; times < 4; times += 1) {
      expect(await ask({ ...within(20) })).toBe('vendor_timeout');
    }
    for (let times = 0; times < 3; times += 1) {
      expect(await ask({ deadlineMs: 20 })).toBe('vendor_timeout');
    }
    expect(await ask({ deadlineMs: 20 })).toBe('vendor_resting');
    clock = 1_000;
    // The one that may try again has an outcome, or nobody ever could.
    expect(await ask({ ...within(20) })).toBe('vendor_timeout');
    clock = 2_000;
    expect(await ask({ deadlineMs: 20 })).toBe('vendor_timeout');
    await hurried.close();
    await silent.close();
  });

  it('is not one that refuses: every 4xx is an answer', async () => {
    server.answers(403, {});
    for (let times = 0; times < 5; times += 1) await outcome();
    expect(server.received).toHaveLength(5);
  });

  it('is also one that answers nothing of sense', async () => {
    server.answers(200, '<html></html>');
    for (let times = 0; times < 4; times += 1) await outcome();
    expect(server.received).toHaveLength(3);
  });
});

describe('what is told of a call', () => {
  function told(more: Partial<VendorRequest> = {}, url = baseUrl) {
    const { telemetry: observed, heard } = observedWork();
    const circuit = new CircuitBreaker({ failures: 2, openMs: 60_000 });
    const watched = new VendorHttpClient(at(url), circuit, observed);
    const send = () => watched.send({ ...request, ...more }).catch(() => null);
    return { send, heard, close: () => watched.close() };
  }

  it.each([
    [200, {}, 'ok'],
    [404, {}, 'refused'],
    [429, {}, 'slow_down'],
    [502, '', 'failed'],
    [200, '{"cut', 'garbled'],
  ])('that was answered with %i and %j', async (status, body, outcome) => {
    server.answers(status, body);
    const { send, heard, close } = told();
    await send();
    await close();
    expect(heard).toEqual([{ kind: 'call', peer: 'liveavatar', name: 'stop', outcome }]);
  });

  it('that was not answered, and nothing of one that was not made', async () => {
    const silent = await startSilentServer();
    const { send, heard, close } = told({ deadlineMs: 50 }, silent.url);
    for (let attempt = 0; attempt < 3; attempt += 1) await send();
    await close();
    await silent.close();
    const { send: again, heard: heardThen, close: closeThen } = told({}, silent.url);
    await again();
    await closeThen();
    const outcomes = [...heard, ...heardThen].map((each) =>
      'outcome' in each ? each.outcome : '',
    );
    expect(outcomes).toEqual(['timeout', 'timeout', 'unreachable']);
  });
});
