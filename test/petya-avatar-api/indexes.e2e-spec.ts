import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CommandStartedEvent, Document } from 'mongodb';
import { RetentionService } from '../../apps/petya-avatar-api/src/retention/retention.service.js';
import { userHash } from '../../apps/petya-avatar-api/src/api-keys/user-hash.js';
import { countedUri } from '../ilianaai-avatar/database-trips.js';
import { freshDatabase, type TestDatabase } from '../support/mongo.js';
import { PETYA_SERVICE_TOKEN, type RunningPetya, startPetya } from '../support/petya-app.js';
import { expectProblem } from '../support/expect-problem.js';
import { confirmErasure, deliver, erasureOrders, makeTenant, turn } from './tenant.js';

let database: TestDatabase;
let petya: RunningPetya;
/** Every command the app sends to its database. */
const commands: Document[] = [];

beforeAll(async () => {
  database = freshDatabase();
  petya = await startPetya({ database: { ...database, uri: countedUri(database.uri) } });
  petya.connection
    .getClient()
    .on('commandStarted', ({ command }: CommandStartedEvent) => commands.push(command));
});
afterAll(async () => {
  await petya.stop();
  await database.drop();
});

describe('the queries of every route and job', () => {
  it('are served by an index that stands', async () => {
    commands.length = 0;
    await walkEverything();
    const queries = distinct(commands.flatMap(queriesOf));
    expect(queries.length).toBeGreaterThan(25);
    const unserved: string[] = [];
    for (const query of queries) {
      const indexes = await petya.connection.collection(query.collection).indexes();
      const keys = indexes.map((index) => Object.keys(index['key'] as object));
      if (!keys.some((key) => serves(key, query))) unserved.push(JSON.stringify(query));
    }
    expect(unserved).toEqual([]);
  });

  it('are explained by the server as searches of an index', async () => {
    const queries = distinct(commands.flatMap(queriesOf));
    const explained = (await explainsTwoConditions()) ? queries : queries.filter(hasOneCondition);
    expect(explained.length).toBeGreaterThan(5);
    for (const { collection, filter, sort } of explained) {
      const found = petya.connection.collection(collection).find(filter, sort ? { sort } : {});
      const plan = await found.explain('queryPlanner');
      expect(JSON.stringify(plan['queryPlanner'].winningPlan)).not.toContain('COLLSCAN');
    }
  });

  it('name the account whenever they look for something of an account', () => {
    const owned = new Set(['conversations', 'messages', 'visitors', 'apikeys']);
    const unowned = distinct(commands.flatMap(queriesOf))
      .filter(({ collection, filter }) => owned.has(collection) && !('accountId' in filter))
      .map(({ collection, filter }) => `${collection} ${Object.keys(filter).toSorted().join(' ')}`);
    expect(new Set(unowned)).toEqual(
      new Set([
        // A key says whose it is.
        'apikeys digest revokedAt',
        // Erasures that began and did not end, of all accounts.
        'visitors removingAt',
        'conversations removingAt',
      ]),
    );
  });
});

describe('a key that cannot be ours', () => {
  it.each([
    ['is 10 KB long', `SE_${'x'.repeat(10_000)}`],
    ['is an operator', '{"$ne":null}'],
    ['is in another letter case', 'se_5799564546777614'],
    ['is too short', 'SE_1'],
    ['holds a space', 'SE_5799564546 777614'],
    ['is not ASCII', 'SE_57995645\u00e9777614'],
  ])('is refused without asking the database when it %s', async (_name, key) => {
    commands.length = 0;
    const answer = await petya.call('GET', '/avatar/config', { headers: { 'x-api-key': key } });
    expectProblem(answer, 401, 'key_invalid');
    expect(commands.map((command) => Object.keys(command)[0])).toEqual([]);
  });
});

describe('a start on a database whose records break a unique index', () => {
  it('does not become ready', async () => {
    const broken = freshDatabase();
    const records = petya.connection.getClient().db(broken.name).collection('apikeys');
    await records.insertMany([{ digest: 'same' }, { digest: 'same' }]);
    await expect(startPetya({ database: broken, readyMs: 1500 })).rejects.toThrow('not ready');
    await broken.drop();
  });
});

/**
 * Whether an index narrows a query down: its leading members are bound, two of them where it has
 * two and the query binds more than one. A list in the order of an index needs no filter.
 */
function serves(key: string[], { filter, sort }: Query): boolean {
  if (sort && Object.keys(sort)[0] === key[0]) return true;
  const unbound = key.findIndex((member) => !(member in filter));
  const bound = unbound < 0 ? key.length : unbound;
  return bound >= Math.min(2, key.length, Object.keys(filter).length);
}

/**
 * SecantusDB says COLLSCAN of every query with a second condition, also of what its index served:
 * there those are judged by the indexes alone, in the test before, and the others by its word as well.
 */
async function explainsTwoConditions(): Promise<boolean> {
  const probe = petya.connection.collection('accounts').find({ _id: 'x' as never, name: 'y' });
  const plan = await probe.explain('queryPlanner');
  return !JSON.stringify(plan['queryPlanner'].winningPlan).includes('COLLSCAN');
}

function hasOneCondition({ filter, sort }: Query): boolean {
  const [value, ...others] = Object.values(filter) as unknown[];
  // Operators are conditions of their own, and SecantusDB makes two of some.
  return others.length === 0 && sort === undefined && !isPlainObject(value);
}

function askAccess(json: object) {
  const headers = { authorization: `Bearer ${PETYA_SERVICE_TOKEN}` };
  return petya.call('POST', '/avatar/access', { headers, json });
}

/** Calls every route and job once, so that every query of the app is sent. */
async function walkEverything(): Promise<void> {
  const tenant = await makeTenant(petya, { retentionDays: 30 });
  const { accountId } = tenant;
  const visitorId = await tenant.makeVisitor();
  await tenant.makeVisitor({ visitorId });
  const id = await tenant.openConversation({ externalId: 'named', visitorId });
  await tenant.openConversation({ externalId: 'named', visitorId });
  await tenant.post(id, 'hello', { clientMessageId: 'm' });
  await tenant.post(id, 'hello', { clientMessageId: 'm' });
  await tenant.post('named', 'world');
  const delivery = {
    sessionId: 's',
    accountId,
    status: 'active',
    transcript: [turn('user', 'a', 1_760_000_000)],
  };
  await deliver(petya, id, delivery);
  await deliver(petya, id, delivery);
  await deliver(petya, 'unheard-of', { ...delivery, status: 'completed' });
  const first = await tenant.read(id, '?limit=1');
  await tenant.read(id, `?limit=1&cursor=${first.nextCursor}`);
  await tenant.read('named');
  await tenant.call('PATCH', `/conversations/userConversation/${id}/status`, {
    status: 'completed',
  });
  const ada = await tenant.proveVisitor();
  for (let use = 0; use < 2; use += 1) {
    await tenant.call('POST', '/visitors/init', {}, ada.proof);
    const named = { externalId: 'proved' };
    await tenant.call('POST', '/conversations/userConversation/init', named, ada.proof);
    const user = { userId: 'ada', userHash: userHash('ada', await tenant.secretKey()) };
    await tenant.call('POST', '/visitors/init', user);
  }
  await tenant.openConversation({ externalId: 'unheard-of', visitorId });
  await deliver(petya, 'proved', { ...delivery, sessionId: 'stranger' });
  await askAccess({ accountId, visitorId, conversationId: 'named' });
  await askAccess({ accountId, conversationId: 'nothing', visitorToken: ada.visitorToken });
  const path = `/accounts/${accountId}`;
  await petya.admin('GET', '/accounts?limit=1');
  await petya.admin('PATCH', path, { language: 'de' });
  await petya.admin('GET', `${path}/keys`);
  await petya.admin('GET', `${path}/visitors/${visitorId}/export?limit=1`);
  await petya.admin('DELETE', `${path}/conversations/unheard-of`);
  await petya.admin('DELETE', `${path}/visitors/${visitorId}`);
  const orders = await erasureOrders(petya);
  await erasureOrders(petya, `?after=${orders[0]?.erasureId}`);
  await confirmErasure(petya, orders[0]?.erasureId ?? '');
  await petya.app.get(RetentionService).sweep(new Date());
  await petya.admin('DELETE', path);
  await petya.admin('DELETE', `${path}?force=true`);
}

interface Query {
  readonly collection: string;
  readonly filter: Document;
  readonly sort?: Document;
}

/** The filters of a command, whatever kind it is of. */
function queriesOf(command: Document): Query[] {
  if (command['find']) {
    const { find: collection, filter, sort } = command;
    return [{ collection, filter, ...(sort ? { sort } : {}) }];
  }
  if (command['findAndModify']) {
    return [{ collection: command['findAndModify'], filter: command['query'] }];
  }
  if (command['aggregate'] && command['pipeline'][0]?.$match) {
    return [{ collection: command['aggregate'], filter: command['pipeline'][0].$match }];
  }
  const collection = command['update'] ?? command['delete'];
  const parts: Document[] = command['updates'] ?? command['deletes'] ?? [];
  return parts.map(({ q }) => ({ collection, filter: q }));
}

function distinct(queries: Query[]): Query[] {
  return [...new Map(queries.map((query) => [shapeOf(query), query])).values()];
}

/** What two queries have in common that differ in their values only. */
function shapeOf({ collection, filter, sort }: Query): string {
  const shape = (value: unknown): unknown =>
    isPlainObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shape(member)]))
      : typeof value;
  return JSON.stringify([collection, shape(filter), sort]);
}

function isPlainObject(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}
