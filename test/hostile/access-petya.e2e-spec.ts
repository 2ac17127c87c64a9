import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import {
  signVisitorToken,
  visitorTokenKey,
} from '../../apps/petya-avatar-api/src/auth/visitor-token.js';
import { makeTenant, type ProvedVisitor, type Tenant } from '../petya-avatar-api/tenant.js';
import {
  PETYA_ADMIN_TOKEN,
  PETYA_PEPPER,
  PETYA_SERVICE_TOKEN,
  type RunningPetya,
  startPetya,
} from '../support/petya-app.js';
import { accessTable } from './access.js';
import { CALLERS, PETYA_ACCESS, type PetyaCaller, type PetyaObject } from './access-petya.js';

let petya: RunningPetya;
let shop: Tenant;
let other: Tenant;
let eve: ProvedVisitor;

beforeAll(async () => {
  petya = await startPetya();
  [shop, other] = [await makeTenant(petya), await makeTenant(petya)];
  eve = await shop.proveVisitor();
});
afterAll(() => petya.stop());

/** What one call is about: ids as the caller names them, and whose they are. */
interface Made {
  readonly owner: ProvedVisitor;
  readonly visitorId?: string;
  readonly conversationId?: string;
  readonly externalId?: string;
}

let made = 0;

async function make(object: PetyaObject): Promise<Made> {
  const owner = await shop.proveVisitor();
  const externalId = `order-${(made += 1)}`;
  const { visitorId, proof } = owner;
  const open = async (body: object, headers: Readonly<Record<string, string>> = {}) => {
    const path = '/conversations/userConversation/init';
    const answer = await shop.call('POST', path, { externalId, ...body }, headers);
    return String(answer.body['conversationId']);
  };
  switch (object) {
    case 'nothing':
      return { owner };
    case 'proved visitor':
      await shop.call('POST', '/visitors/init', {}, proof);
      return { owner, visitorId };
    case 'unproved visitor':
      return { owner, visitorId };
    case 'proved':
      return { owner, conversationId: await open({}, proof) };
    case 'proved by externalId':
      await open({}, proof);
      return { owner, conversationId: externalId, externalId };
    case 'unproved':
      return { owner, conversationId: await open({ visitorId }) };
    case 'unproved by externalId':
      await open({ visitorId });
      return { owner, conversationId: externalId, externalId };
    case 'unproved by externalId and visitor':
      await open({ visitorId });
      return { owner, externalId, visitorId };
    case 'of before':
    case 'of before, in use': {
      const at = new Date(Date.now() - (object === 'of before' ? 25 : 1) * 3_600_000);
      const _id = new Types.ObjectId();
      await petya.connection.collection('conversations').insertOne({
        _id,
        accountId: shop.accountId,
        visitorId,
        status: 'active',
        createdAt: at,
        lastActivityAt: at,
      });
      return { owner, conversationId: String(_id) };
    }
    case "nobody's":
      return { owner, conversationId: await open({}) };
    case "nobody's by externalId":
      await open({});
      return { owner, conversationId: externalId, externalId };
  }
}

async function headersOf(caller: PetyaCaller, owner: ProvedVisitor) {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const headers: Readonly<Record<PetyaCaller, Record<string, string>>> = {
    nobody: {},
    'customer key': bearer(shop.key),
    'other visitor': { ...bearer(shop.key), ...eve.proof },
    'own token': { ...bearer(shop.key), ...owner.proof },
    'secret key': bearer(await shop.secretKey()),
    'secret key with Origin': {
      ...bearer(await shop.secretKey()),
      origin: 'https://shop.example.com',
    },
    'other account': bearer(other.key),
    "other account's secret key": bearer(await other.secretKey()),
    service: bearer(PETYA_SERVICE_TOKEN),
    admin: bearer(PETYA_ADMIN_TOKEN),
  };
  return headers[caller];
}

function bodyOf(route: string, { visitorId, conversationId, externalId, owner }: Made): unknown {
  if (route.startsWith('GET')) return undefined;
  if (route.startsWith('POST /visitors')) return { visitorId };
  if (route.startsWith('POST /conversations')) return { visitorId, externalId };
  if (route.startsWith('POST /messages')) {
    return { conversationId, isFromUser: !route.endsWith('as the shop'), content: 'hello' };
  }
  if (route.startsWith('PATCH')) return { status: 'completed' };
  const { accountId } = shop;
  if (route.endsWith('/sessions')) return { sessions: [] };
  if (route.endsWith('/access')) return { accountId, conversationId };
  const { visitorId: whose } = owner;
  const sessionId = `session-${(made += 1)}`;
  return { accountId, visitorId: whose, sessionId, status: 'active', transcript: [] };
}

async function ask(route: string, object: PetyaObject, caller: PetyaCaller): Promise<number> {
  const about = await make(object);
  const [method = '', path = ''] = route.split(' ');
  const url = path
    .replace(':accountId', shop.accountId)
    .replace(/:(id|conversationId)/, about.conversationId ?? 'nothing');
  const headers = await headersOf(caller, about.owner);
  return (await petya.call(method, url, { headers, json: bodyOf(route, about) })).status;
}

/** A token of a visitor who was erased, and one whose days are over. */
async function deadTokens(): Promise<readonly [erased: string, expired: string]> {
  const [erased, late] = [await shop.proveVisitor(), await shop.proveVisitor()];
  const { accountId } = shop;
  await petya.admin('DELETE', `/accounts/${accountId}/visitors/${erased.visitorId}`);
  const claims = { accountId, visitorId: late.visitorId };
  const longAgo = new Date(Date.now() - 2 * 86_400_000);
  const key = visitorTokenKey(PETYA_PEPPER);
  return [erased.visitorToken, await signVisitorToken(claims, key, longAgo, 1)];
}

const rows = Object.entries(PETYA_ACCESS).flatMap(([route, objects]) =>
  objects.map(([object, ...statuses]) => ({ route, object, statuses })),
);

describe('everybody on every route about everything of a visitor', () => {
  it('has a cell for each caller, and rows for each route that is not the operator’s', () => {
    for (const { statuses } of rows) expect(statuses).toHaveLength(CALLERS.length);
    const routes = Object.keys(accessTable('petya'))
      .filter((route) => !/\/(admin|health)\//.test(route))
      .map((route) => route.replace('/api/v1', ''));
    const named = rows.map(({ route }) => route.replace(' as the shop', ''));
    expect(new Set(named)).toEqual(new Set(routes));
  });

  it.each(rows)('$route, $object', async ({ route, object, statuses }) => {
    const found: number[] = [];
    for (const caller of CALLERS) found.push(await ask(route, object, caller));
    expect(Object.fromEntries(CALLERS.map((caller, at) => [caller, found[at]]))).toEqual(
      Object.fromEntries(CALLERS.map((caller, at) => [caller, statuses[at]])),
    );
  });

  it('answers a token of an erased visitor 404 and an expired one 401, whatever of a visitor is asked', async () => {
    const tokens = await deadTokens();
    for (const { route, object } of rows) {
      const isOfThePage = !route.includes('/avatar/') || route === 'GET /avatar/config';
      const about = await make(object);
      const [method = '', path = ''] = route.replace(' as the shop', '').split(' ');
      const url = path
        .replace(':accountId', shop.accountId)
        .replace(/:(id|conversationId)/, about.conversationId ?? 'nothing');
      const found: number[] = [];
      for (const token of tokens) {
        const headers = { authorization: `Bearer ${shop.key}`, 'x-visitor-token': token };
        const json = bodyOf(route, about);
        found.push((await petya.call(method, url, { headers, json })).status);
      }
      // Settings of the account are nobody's in particular: no visitor's token is looked at.
      const isOfVisitors = isOfThePage && !route.endsWith('/config');
      const expected = isOfVisitors ? [404, 401] : isOfThePage ? [200, 200] : [401, 401];
      expect([route, object, ...found]).toEqual([route, object, ...expected]);
    }
  });
});
