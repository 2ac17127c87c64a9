import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { socketPath } from '../ilianaai-avatar/relay-world.js';
import {
  openStream,
  startStream,
  startStreamingWorld,
  type Stream,
  type StreamingWorld,
} from '../ilianaai-avatar/streaming-world.js';
import { startedVisit } from '../ilianaai-avatar/visit.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { handshake } from '../support/handshake.js';
import { PETYA_ADMIN_TOKEN, PETYA_SERVICE_TOKEN } from '../support/petya-app.js';
import { accessTable, registeredRoutes, titleOf } from './access.js';

const table = accessTable('streaming');
const SOCKET = 'GET /v1/ws/streaming.chat';

let world: StreamingWorld;
let shop: Tenant;
/** What each caller has in its hand: a key, or a bearer token. */
let keys: Readonly<Record<string, string>>;
let tokens: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await startStreamingWorld({ ADMIN_TOKEN: PETYA_ADMIN_TOKEN });
  shop = await world.customer({ limits: { maxConcurrentSessions: 1_000 } });
  const [other, revoked] = [await world.customer(), await world.customer()];
  const suspended = await world.customer({ suspended: true });
  await world.petya.admin('DELETE', `/accounts/${revoked.accountId}/keys/${revoked.keyId}`);
  keys = {
    'other account': other.key,
    revoked: revoked.key,
    suspended: suspended.key,
    customer: shop.key,
  };
  tokens = {
    'session token': (await startedVisit(world.streaming, shop)).token,
    service: PETYA_SERVICE_TOKEN,
    admin: PETYA_ADMIN_TOKEN,
    'other account’s token': (await openStream(world, other)).token,
  };
});
afterAll(() => world.stop());

/** What the caller sends; `account token` is the one that opened the session in question. */
function headersOf(caller: string, stream: Stream): Record<string, string> {
  const key = keys[caller];
  if (key !== undefined) return { 'x-api-key': key };
  const token = caller === 'account token' ? stream.token : tokens[caller];
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function ask(title: string, caller: string, stream: Stream): Promise<number> {
  const [method = '', path = ''] = title.split(' ');
  if (title === SOCKET) return dial(caller, stream);
  const call = { session_id: stream.sessionId, ...(path.endsWith('.task') ? TASK : {}) };
  const opensNone = path.endsWith('.create_token') || path.endsWith('.new');
  const headers = headersOf(caller, stream);
  const json = opensNone ? {} : call;
  return (await world.streaming.call(method, path, { headers, json })).status;
}

const TASK = { text: 'hello', task_type: 'repeat' };

/** A handshake carries its credential in the query. */
async function dial(caller: string, stream: Stream): Promise<number> {
  const { authorization = '', 'x-api-key': key } = headersOf(caller, stream);
  const token = key ?? authorization.replace('Bearer ', '');
  const path = socketPath({ sessionId: stream.sessionId, token });
  return (await handshake(world.streaming.port, path)).status;
}

describe('the routes of the legacy vendor, where it is on', () => {
  it('are all in the table, and nothing else is', () => {
    const legacy = registeredRoutes(world.streaming.app)
      .filter(({ path }) => path.includes('/streaming.') && !path.endsWith('.avatar_message'))
      .map(titleOf);
    expect(legacy.toSorted()).toEqual(Object.keys(table).toSorted());
  });

  it('are open to nobody without a credential', () => {
    for (const [title, cells] of Object.entries(table)) {
      expect([title, cells['nobody']]).toEqual([title, 401]);
    }
  });

  it.each(Object.entries(table))('%s', async (title, cells) => {
    const isOpening = title.endsWith('.new');
    const stream = isOpening ? await openStream(world, shop) : await startStream(world, shop);
    const found: Record<string, number> = {};
    for (const caller of Object.keys(cells)) found[caller] = await ask(title, caller, stream);
    expect(found).toEqual(cells);
  });
});
