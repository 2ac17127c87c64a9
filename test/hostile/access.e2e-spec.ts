import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startedVisit, type Visit, visit } from '../ilianaai-avatar/visit.js';
import { startWorld, type World } from '../ilianaai-avatar/world.js';
import { makeTenant, type Tenant } from '../petya-avatar-api/tenant.js';
import { type Call, send } from '../support/json-client.js';
import { PETYA_ADMIN_TOKEN, PETYA_SERVICE_TOKEN } from '../support/petya-app.js';
import { accessTable, declaredCredentials, registeredRoutes, titleOf } from './access.js';

let world: World;
let shop: Tenant;
let other: Tenant;
let revoked: Tenant;
let suspended: Tenant;

beforeAll(async () => {
  world = await startWorld({ environment: { ADMIN_TOKEN: PETYA_ADMIN_TOKEN } });
  shop = await world.customer({ limits: { maxConcurrentSessions: 1_000 } });
  other = await world.customer();
  revoked = await world.customer();
  suspended = await world.customer({ suspended: true });
  await world.petya.admin('DELETE', `/accounts/${revoked.accountId}/keys/${revoked.keyId}`);
});
afterAll(() => world.stop());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Header lines of every kind of caller. */
function callers(sessionToken: string): Record<string, Record<string, string>> {
  return {
    nobody: {},
    'other account': { 'x-api-key': other.key },
    revoked: { 'x-api-key': revoked.key },
    suspended: { 'x-api-key': suspended.key },
    customer: { 'x-api-key': shop.key },
    'session token': bearer(sessionToken),
    service: bearer(PETYA_SERVICE_TOKEN),
    admin: bearer(PETYA_ADMIN_TOKEN),
  };
}

/** A call of an avatar route about a session of `shop` that has started. */
function avatarCall(path: string, sessionId: string, caller: string, token: string): Call {
  const json = { session_id: sessionId };
  if (path.endsWith('/token')) return { json: {} };
  if (path.endsWith('/leave')) {
    const raw = caller === 'session token' ? token : 'nothing';
    return { raw, headers: { 'content-type': 'text/plain' } };
  }
  if (path.endsWith('avatar_message')) return { json: { ...json, text: 'hello' } };
  return path.startsWith('/v1/') ? { json } : {};
}

/** One session a route: whoever may change it comes after those who may not. */
const sessions = new Map<string, Promise<Visit>>();

function sessionFor(path: string): Promise<Visit> {
  const open = path.endsWith('/start') ? visit : startedVisit;
  const known = sessions.get(path) ?? open(world.avatar, shop);
  sessions.set(path, known);
  return known;
}

async function askAvatar(method: string, path: string, caller: string): Promise<number> {
  const session = await sessionFor(path);
  const call = method === 'GET' ? {} : avatarCall(path, session.sessionId, caller, session.token);
  const headers = { ...call.headers, ...callers(session.token)[caller] };
  const id = path.includes('/admin/') ? await ownId(session.sessionId) : session.sessionId;
  const url = path.replace(/:\w+/, id);
  return (await world.avatar.call(method, url, { ...call, headers })).status;
}

/** The operator names sessions by our own ids. */
async function ownId(sessionId: string): Promise<string> {
  const records = world.avatar.connection.collection('sessions');
  const record = await records.findOne({ vendorSessionId: sessionId });
  return String(record?._id);
}

const BODIES: Readonly<Record<string, (ids: Ids) => unknown>> = {
  'POST /api/v1/visitors/init': () => ({}),
  'POST /api/v1/conversations/userConversation/init': () => ({}),
  'POST /api/v1/messages/userMessages/init': ({ conversationId }) => ({
    conversationId,
    isFromUser: true,
    content: 'hello',
  }),
  'PATCH /api/v1/conversations/userConversation/:id/status': () => ({ status: 'completed' }),
  'POST /api/v1/avatar/conversations/:conversationId/status': () => ({
    sessionId: 'session-1',
    status: 'active',
    transcript: [],
  }),
  'POST /api/v1/avatar/access': ({ accountId }) => ({ accountId }),
  'POST /api/v1/avatar/erasures/:erasureId/sessions': () => ({ sessions: [] }),
  'POST /api/v1/admin/accounts': () => ({ name: 'Shop' }),
  'PATCH /api/v1/admin/accounts/:accountId': () => ({ name: 'Shop' }),
  'POST /api/v1/admin/accounts/:accountId/keys': () => ({}),
};

interface Ids {
  readonly accountId: string;
  readonly conversationId: string;
  readonly keyId: string;
  readonly visitorId: string;
}

/** An account is made for each call of the operator, since some of them remove it. */
async function askPetya(method: string, path: string, caller: string): Promise<number> {
  const isAdmin = path.includes('/admin/');
  const owner = isAdmin && caller === 'admin' ? await makeTenant(world.petya) : shop;
  const ids: Ids = {
    accountId: owner.accountId,
    keyId: owner.keyId,
    conversationId: await owner.openConversation(),
    visitorId: await owner.makeVisitor(),
  };
  const url = path
    .replace(':accountId', ids.accountId)
    .replace(':conversationId', ids.conversationId)
    .replace(':keyId', ids.keyId)
    .replace(':visitorId', ids.visitorId)
    .replace(':id', ids.conversationId);
  const json = BODIES[`${method} ${path}`]?.(ids);
  const headers = callers(NO_SESSION)[caller] ?? {};
  return (await send(method, `${world.petya.baseUrl}${url}`, { headers, json })).status;
}

/** Petya knows no session tokens; one is a bearer credential nobody has. */
const NO_SESSION = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZXNzaW9uLTEifQ.c2lnbmF0dXJl';

/** The legacy vendor's routes are off by default, for everybody alike. */
function statusForNobody(title: string): number {
  if (title.includes('/health/')) return 200;
  // No file has this name.
  if (/ \/(plugin|board)\b/.test(title)) return 404;
  if (title.includes('/ws/')) return 426;
  const isLegacy = title.includes('/streaming.') && !title.endsWith('.avatar_message');
  return isLegacy ? 410 : 401;
}

describe.each([
  ['avatar', () => world.avatar.app, askAvatar],
  ['petya', () => world.petya.app, askPetya],
] as const)('the routes of %s', (app, instance, ask) => {
  const table = accessTable(app);

  it('are all in the table, and nothing else is', () => {
    expect(registeredRoutes(instance()).map(titleOf).sort()).toEqual(Object.keys(table).sort());
  });

  it('each declare which credential they take', () => {
    const declared = declaredCredentials(instance());
    expect(declared).toHaveLength(Object.keys(table).length);
    expect(declared.filter(([, credential]) => typeof credential !== 'string')).toEqual([]);
  });

  it('answer nobody at all, but for the probes and the files of pages', () => {
    for (const [title, cells] of Object.entries(table)) {
      expect([title, cells['nobody']]).toEqual([title, statusForNobody(title)]);
    }
  });

  it.each(Object.entries(table))('%s', async (title, cells) => {
    const [method = '', path = ''] = title.split(' ');
    const found: Record<string, number> = {};
    for (const caller of Object.keys(callers(''))) found[caller] = await ask(method, path, caller);
    expect(found).toEqual(cells);
  });
});
