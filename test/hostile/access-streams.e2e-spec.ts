import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { socketPath } from '../ilianaai-avatar/relay-world.js';
import {
  type StreamAnswer,
  startStreamingWorld,
  type StreamingWorld,
} from '../ilianaai-avatar/streaming-world.js';
import { expectStatus } from '../support/expect-status.js';
import { handshake } from '../support/handshake.js';
import {
  askAll,
  bearer,
  type Headers,
  key,
  KEY_CALLERS,
  makeSite,
  type Site,
} from './access-site.js';

/**
 * Statuses for a session that was opened without proof (where proof is required, by the customer's
 * server), and for one that was opened with it.
 */
type Cell = readonly [plain: number, proved: number];

let world: StreamingWorld;
let open: Site;
let strict: Site;

beforeAll(async () => {
  world = await startStreamingWorld();
  const other = await world.customer();
  open = await makeSite(world, other, 'optional');
  strict = await makeSite(world, other, 'required');
});
afterAll(() => world.stop());

interface Opened {
  readonly sessionId: string;
  readonly token: string;
}

/** Sessions of the legacy vendor have no tokens of their own. */
const CALLERS: Readonly<Record<string, (site: Site, own: Opened) => Headers | Promise<Headers>>> = {
  ...KEY_CALLERS,
  'the token that opened it': (_site, { token }) => bearer(token),
  'another token': async (site) => bearer(await createToken(withoutProof(site))),
  'a token of the visitor': async (site) => bearer(await createToken(withProof(site, 'ada'))),
  'a token of another visitor': async (site) => bearer(await createToken(withProof(site, 'bob'))),
};

const STREAM: Readonly<Record<string, Cell>> = {
  nobody: [401, 401],
  'key of the page': [200, 401],
  'key and the visitor’s token': [200, 200],
  'key and another visitor’s token': [200, 401],
  'key and an expired visitor token': [200, 401],
  'key and an erased visitor’s token': [200, 404],
  'key and another account’s visitor token': [200, 401],
  'secret key': [200, 200],
  'secret key in a page': [401, 401],
  'another account’s secret key': [404, 404],
  'the token that opened it': [200, 200],
  'another token': [200, 401],
  'a token of the visitor': [200, 200],
  'a token of another visitor': [200, 401],
};

const STRICT_STREAM: Readonly<Record<string, Cell>> = {
  ...STREAM,
  'key of the page': [401, 401],
  'key and the visitor’s token': [401, 200],
  'key and another visitor’s token': [401, 401],
  'key and an expired visitor token': [401, 401],
  'key and an erased visitor’s token': [404, 404],
  'key and another account’s visitor token': [401, 401],
  'another token': [401, 401],
  'a token of the visitor': [401, 200],
  'a token of another visitor': [401, 401],
};

const SOCKET: Readonly<Record<string, Cell>> = {
  'the token that opened it': [101, 101],
  'another token': [401, 401],
  'a token of the visitor': [401, 101],
  'a token of another visitor': [401, 401],
};

/** The plugin's own way; where proof is required, a server asks for what its page may open. */
const withoutProof = ({ tenant, secret, wantsProof }: Site) =>
  key(wantsProof ? secret : tenant.key);
const withProof = ({ tenant, ...visitors }: Site, name: 'ada' | 'bob') => ({
  ...key(tenant.key),
  ...visitors[name].proof,
});

async function createToken(headers: Headers): Promise<string> {
  const path = '/v1/streaming.create_token';
  const answer = await world.streaming.call<{ data: { token: string } }>('POST', path, { headers });
  return answer.body.data.token;
}

async function openStream(headers: Headers): Promise<Opened> {
  const token = await createToken(headers);
  const path = '/v1/streaming.new';
  const answer = await world.streaming.call<StreamAnswer>('POST', path, {
    headers: bearer(token),
    json: {},
  });
  expectStatus(answer, 200);
  return { sessionId: String(answer.body.data?.['session_id']), token };
}

describe.each([
  ['', () => open, STREAM],
  [' where proof is required', () => strict, STRICT_STREAM],
] as const)('a visitor’s session of the legacy vendor%s', (_where, siteHere, cells) => {
  it.each(['start', 'interrupt', 'keep_alive', 'stop'])('streaming.%s', async (route) => {
    const site = siteHere();
    const opened = await openBoth(site);
    for (const own of opened) if (route !== 'start') await post('start', own, bearer(own.token));
    const found = await askAll(Object.keys(CALLERS), (caller) =>
      Promise.all(
        opened.map(async (own) => post(route, own, (await CALLERS[caller]?.(site, own)) ?? {})),
      ),
    );
    expect(found).toEqual(cells);
  });

  it('its socket', async () => {
    const site = siteHere();
    const opened = await openBoth(site);
    const found = await askAll(Object.keys(SOCKET), (caller) =>
      Promise.all(opened.map((own) => dial(site, caller, own))),
    );
    expect(found).toEqual(SOCKET);
  });
});

/** One that is opened without proof, and one that is opened with it. */
function openBoth(site: Site): Promise<[Opened, Opened]> {
  return Promise.all([openStream(withoutProof(site)), openStream(withProof(site, 'ada'))]);
}

async function post(route: string, { sessionId }: Opened, headers: Headers): Promise<number> {
  const json = { session_id: sessionId };
  return (await world.streaming.call('POST', `/v1/streaming.${route}`, { headers, json })).status;
}

async function dial(site: Site, caller: string, own: Opened): Promise<number> {
  const { authorization = '' } = (await CALLERS[caller]?.(site, own)) ?? {};
  const token = authorization.replace('Bearer ', '');
  const path = socketPath({ sessionId: own.sessionId, token });
  return (await handshake(world.streaming.port, path)).status;
}

/** Of `create_token`, and of `new` by the key; a token is asked for by whoever opens a session. */
const OPENING: Readonly<Record<string, number>> = {
  nobody: 401,
  'key of the page': 401,
  'key and the visitor’s token': 200,
  'key and another visitor’s token': 200,
  'key and an expired visitor token': 401,
  'key and an erased visitor’s token': 404,
  'key and another account’s visitor token': 401,
  'secret key': 200,
  'secret key in a page': 401,
  'another account’s secret key': 200,
};

it.each(['create_token', 'new'])('streaming.%s where proof is required', async (route) => {
  const found = await askAll(Object.keys(KEY_CALLERS), async (caller) => {
    const headers = KEY_CALLERS[caller]?.(strict) ?? {};
    return (await world.streaming.call('POST', `/v1/streaming.${route}`, { headers, json: {} }))
      .status;
  });
  expect(found).toEqual(OPENING);
});

it('a token that a server has asked for its page opens nothing of a visitor by name', async () => {
  const { tenant, ada, secret } = strict;
  const init = '/conversations/userConversation/init';
  const opened = await tenant.call('POST', init, {}, ada.proof);
  const { conversationId } = opened.body;
  for (const json of [{ visitor_id: ada.visitorId }, { conversation_id: conversationId }]) {
    const headers = bearer(await createToken(key(secret)));
    const answer = await world.streaming.call('POST', '/v1/streaming.new', { headers, json });
    expect(answer.body).toMatchObject({ type: 'urn:problem:visitor_token_needed' });
  }
});

it('a session of the legacy vendor is the visitor’s whose token has opened it, and of nobody named beside', async () => {
  const { ada, bob } = open;
  const own = await openStream(withProof(open, 'ada'));
  const headers = bearer(await createToken(withProof(open, 'ada')));
  const json = { visitor_id: bob.visitorId };
  const other = await world.streaming.call('POST', '/v1/streaming.new', { headers, json });
  expect(other.status).toBe(404);
  const records = world.streaming.connection.collection('sessions');
  const record = await records.findOne({ vendorSessionId: own.sessionId });
  expect(record).toMatchObject({ visitorId: ada.visitorId, proved: true });
});
