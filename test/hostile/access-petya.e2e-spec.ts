import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { makeTenant, type ProvedVisitor, type Tenant } from '../petya-avatar-api/tenant.js';
import {
  PETYA_ADMIN_TOKEN,
  PETYA_SERVICE_TOKEN,
  type RunningPetya,
  startPetya,
} from '../support/petya-app.js';
import { accessTable } from './access.js';
import { deadTokens } from './dead-tokens.js';
import { CALLERS, PETYA_ACCESS, type PetyaCaller, type PetyaObject } from './access-petya.js';

const STRICT = 'customer key where proof is required';

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

let petya: RunningPetya;
let shop: Tenant;
/** Wants proof of every visitor, but for the while in which things of before are made. */
let strict: Tenant;
let other: Tenant;
/** A visitor of each account, who is another one than whose things are asked about. */
let others: ReadonlyMap<Tenant, ProvedVisitor>;

beforeAll(async () => {
  petya = await startPetya();
  [shop, strict, other] = await Promise.all([
    makeTenant(petya),
    makeTenant(petya),
    makeTenant(petya),
  ]);
  others = new Map([
    [shop, await shop.proveVisitor()],
    [strict, await strict.proveVisitor()],
  ]);
});
afterAll(() => petya.stop());

/** What one call is about: ids as the caller names them, and whose they are. */
interface Made {
  readonly tenant: Tenant;
  readonly owner: ProvedVisitor;
  readonly visitorId?: string;
  readonly conversationId?: string;
  readonly externalId?: string;
}

let made = 0;

async function make(object: PetyaObject, tenant = shop): Promise<Made> {
  const owner = await tenant.proveVisitor();
  const externalId = `order-${(made += 1)}`;
  const { visitorId, proof } = owner;
  const open = async (body: object, headers: Readonly<Record<string, string>> = {}) => {
    const path = '/conversations/userConversation/init';
    const answer = await tenant.call('POST', path, { externalId, ...body }, headers);
    return String(answer.body['conversationId']);
  };
  switch (object) {
    case 'nothing':
      return { tenant, owner };
    case 'proved visitor':
      await tenant.call('POST', '/visitors/init', {}, proof);
      return { tenant, owner, visitorId };
    case 'unproved visitor':
      return { tenant, owner, visitorId };
    case 'proved':
      return { tenant, owner, conversationId: await open({}, proof) };
    case 'proved by externalId':
      await open({}, proof);
      return { tenant, owner, conversationId: externalId, externalId };
    case 'unproved':
      return { tenant, owner, conversationId: await open({ visitorId }) };
    case 'unproved by externalId':
      await open({ visitorId });
      return { tenant, owner, conversationId: externalId, externalId };
    case 'unproved by externalId and visitor':
      await open({ visitorId });
      return { tenant, owner, externalId, visitorId };
    case 'of before':
    case 'of before, in use': {
      const at = new Date(Date.now() - (object === 'of before' ? 25 : 1) * 3_600_000);
      const _id = new Types.ObjectId();
      await petya.connection.collection('conversations').insertOne({
        _id,
        accountId: tenant.accountId,
        visitorId,
        status: 'active',
        createdAt: at,
        lastActivityAt: at,
      });
      return { tenant, owner, conversationId: String(_id) };
    }
    case "nobody's":
      return { tenant, owner, conversationId: await open({}) };
    case "nobody's by externalId":
      await open({});
      return { tenant, owner, conversationId: externalId, externalId };
  }
}

async function headersOf(caller: PetyaCaller, { tenant, owner }: Made) {
  const key = bearer(tenant.key);
  const headers: Readonly<Record<PetyaCaller, Record<string, string>>> = {
    nobody: {},
    'customer key': key,
    'other visitor': { ...key, ...others.get(tenant)?.proof },
    'own token': { ...key, ...owner.proof },
    'secret key': bearer(await tenant.secretKey()),
    'secret key with Origin': {
      ...bearer(await tenant.secretKey()),
      origin: 'https://shop.example.com',
    },
    'other account': bearer(other.key),
    "other account's secret key": bearer(await other.secretKey()),
    service: bearer(PETYA_SERVICE_TOKEN),
    admin: bearer(PETYA_ADMIN_TOKEN),
    'customer key where proof is required': key,
  };
  return headers[caller];
}

function bodyOf(route: string, about: Made): unknown {
  const { tenant, visitorId, conversationId, externalId, owner } = about;
  if (route.startsWith('GET')) return undefined;
  if (route.startsWith('POST /visitors')) return { visitorId };
  if (route.startsWith('POST /conversations')) return { visitorId, externalId };
  if (route.startsWith('POST /messages')) {
    return { conversationId, isFromUser: !route.endsWith('as the shop'), content: 'hello' };
  }
  if (route.startsWith('PATCH')) return { status: 'completed' };
  const { accountId } = tenant;
  if (route.endsWith('/sessions')) return { sessions: [] };
  if (route.endsWith('/access')) return { accountId, conversationId };
  const { visitorId: whose } = owner;
  const sessionId = `session-${(made += 1)}`;
  return { accountId, visitorId: whose, sessionId, status: 'active', transcript: [] };
}

async function ask(route: string, about: Made, headers: Readonly<Record<string, string>>) {
  const [method = '', path = ''] = route.split(' ');
  const url = path
    .replace(':accountId', about.tenant.accountId)
    .replace(/:(id|conversationId)/, about.conversationId ?? 'nothing');
  return petya.call(method, url, { headers, json: bodyOf(route, about) });
}

async function statusFor(route: string, object: PetyaObject, caller: PetyaCaller): Promise<number> {
  const about = await make(object);
  return (await ask(route, about, await headersOf(caller, about))).status;
}

const rows = Object.entries(PETYA_ACCESS).flatMap(([route, objects]) =>
  objects.map(([object, ...statuses]) => ({
    route,
    object,
    cells: Object.fromEntries(CALLERS.map((caller, at) => [caller, statuses[at]])),
  })),
);

/** Routes for which it matters which visitor asks: settings are nobody's in particular. */
const isOfVisitors = (route: string) => !/\/(?:config|avatar)\b/.test(route);

describe('everybody on every route about everything of a visitor', () => {
  it('has a cell for each caller, and rows for each route that is not the operator’s', () => {
    for (const objects of Object.values(PETYA_ACCESS)) {
      for (const [, ...statuses] of objects) expect(statuses).toHaveLength(CALLERS.length);
    }
    const routes = Object.keys(accessTable('petya'))
      .filter((route) => !/\/(?:admin|health)\/|\/board\b/.test(route))
      .map((route) => route.replace('/api/v1', ''));
    const named = rows.map(({ route }) => route.replace(' as the shop', ''));
    expect(new Set(named)).toEqual(new Set(routes));
  });

  it.each(rows)('$route, $object', async ({ route, object, cells }) => {
    const callers = CALLERS.filter((caller) => caller !== STRICT);
    const found = await Promise.all(callers.map((caller) => statusFor(route, object, caller)));
    expect({ ...zip(callers, found), [STRICT]: cells[STRICT] }).toEqual(cells);
  });

  it('answers what an erased visitor, an expired token and another account’s can be answered', async () => {
    const { erased, expired, foreign } = await deadTokens(petya, shop, other);
    const tokens = [
      [erased, 404],
      [expired, 401],
      [foreign, 401],
    ] as const;
    for (const { route, object } of rows.filter(({ route }) => isOfVisitors(route))) {
      const about = await make(object);
      for (const [proof, status] of tokens) {
        const answer = await ask(route, about, { ...bearer(shop.key), ...proof });
        expect([route, object, answer.status]).toEqual([route, object, status]);
      }
    }
  });
});

/** The key alone is refused, and everybody who shows who they are is answered as elsewhere. */
describe('the same where the account wants proof of every visitor', () => {
  const STRICT_CALLERS = [STRICT, 'other visitor', 'own token', 'secret key'] as const;
  const made = new Map<unknown, readonly Made[]>();

  // What was opened without proof is there from before.
  beforeAll(async () => {
    for (const row of rows) {
      made.set(row, await Promise.all(STRICT_CALLERS.map(() => make(row.object, strict))));
    }
    const { accountId } = strict;
    await petya.admin('PATCH', `/accounts/${accountId}`, { visitorProof: 'required' });
  });

  it.each(rows)('$route, $object', async (row) => {
    const expected = STRICT_CALLERS.map((caller) => row.cells[caller]);
    const answers = [];
    for (const [at, about] of (made.get(row) ?? []).entries()) {
      const caller = STRICT_CALLERS[at] ?? STRICT;
      answers.push(await ask(row.route, about, await headersOf(caller, about)));
    }
    const found = answers.map(({ status }) => status);
    expect(zip(STRICT_CALLERS, found)).toEqual(zip(STRICT_CALLERS, expected));
    const [byKey] = answers;
    if (byKey?.status !== 401 || !isOfVisitors(row.route)) return;
    expect(byKey.body).toMatchObject({
      type: 'urn:problem:visitor_token_needed',
      message:
        'This needs a visitor token. Send as X-Visitor-Token the visitorToken that POST /visitors/init answers to a new visitor, which is asked for without a visitorId.',
    });
  });
});

function zip(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name, at) => [name, values[at]]));
}
