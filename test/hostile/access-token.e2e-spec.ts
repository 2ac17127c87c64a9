import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import {
  signVisitorToken,
  visitorTokenKey,
} from '../../apps/petya-avatar-api/src/auth/visitor-token.js';
import { startStreamingWorld, type StreamingWorld } from '../ilianaai-avatar/streaming-world.js';
import type { Answer } from '../support/json-client.js';
import { PETYA_PEPPER } from '../support/petya-app.js';
import { askAll, bearer, type Headers, KEY_CALLERS, makeSite, type Site } from './access-site.js';

/** Whom or what a request for a session names. */
const NAMED = [
  'nobody',
  'an unknown visitor',
  'a visitor',
  'a proved visitor',
  'a visitor of before',
  'a conversation',
  'a proved conversation',
  'its externalId',
  'a conversation of nobody',
  'a conversation of before',
] as const;
type Named = (typeof NAMED)[number];

/** In the order of `NAMED`; `P` is a session that is the visitor's from then on. */
type Outcome = 200 | 401 | 404 | 'P';
type Row = readonly Outcome[];

const REFUSED: Row = NAMED.map(() => 401);
const ERASED: Row = NAMED.map(() => 404);

const ASKED: Readonly<Record<string, Row>> = {
  nobody: REFUSED,
  // What can be guessed is refused to nobody, so that no answer tells whose it is.
  'key of the page': [200, 200, 200, 401, 200, 200, 401, 200, 200, 200],
  'key and the visitor’s token': ['P', 404, 'P', 'P', 'P', 'P', 'P', 'P', 'P', 'P'],
  'key and another visitor’s token': ['P', 404, 404, 404, 404, 404, 404, 'P', 'P', 'P'],
  'key and an expired visitor token': REFUSED,
  'key and an erased visitor’s token': ERASED,
  'key and another account’s visitor token': REFUSED,
  'secret key': [200, 200, 'P', 'P', 'P', 'P', 'P', 'P', 200, 'P'],
  'secret key in a page': REFUSED,
  'another account’s secret key': [200, 200, 200, 200, 200, 200, 200, 200, 200, 200],
};

/** Where proof is required the key alone opens nothing at all. */
const STRICT_ASKED = { ...ASKED, 'key of the page': REFUSED };

let world: StreamingWorld;
let open: Site;
let strict: Site;

beforeAll(async () => {
  world = await startStreamingWorld();
  await world.vendor.set({ concurrencyLimit: 10_000 });
  const other = await world.customer({ limits: { maxConcurrentSessions: 1_000 } });
  open = await makeSite(world, other, 'optional');
  strict = await makeSite(world, other, 'required');
});
afterAll(() => world.stop());

interface Made {
  readonly names: { readonly visitor_id?: string; readonly conversation_id?: string };
  /** The token of the visitor whose it is; of anybody where it is nobody's. */
  readonly proof: Headers;
}

let made = 0;

/** Makes what is named, anew for each call: a token that was used once changes its visitor. */
async function make({ tenant, secret }: Site, named: Named): Promise<Made> {
  const { visitorId, proof } = await tenant.proveVisitor();
  const path = '/conversations/userConversation/init';
  const externalId = `order-${(made += 1)}`;
  const openBy = async (headers: Headers, body: object) =>
    String((await tenant.call('POST', path, body, headers)).body['conversationId']);
  const about = (conversation_id: string) => ({ names: { conversation_id }, proof });
  switch (named) {
    case 'nobody':
      return { names: {}, proof };
    case 'an unknown visitor':
      return { names: { visitor_id: externalId }, proof };
    case 'a visitor':
      return { names: { visitor_id: visitorId }, proof };
    case 'a proved visitor':
      await tenant.call('POST', '/visitors/init', {}, proof);
      return { names: { visitor_id: visitorId }, proof };
    case 'a visitor of before':
      return makeVisitorOfBefore(tenant.accountId);
    case 'a conversation':
      return about(await openBy(bearer(secret), { visitorId }));
    case 'a proved conversation':
      return about(await openBy(proof, {}));
    case 'its externalId':
      await openBy(proof, { externalId });
      return about(externalId);
    case 'a conversation of nobody':
      return about(await openBy(bearer(secret), {}));
    case 'a conversation of before':
      return about(await makeConversationOfBefore(tenant.accountId, visitorId));
  }
}

async function makeVisitorOfBefore(accountId: string): Promise<Made> {
  const _id = new Types.ObjectId();
  const visitors = world.petya.connection.collection('visitors');
  await visitors.insertOne({ _id, accountId, createdAt: new Date(), lastSeenAt: new Date() });
  const visitor_id = String(_id);
  const claims = { accountId, visitorId: visitor_id };
  const token = await signVisitorToken(claims, visitorTokenKey(PETYA_PEPPER), new Date(), 1);
  return { names: { visitor_id }, proof: { 'x-visitor-token': token } };
}

async function makeConversationOfBefore(accountId: string, visitorId: string): Promise<string> {
  const _id = new Types.ObjectId();
  const at = new Date();
  const conversations = world.petya.connection.collection('conversations');
  const record = { _id, accountId, visitorId, status: 'active', createdAt: at, lastActivityAt: at };
  await conversations.insertOne(record);
  return String(_id);
}

/** What is asked for, and by whom: with proof the caller is whose it is. */
async function ask(site: Site, caller: string, named: Named): Promise<Outcome> {
  const { names, proof } = await make(site, named);
  const headers = { ...KEY_CALLERS[caller]?.(site), ...(caller === OWNER ? proof : {}) };
  const answer: Answer<{ data?: { session_id?: string } }> = await world.streaming.call(
    'POST',
    '/v1/sessions/token',
    { headers, json: names },
  );
  if (answer.status !== 200) return answer.status as Outcome;
  const sessions = world.streaming.connection.collection('sessions');
  const record = await sessions.findOne({ vendorSessionId: answer.body.data?.session_id });
  return record?.['proved'] === true ? 'P' : 200;
}

const OWNER = 'key and the visitor’s token';

describe('a token for a session that names something', () => {
  it.each(NAMED)('%s', async (named) => {
    const found = await askAll(Object.keys(ASKED), (caller) => ask(open, caller, named));
    expect(found).toEqual(column(ASKED, named));
  });

  it.each(NAMED)('%s, where proof is required', async (named) => {
    const callers = ['key of the page', OWNER, 'secret key'];
    const found = await askAll(callers, (caller) => ask(strict, caller, named));
    expect(found).toMatchObject(column(STRICT_ASKED, named, callers));
  });
});

function column(rows: typeof ASKED, named: Named, callers = Object.keys(rows)) {
  const at = NAMED.indexOf(named);
  return Object.fromEntries(callers.map((caller) => [caller, rows[caller]?.[at]]));
}
