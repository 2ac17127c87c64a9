import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { simulatedVendor, tokenRequest, type SimulatedVendor } from './vendor.client.factory.js';

let vendor: SimulatedVendor;

beforeAll(async () => {
  vendor = await simulatedVendor();
});
beforeEach(() => vendor.control.reset());
afterAll(() => vendor.close());

const start = (headers: Record<string, string>, deadlineMs = 2000) =>
  fetch(`${vendor.simulator.url}/v1/sessions/start`, {
    method: 'POST',
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(deadlineMs),
  });

/** Whether a text is a start answer a client could work with. */
function usable(text: string): boolean {
  try {
    const answer = JSON.parse(text) as { data?: { session_id?: unknown } | null } | null;
    return typeof answer?.data?.session_id === 'string';
  } catch {
    return false;
  }
}

describe('scripted faults', () => {
  it('strike as often as asked, after as many good answers as asked', async () => {
    const fault = { route: 'token', kind: 'status', status: 503, after: 1, times: 2 };
    await vendor.control.fault({ ...fault, headers: { 'retry-after': '7' }, body: { odd: true } });
    const answers = [];
    for (let count = 0; count < 4; count++) {
      answers.push(await vendor.send('POST', '/v1/sessions/token', vendor.apiKey, tokenRequest()));
    }
    expect(answers.map(({ status }) => status)).toEqual([200, 503, 503, 200]);
    expect(answers[1]?.headers.get('retry-after')).toBe('7');
    expect(answers[1]?.body).toEqual({ odd: true });
  });

  it('stay until cleared with times -1, and hit only their route', async () => {
    await vendor.control.fault({ route: 'sessions', kind: 'html', times: -1 });
    const list = () => fetch(`${vendor.simulator.url}/v1/sessions?type=active`);
    for (let count = 0; count < 3; count++) expect((await list()).status).toBe(502);
    expect((await vendor.send('GET', '/v1/languages', vendor.apiKey)).status).toBe(200);
    await vendor.control.clearFaults();
    expect((await list()).status).toBe(401);
  });

  it.each([
    ['hang', 'minted'],
    ['reset', 'minted'],
    ['effect-then-hang', 'active'],
    ['effect-then-reset', 'active'],
  ])('%s gives no answer and leaves the session %s', async (kind, state) => {
    const { id, bearer } = await vendor.mint();
    await vendor.control.fault({ route: 'start', kind });
    await expect(start(bearer, 300)).rejects.toThrow();
    const session = await vendor.control.session(id);
    expect(session.state).toBe(state);
    const { requests } = await vendor.control.ledger('?route=start');
    expect(requests.map(({ status, fault }) => ({ status, fault }))).toEqual([
      { status: null, fault: kind },
    ]);
    expect(requests[0]?.effectStatus).toBe(state === 'active' ? 201 : undefined);
  });

  it('cut sends half a body of an answer that took effect', async () => {
    const { id, bearer } = await vendor.mint();
    await vendor.control.fault({ route: 'start', kind: 'cut' });
    const response = await start(bearer);
    expect(response.status).toBe(201);
    await expect(response.text()).rejects.toThrow();
    expect((await vendor.control.session(id)).state).toBe('active');
  });

  it('redirect points at another host', async () => {
    await vendor.control.fault({ route: 'start', kind: 'redirect' });
    const response = await start({});
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe('http://elsewhere.example.test/');
  });

  it('huge sends more than 20 MB', async () => {
    await vendor.control.fault({ route: '*', kind: 'huge' });
    const response = await fetch(`${vendor.simulator.url}/v1/languages`);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(20_000_000);
  });

  it('huge survives a client that hangs up in the middle', async () => {
    await vendor.control.fault({ route: 'languages', kind: 'huge' });
    const response = await fetch(`${vendor.simulator.url}/v1/languages`);
    await response.body?.cancel();
    expect((await vendor.send('GET', '/v1/languages', vendor.apiKey)).status).toBe(200);
  });

  it('status sends a body that is text as it is', async () => {
    await vendor.control.fault({ route: 'start', kind: 'status', status: 500, body: 'Oops' });
    expect(await (await start({})).text()).toBe('Oops');
  });

  it('status with effect loses a success behind an error', async () => {
    const { id, bearer } = await vendor.mint();
    await vendor.control.fault({ route: 'start', kind: 'status', status: 500, effect: true });
    expect((await start(bearer)).status).toBe(500);
    expect((await vendor.control.session(id)).state).toBe('active');
  });

  it('slow drips the right answer a byte at a time', async () => {
    await vendor.control.fault({ route: 'languages', kind: 'slow', delayMs: 1 });
    const response = await fetch(`${vendor.simulator.url}/v1/languages`, {
      headers: vendor.apiKey,
    });
    expect(await response.json()).toMatchObject({ code: 1000 });
  });

  it.each(['wrong-types', 'null', 'list', 'empty', 'text', 'truncated', 'deep', 'failing-code'])(
    'garbage of the kind %s comes with status 200',
    async (variant) => {
      await vendor.control.fault({ route: 'start', kind: 'garbage', variant });
      const response = await start({});
      expect(response.status).toBe(200);
      expect(usable(await response.text())).toBe(false);
    },
  );

  it('delay carries the request out at once and answers it rightly, later', async () => {
    const { id, bearer } = await vendor.mint();
    await vendor.control.fault({ route: 'start', kind: 'delay', delayMs: 600 });
    let answered = false;
    const answer = start(bearer).finally(() => {
      answered = true;
    });
    while ((await vendor.control.session(id)).state !== 'active' && !answered);
    expect(answered).toBe(false);
    expect((await answer).status).toBe(201);
  });
});

describe('the ledger', () => {
  it('keeps every request with its credential, but no credential value', async () => {
    const { token, bearer } = await vendor.started();
    await vendor.send('POST', '/v1/sessions/stop', bearer);
    await vendor.send('GET', '/v1/sessions?type=active', {});
    await vendor.send('GET', '/v1/sessions?type=active', { 'x-api-key': 'guessed' });
    const { requests, sessions } = await vendor.control.ledger();
    expect(requests.map((row) => `${row.route} ${row.credential} ${row.status}`)).toEqual([
      'token api-key 200',
      'start bearer 201',
      'stop bearer 200',
      'sessions none 401',
      'sessions wrong 401',
    ]);
    expect(requests[0]?.body).toEqual(tokenRequest());
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ starts: 1, stops: 1, state: 'ended', credits: 2 });
    const text = JSON.stringify({ requests, sessions });
    for (const secret of [token, vendor.simulator.apiKey, 'guessed']) {
      expect(text).not.toContain(secret);
    }
  });

  it('can be read from a point on, by route and by session', async () => {
    const first = await vendor.started();
    const second = await vendor.started();
    const rows = async (query: string) => (await vendor.control.ledger(query)).requests;
    expect(await rows('?since=3')).toHaveLength(1);
    expect(await rows('?limit=2')).toHaveLength(2);
    expect(await rows('?route=start')).toHaveLength(2);
    expect(await rows(`?session=${second.id}`)).toHaveLength(2);
    expect((await vendor.control.ledger(`?session=${first.id}`)).sessions).toHaveLength(1);
  });
});

describe('the rate limit', () => {
  it('is off by default and says nothing', async () => {
    const answer = await vendor.send('GET', '/v1/languages', vendor.apiKey);
    expect(answer.headers.has('x-ratelimit-limit')).toBe(false);
  });

  it('answers 429 with Retry-After per caller and route when on', async () => {
    await vendor.control.set({ rateLimitPerSecond: 1 });
    const requests = Array.from({ length: 20 }, () =>
      vendor.send('GET', '/v1/languages', vendor.apiKey),
    );
    const answers = await Promise.all(requests);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    expect(refused[0]?.headers.get('x-ratelimit-remaining')).toBe('0');
    expect((await vendor.send('GET', '/v1/users/credits', vendor.apiKey)).status).toBe(200);
  });
});

describe('the control routes', () => {
  it('refuse what they cannot do with a reason, and change nothing', async () => {
    const { id } = await vendor.mint();
    await expect(vendor.control.set({ idleSecond: 1 } as object)).rejects.toThrow(
      'no such setting',
    );
    await expect(vendor.control.set({ persona: 'loud' } as object)).rejects.toThrow('echo-shop');
    await expect(vendor.control.advance(-1)).rejects.toThrow('at least 0');
    await expect(vendor.control.fault({ route: 'x', kind: 'hang' })).rejects.toThrow(
      'route must be',
    );
    await expect(vendor.control.say(id, 'user', 'Hello')).rejects.toThrow('409');
    await expect(vendor.control.session('nobody')).rejects.toThrow('404');
  });

  it('forget everything on reset', async () => {
    const { bearer } = await vendor.started();
    await vendor.control.fault({ route: '*', kind: 'hang', times: -1 });
    await vendor.control.set({ concurrencyLimit: 1 });
    await vendor.control.reset();
    expect((await vendor.control.summary()).requests).toBe(0);
    expect((await vendor.send('POST', '/v1/sessions/stop', bearer)).status).toBe(401);
    await vendor.started();
    await vendor.started();
  });

  it('let a page of another origin speak, as they let the browser SDK call the vendor', async () => {
    const origin = 'http://shop.example.test';
    const preflight = await fetch(`${vendor.simulator.url}/v1/sessions/start`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-credentials')).toBe('true');
  });
});

it('closes at once although a request hangs', async () => {
  const other = await simulatedVendor();
  await other.control.fault({ route: '*', kind: 'hang' });
  const hanging = fetch(`${other.simulator.url}/v1/languages`);
  hanging.catch(() => undefined);
  const deadlineMs = Date.now() + 2000;
  while ((await other.control.summary()).requests === 0 && Date.now() < deadlineMs);
  await other.close();
  await expect(hanging).rejects.toThrow();
});
