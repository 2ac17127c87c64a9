import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { socketPath } from '../ilianaai-avatar/relay-world.js';
import {
  type StreamAnswer,
  startStreamingWorld,
  type StreamingWorld,
} from '../ilianaai-avatar/streaming-world.js';
import { startedVisit, visit } from '../ilianaai-avatar/visit.js';
import type { ProvedVisitor, Tenant } from '../petya-avatar-api/tenant.js';
import { handshake } from '../support/handshake.js';

type Headers = Readonly<Record<string, string>>;
/** Statuses for a session that was opened without proof, and for one that was opened with it. */
type Cell = readonly [plain: number, proved: number];

let world: StreamingWorld;
let shop: Tenant;
let ada: ProvedVisitor;
let bob: ProvedVisitor;
let secret: string;
let othersSecret: string;
/** A session token of another session. */
let strangersToken: string;

beforeAll(async () => {
  world = await startStreamingWorld();
  shop = await world.customer({ limits: { maxConcurrentSessions: 1_000 } });
  [ada, bob] = [await shop.proveVisitor(), await shop.proveVisitor()];
  secret = await shop.secretKey();
  othersSecret = await (await world.customer()).secretKey();
  strangersToken = (await startedVisit(world.streaming, shop)).token;
});
afterAll(() => world.stop());

const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
const key = (value: string): Headers => ({ 'x-api-key': value });

interface Opened {
  readonly sessionId: string;
  readonly token: string;
}

const CALLERS: Readonly<Record<string, (own: Opened) => Headers>> = {
  nobody: () => ({}),
  'key of the page': () => key(shop.key),
  'key and the visitor’s token': () => ({ ...key(shop.key), ...ada.proof }),
  'key and another visitor’s token': () => ({ ...key(shop.key), ...bob.proof }),
  'own token': ({ token }) => bearer(token),
  'another session’s token': () => bearer(strangersToken),
  'secret key': () => key(secret),
  'secret key in a page': () => ({ ...key(secret), origin: 'https://shop.example.com' }),
  'another account’s secret key': () => key(othersSecret),
};

const WORDS: Readonly<Record<string, Cell>> = {
  nobody: [401, 401],
  'key of the page': [200, 401],
  'key and the visitor’s token': [200, 200],
  'key and another visitor’s token': [200, 401],
  'own token': [200, 200],
  'another session’s token': [401, 401],
  'secret key': [200, 200],
  'secret key in a page': [401, 401],
  'another account’s secret key': [404, 404],
};

const WATCH: Readonly<Record<string, Cell>> = {
  ...WORDS,
  'key of the page': [401, 401],
  'key and the visitor’s token': [401, 401],
  'key and another visitor’s token': [401, 401],
};

const START: Readonly<Record<string, Cell>> = {
  ...WATCH,
  'own token': [201, 201],
  'secret key': [401, 401],
  'another account’s secret key': [401, 401],
};

const ROUTES: Readonly<Record<string, Readonly<Record<string, Cell>>>> = {
  'POST /v1/sessions/start': START,
  'POST /v1/sessions/stop': WORDS,
  'POST /v1/streaming.avatar_message': WORDS,
  'POST /v1/sessions/keep-alive': WATCH,
  'GET /v1/sessions/:id': WATCH,
  'GET /v1/sessions/:id/transcript': WATCH,
};

describe('a visitor’s session', () => {
  it.each(Object.entries(ROUTES))('%s', async (title, cells) => {
    const found: Record<string, Cell> = {};
    for (const caller of Object.keys(CALLERS)) {
      found[caller] = [await ask(title, caller, {}), await ask(title, caller, ada.proof)];
    }
    expect(found).toEqual(cells);
  });

  async function ask(title: string, caller: string, proof: Headers): Promise<number> {
    const open = title.endsWith('/start') ? visit : startedVisit;
    const own = await open(world.streaming, shop, {}, proof);
    const [method = '', path = ''] = title.split(' ');
    const headers = CALLERS[caller]?.(own) ?? {};
    const json = {
      session_id: own.sessionId,
      ...(path.endsWith('avatar_message') ? { text: 'hello' } : {}),
    };
    const call = method === 'GET' ? { headers } : { headers, json };
    return (await world.streaming.call(method, path.replace(':id', own.sessionId), call)).status;
  }
});

/** Of the legacy vendor, whose sessions have no tokens of their own. */
const STREAM_CALLERS: Readonly<Record<string, (own: Opened) => Promise<Headers>>> = {
  nobody: async () => ({}),
  'key of the page': async () => key(shop.key),
  'key and the visitor’s token': async () => ({ ...key(shop.key), ...ada.proof }),
  'key and another visitor’s token': async () => ({ ...key(shop.key), ...bob.proof }),
  'the token that opened it': async ({ token }) => bearer(token),
  'another token': async () => bearer(await createToken({})),
  'a token of the visitor': async () => bearer(await createToken(ada.proof)),
  'a token of another visitor': async () => bearer(await createToken(bob.proof)),
  'secret key': async () => key(secret),
  'another account’s secret key': async () => key(othersSecret),
};

const STREAM: Readonly<Record<string, Cell>> = {
  nobody: [401, 401],
  'key of the page': [200, 401],
  'key and the visitor’s token': [200, 200],
  'key and another visitor’s token': [200, 401],
  'the token that opened it': [200, 200],
  'another token': [200, 401],
  'a token of the visitor': [200, 200],
  'a token of another visitor': [200, 401],
  'secret key': [200, 200],
  'another account’s secret key': [404, 404],
};

const SOCKET: Readonly<Record<string, Cell>> = {
  'the token that opened it': [101, 101],
  'another token': [401, 401],
  'a token of the visitor': [401, 101],
  'a token of another visitor': [401, 401],
};

async function createToken(proof: Headers): Promise<string> {
  const headers = { ...key(shop.key), ...proof };
  const answer = await world.streaming.call<{ data: { token: string } }>(
    'POST',
    '/v1/streaming.create_token',
    { headers },
  );
  return answer.body.data.token;
}

async function openStream(proof: Headers): Promise<Opened> {
  const token = await createToken(proof);
  const headers = bearer(token);
  const path = '/v1/streaming.new';
  const answer = await world.streaming.call<StreamAnswer>('POST', path, { headers, json: {} });
  return { sessionId: String(answer.body.data?.['session_id']), token };
}

describe('a visitor’s session of the legacy vendor', () => {
  it.each(['start', 'interrupt', 'keep_alive', 'stop'])('streaming.%s', async (route) => {
    const found: Record<string, Cell> = {};
    for (const caller of Object.keys(STREAM_CALLERS)) {
      found[caller] = [await ask(route, caller, {}), await ask(route, caller, ada.proof)];
    }
    expect(found).toEqual(STREAM);
  });

  it('its socket', async () => {
    const found: Record<string, Cell> = {};
    for (const caller of Object.keys(SOCKET)) {
      found[caller] = [await dial(caller, {}), await dial(caller, ada.proof)];
    }
    expect(found).toEqual(SOCKET);
  });

  it('is the visitor’s whose token has opened it, and of nobody whom the request names beside', async () => {
    const own = await openStream(ada.proof);
    const headers = bearer(await createToken(ada.proof));
    const json = { visitor_id: bob.visitorId };
    const other = await world.streaming.call('POST', '/v1/streaming.new', { headers, json });
    expect(other.status).toBe(404);
    const records = world.streaming.connection.collection('sessions');
    const record = await records.findOne({ vendorSessionId: own.sessionId });
    expect(record).toMatchObject({ visitorId: ada.visitorId, proved: true });
  });

  async function ask(route: string, caller: string, proof: Headers): Promise<number> {
    const own = await openStream(proof);
    const json = { session_id: own.sessionId };
    const path = `/v1/streaming.${route}`;
    const started = { headers: bearer(own.token), json };
    if (route !== 'start') await world.streaming.call('POST', '/v1/streaming.start', started);
    const headers = (await STREAM_CALLERS[caller]?.(own)) ?? {};
    return (await world.streaming.call('POST', path, { headers, json })).status;
  }

  async function dial(caller: string, proof: Headers): Promise<number> {
    const own = await openStream(proof);
    const { authorization = '' } = (await STREAM_CALLERS[caller]?.(own)) ?? {};
    const token = authorization.replace('Bearer ', '');
    const path = socketPath({ sessionId: own.sessionId, token });
    return (await handshake(world.streaming.port, path)).status;
  }
});
