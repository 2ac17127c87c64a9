import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { UsageDto } from '#contracts';
import { expectProblem, pointers } from '../support/expect-problem.js';
import { PETYA_ADMIN_TOKEN } from '../support/petya-app.js';
import { until } from '../support/until.js';
import type { Tenant } from '../petya-avatar-api/tenant.js';
import { startedVisit, visit } from './visit.js';
import { startWorld, type World } from './world.js';

const OPERATOR = { authorization: `Bearer ${PETYA_ADMIN_TOKEN}` };
const PATH = '/api/v1/admin/usage';

let world: World;

beforeAll(async () => {
  world = await startWorld({ environment: { ADMIN_TOKEN: PETYA_ADMIN_TOKEN } });
});
afterEach(() => world.vendor.clearFaults());
afterAll(() => world.stop());

/** What either app shows of an account, and its table as rows of cells. */
async function shown(app: 'avatar' | 'petya', { accountId }: Tenant, more = '') {
  const call = <T>(query: string) =>
    app === 'avatar'
      ? world.avatar.call<T>('GET', `${PATH}?accountId=${accountId}${query}`, { headers: OPERATOR })
      : world.petya.admin<T>('GET', `/accounts/${accountId}/usage?${query.slice(1)}`);
  const sums = await call<UsageDto>(more);
  expect(sums.status).toBe(200);
  const table = await call(`${more}&format=csv`);
  expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  const rows = table.text.trimEnd().split('\r\n');
  return { usage: sums.body, rows: rows.map((row) => row.split(',')) };
}

/** Seconds and credits by session, as a table tells them. */
function costs(rows: readonly (readonly string[])[]): Record<string, [number, number]> {
  const sessions = rows.slice(1, -1);
  return Object.fromEntries(
    sessions.map(([id = '', , , seconds, credits]) => [id, [Number(seconds), Number(credits)]]),
  );
}

/** The same by the vendor's own ledger. */
async function billed(ids: readonly string[]): Promise<Record<string, [number, number]>> {
  const { sessions } = await world.vendor.ledger('?limit=1');
  const own = sessions.filter(({ sessionId }) => ids.includes(sessionId));
  return Object.fromEntries(
    own.map(({ sessionId, billedSeconds, credits }) => [sessionId, [billedSeconds, credits]]),
  );
}

describe('what an account has used', () => {
  it('is shown alike by both apps, to the second as the vendor bills it', async () => {
    const shop = await world.customer();
    const visits = [];
    for (const seconds of [0, 61, 130]) {
      const visit = await startedVisit(world.avatar, shop);
      await visit.say('Do you deliver?', { role: 'user' });
      await world.vendor.advance(seconds);
      if (seconds === 61) await world.vendor.end(visit.sessionId, 'USER_DISCONNECTED');
      else await visit.stop();
      await visit.untilState('delivered');
      visits.push(visit.sessionId);
    }
    const bill = await billed(visits);
    expect(Object.values(bill).map(([seconds]) => seconds >= 0)).toEqual([true, true, true]);
    const [avatar, petya] = [await shown('avatar', shop), await shown('petya', shop)];
    expect(costs(avatar.rows)).toEqual(bill);
    expect(petya).toEqual(avatar);
    const total = {
      sessions: 3,
      seconds: sum(bill, 0),
      credits: sum(bill, 1),
    };
    expect(total.seconds).toBeGreaterThanOrEqual(191);
    expect(avatar.usage).toMatchObject({ accountId: shop.accountId, timeZone: 'UTC', total });
    expect(avatar.usage.days).toEqual([{ day: expect.any(String), ...total }]);
    expect(avatar.rows[0]).toEqual(['session_id', 'started_at', 'day', 'seconds', 'credits']);
    expect(avatar.rows.at(-1)).toEqual([
      'total',
      '',
      '3 sessions',
      String(total.seconds),
      String(total.credits),
    ]);
  });

  it('counts a session that runs as far as it has come, and Petya counts what is over', async () => {
    const shop = await world.customer();
    const visit = await startedVisit(world.avatar, shop);
    const running = await shown('avatar', shop);
    expect(running.usage.total.sessions).toBe(1);
    expect((await shown('petya', shop)).usage.total).toEqual({
      sessions: 0,
      seconds: 0,
      credits: 0,
    });
    await visit.stop();
    await visit.untilState('delivered');
    expect((await shown('petya', shop)).usage.total.sessions).toBe(1);
  });

  it('is what was counted here until the vendor tells, and then a new version', async () => {
    const shop = await world.customer();
    const conversation_id = await shop.openConversation();
    const visit = await startedVisit(world.avatar, shop, { conversation_id });
    await visit.say('Are you there?', { role: 'user' });
    await world.vendor.fault({ route: 'session', kind: 'status', status: 500, times: 1_000 });
    await world.vendor.advance(75);
    await visit.stop();
    const withheld = await visit.untilState('stopped', 'final', 'delivered');
    expect(withheld.state).toBe('stopped');
    await world.vendor.clearFaults();
    await visit.untilState('delivered');
    const bill = await billed([visit.sessionId]);
    await until('both tell what the vendor bills', async () => {
      const both = [await shown('avatar', shop), await shown('petya', shop)];
      return both.every(({ rows }) => JSON.stringify(costs(rows)) === JSON.stringify(bill));
    });
    const page = await shop.read(conversation_id);
    expect(page.transcript.map(({ transcript }) => transcript)).toContain('Are you there?');
  });

  it('has a session whose start nobody was told of, and that was over before anybody looked', async () => {
    const shop = await world.customer();
    const opened = await visit(world.avatar, shop);
    await world.vendor.fault({ route: 'start', kind: 'effect-then-reset', times: 1 });
    await world.vendor.fault({ route: 'session', kind: 'status', status: 500, times: 1_000 });
    const start = await opened.start();
    expect(start.status).toBeGreaterThanOrEqual(500);
    await world.vendor.end(opened.sessionId, 'USER_DISCONNECTED');
    await world.vendor.clearFaults();
    await opened.untilState('delivered');
    const bill = await billed([opened.sessionId]);
    expect(Object.keys(bill)).toEqual([opened.sessionId]);
    expect(costs((await shown('avatar', shop)).rows)).toEqual(bill);
    expect(costs((await shown('petya', shop)).rows)).toEqual(bill);
  });

  it('is told, and so is what was said, where a stranger has taken the name for it', async () => {
    const shop = await world.customer();
    const talk = await visit(world.avatar, shop);
    const stranger = await shop.proveVisitor();
    const claimed = await shop.call(
      'POST',
      '/conversations/userConversation/init',
      { externalId: talk.sessionId, visitorId: stranger.visitorId },
      stranger.proof,
    );
    expect(claimed.status).toBe(201);
    await talk.start();
    await talk.say('Do you deliver?', { role: 'user' });
    await world.vendor.advance(70);
    await talk.stop();
    await talk.untilState('delivered');
    const [avatar, petya] = [await shown('avatar', shop), await shown('petya', shop)];
    expect(petya).toEqual(avatar);
    expect(costs(avatar.rows)).toEqual(await billed([talk.sessionId]));
    const conversations = world.petya.connection.collection('conversations');
    const told = await conversations.findOne({ 'sessions.sessionId': talk.sessionId });
    expect(told?.['transcript'].map((turn: { transcript: string }) => turn.transcript)).toContain(
      'Do you deliver?',
    );
    expect(told?.['visitorId'] ?? null).toBeNull();
  });

  it('stays where the conversation is erased, and goes with the account', async () => {
    const shop = await world.customer();
    const conversation_id = await shop.openConversation();
    const visit = await startedVisit(world.avatar, shop, { conversation_id });
    await visit.say('Forget me.', { role: 'user' });
    await visit.stop();
    await visit.untilState('delivered');
    const before = await shown('petya', shop);
    await world.petya.admin(
      'DELETE',
      `/accounts/${shop.accountId}/conversations/${conversation_id}`,
    );
    expect(await shown('petya', shop)).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('Forget');
    await world.petya.admin('DELETE', `/accounts/${shop.accountId}?force=true`);
    const gone = await world.petya.admin('GET', `/accounts/${shop.accountId}/usage`);
    expectProblem(gone, 404, 'not_found');
    const left = await world.petya.connection
      .collection('usages')
      .countDocuments({ accountId: shop.accountId });
    expect(left).toBe(0);
  });

  it('is nothing of another account, and nothing of other days', async () => {
    const [shop, other] = [await world.customer(), await world.customer()];
    const visit = await startedVisit(world.avatar, shop);
    await visit.stop();
    await visit.untilState('delivered');
    for (const app of ['avatar', 'petya'] as const) {
      expect((await shown(app, other)).usage.total.sessions).toBe(0);
      const past = '&from=2026-01-01&to=2026-01-31';
      expect((await shown(app, shop, past)).usage).toMatchObject({
        from: '2026-01-01',
        to: '2026-01-31',
        days: [],
      });
      const zone = '&timeZone=Pacific/Kiritimati';
      expect((await shown(app, shop, zone)).usage).toMatchObject({
        timeZone: 'Pacific/Kiritimati',
        total: { sessions: 1 },
      });
    }
  });
});

describe('a query that means no days', () => {
  it.each([
    ['', '/accountId'],
    ['accountId=a&from=yesterday', '/from'],
    ['accountId=a&from=2026-02-30', '/from'],
    ['accountId=a&from=2020-01-01&to=2026-01-01', '/from'],
    ['accountId=a&from=2026-01-02&to=2026-01-01', '/to'],
    ['accountId=a&timeZone=Mars/Olympus', '/timeZone'],
    ['accountId=a&format=xlsx', '/format'],
    ['accountId=a&day=2026-01-01', ''],
  ])('%j is refused', async (query, pointer) => {
    const answer = await world.avatar.call('GET', `${PATH}?${query}`, { headers: OPERATOR });
    expectProblem(answer, 422, 'invalid_input');
    expect(pointers(answer)).toEqual([pointer]);
  });
});

function sum(bill: Record<string, [number, number]>, index: 0 | 1): number {
  return Object.values(bill).reduce((total, each) => total + each[index], 0);
}
