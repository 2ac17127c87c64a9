import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AdminSessionPageDto } from '#contracts';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { expectStatus } from '../support/expect-status.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { talkIn, untilLinked } from './delivered.js';
import { startedVisit, visit } from './visit.js';
import { startWorld, type World } from './world.js';

const OPERATOR = { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` };
const PATH = '/api/v1/admin/sessions';

let world: World;
let shop: Tenant;
let other: Tenant;

beforeAll(async () => {
  world = await startWorld({ environment: { ADMIN_TOKEN: PETYA_ADMIN_TOKEN } });
  [shop, other] = [await world.customer(), await world.customer()];
});
afterEach(() => world.double.heal());
afterAll(() => world.stop());

const ask = (query: string) =>
  world.avatar.call<AdminSessionPageDto>('GET', `${PATH}?${query}`, { headers: OPERATOR });

async function page(query: string): Promise<AdminSessionPageDto> {
  const answer = await ask(query);
  expectStatus(answer, 200);
  return answer.body;
}

/** The vendor's ids on all pages of a list, in their order. */
async function listed(query: string): Promise<(string | null)[]> {
  const ids: (string | null)[] = [];
  for (let cursor = ''; ;) {
    const { items, nextCursor } = await page(`${query}${cursor}`);
    ids.push(...items.map(({ sessionId }) => sessionId));
    if (nextCursor === null) return ids;
    expect(items).not.toEqual([]);
    cursor = `&cursor=${nextCursor}`;
  }
}

const of = ({ accountId }: Tenant) => `accountId=${accountId}`;

describe('the list of sessions', () => {
  it('is of all accounts or of one, each group by itself, page by page', async () => {
    const [theirs] = await talkIn(world, other);
    const parked = [];
    for (const tenant of [shop, other, shop]) {
      const [talk] = await talkIn(world, tenant);
      await untilLinked(world, talk);
      world.double.fault('status', { kind: 'answer', status: 409 });
      await talk.stop();
      await talk.untilState('parked');
      parked.push(talk.sessionId);
    }
    const [waiting] = await talkIn(world, shop);
    await untilLinked(world, waiting, theirs);
    world.double.fault('status', { kind: 'reset' }, Infinity);
    await waiting.stop();
    await waiting.untilState('final');
    const live = [await visit(world.avatar, shop), await startedVisit(world.avatar, shop)].map(
      ({ sessionId }) => sessionId,
    );
    for (const [query, ids] of [
      [`limit=1&${of(shop)}`, live],
      [`limit=1&group=live&${of(other)}`, [theirs.sessionId]],
      ['limit=1&group=live', [theirs.sessionId, ...live]],
      [`limit=1&group=parked&${of(shop)}`, [parked[0], parked[2]]],
      [`limit=2&group=parked&${of(other)}`, [parked[1]]],
      ['limit=1&group=parked', parked],
      [`group=waiting&${of(shop)}`, [waiting.sessionId]],
      [`group=waiting&${of(other)}`, []],
      ['group=parked&accountId=nobodys', []],
    ] as const) {
      expect([query, await listed(query)]).toEqual([query, ids]);
    }
    world.double.heal();
    await waiting.untilState('delivered');
    expect(await listed(`group=waiting&${of(shop)}`)).toEqual([]);
  });

  it('goes on with its own cursor only', async () => {
    const own = await world.customer();
    for (let each = 0; each < 2; each += 1) await startedVisit(world.avatar, own);
    const cursor = (await page(`limit=1&${of(own)}`)).nextCursor;
    expect(await page(`limit=5&group=live&${of(own)}&cursor=${cursor}`)).toMatchObject({
      items: [{ accountId: own.accountId }],
      nextCursor: null,
    });
    for (const list of ['group=live', `group=parked&${of(own)}`, of(other)]) {
      const answer = await ask(`limit=1&${list}&cursor=${cursor}`);
      expectProblem(answer, 422, 'invalid_input');
      expect(pointers(answer)).toEqual(['/cursor']);
    }
    const ofAll = (await page('limit=1')).nextCursor;
    expectProblem(await ask(`limit=1&${of(own)}&cursor=${ofAll}`), 422, 'invalid_input');
  });

  it.each([
    ['no account id', 'accountId=one%20two', '/accountId'],
    ['an empty one', 'accountId=', '/accountId'],
    ['two', 'accountId=one&accountId=two', '/accountId'],
    ['an object', 'accountId[$ne]=x', ''],
    ['another group', 'group=erased', '/group'],
    [
      'a cursor of an earlier release',
      `cursor=${Buffer.from('[1,"x"]').toString('base64url')}`,
      '/cursor',
    ],
    [
      'an object as a cursor',
      `cursor=${Buffer.from('{"$gt":1}').toString('base64url')}`,
      '/cursor',
    ],
  ])('is refused for %s', async (_what, query, pointer) => {
    const answer = await ask(query);
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual([pointer]);
  });
});
